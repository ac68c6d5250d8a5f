/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/verify/leaves.h"
#include "crypto/secret.h"
#include "keys/offline.h"
#include "model/hold.h"
#include "store/held_leaves.h"

struct held_check {
    struct verify *verify;
    struct group_check *groups;
    uint32_t number; /* of the volume */
    struct held_leaf_reader reader;
    enum status status;
};

/* Its proof leads to a root that the log has. */
static enum status check_proof(const struct held_check *check,
                               const char *where, bool *is_proven)
{
    const struct held_leaf_reader *held = &check->reader;
    uint8_t block[GOP_LEAF_SIZE];
    struct writer w = writer_on(block, sizeof block);
    struct merkle_hash leaf;
    struct merkle_hash root;
    struct merkle_hash told;
    *is_proven = false;
    gop_leaf_encode(&held->leaf, &w);
    enum status s = merkle_leaf(writer_written(&w), &leaf);
    if (s == STATUS_OK)
        s = leaf_proof_root(&held->proof, &leaf, &root);
    if (s != STATUS_OK && s != STATUS_BAD_INPUT)
        return s;
    if (!verify_root_of_batch(check->verify, held->proof.batch, &told))
        verify_problem(check->verify, where,
                       "the log has no root of batch %" PRIu64
                       ", under which its leaf is said to be",
                       held->proof.batch);
    else if (s != STATUS_OK || memcmp(&root, &told, sizeof root) != 0)
        verify_problem(check->verify, where,
                       "its leaf is not under the root of batch %" PRIu64
                       " in the log",
                       held->proof.batch);
    else
        *is_proven = true;
    return STATUS_OK;
}

static enum status check_pictures(const struct held_check *check,
                                  const char *where)
{
    const struct held_leaf_reader *held = &check->reader;
    uint8_t salt[LEAF_SALT_SIZE];
    struct unit_keys unit;
    enum status s =
        keys_offline_unit(check->verify->keys, held->salt.subject,
                          held->salt.unit, held->salt.unit_s, &unit, NULL);
    if (s == STATUS_NOT_FOUND || s == STATUS_DENIED)
        return STATUS_OK; /* the hold has ended */
    if (s == STATUS_OK)
        s = held_salt_open(&held->salt, unit.key, salt);
    secret_wipe(&unit, sizeof unit);
    if (s == STATUS_OK)
        s = group_check_held(check->groups, &held->leaf, held->salt.subject,
                             salt, check->number, where);
    secret_wipe(salt, sizeof salt);
    if (s != STATUS_CORRUPT && s != STATUS_DENIED)
        return s;
    verify_problem(check->verify, where, "its leaf salt does not open");
    return STATUS_OK;
}

static bool on_block(void *context, const struct leaf_block *block)
{
    struct held_check *check = context;
    struct verify *verify = check->verify;
    const struct held_leaf_reader *held = &check->reader;
    char where[VERIFY_WHERE_SIZE];
    bool is_proven = false;
    if (!held_leaf_reader_take(&check->reader, block))
        return true;
    (void)snprintf(where, sizeof where,
                   "hold %" PRIu32 " camera %" PRIu32
                   " group of pictures %" PRIu64,
                   hold_of_subject(held->salt.subject), held->leaf.camera,
                   held->leaf.sequence);
    if (camera_of_subject(held->salt.subject) != held->leaf.camera)
        verify_problem(verify, where, "its leaf is another camera's");
    check->status = check_proof(check, where, &is_proven);
    verify->result->held_leaves += is_proven;
    if (is_proven)
        verify_holds_count_leaf(verify, held->salt.subject);
    if (check->status == STATUS_OK && verify->keys != NULL)
        check->status = check_pictures(check, where);
    return check->status == STATUS_OK && verify->status == STATUS_OK;
}

enum status verify_held_leaf_file(struct verify *verify,
                                  struct group_check *groups, uint32_t number,
                                  struct file *file, uint64_t *end)
{
    struct held_check check = {
        .verify = verify, .groups = groups, .number = number};
    enum status s = leaf_file_read(file, on_block, &check, end);
    return check.status != STATUS_OK ? check.status : s;
}
