/* SPDX-License-Identifier: Apache-2.0 */
#include "tpm/tpm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "crypto/sign.h"
#include "support/swtpm.h"
#include "tpm/attestation.h"
#include "unit/test.h"

enum {
    HANDLE = 0x01848100,
    SIZE = 32,
    MARK_SIZE = 40,
    CC_NV_WRITE = 0x137
};

static const uint8_t AUTH[TPM_AUTH_SIZE] = "an auth value of thirty-two byte";
static const uint8_t OTHER_AUTH[TPM_AUTH_SIZE] = "another one, as long as that is";
static const uint8_t FIRST[SIZE] = "the first root, never on the bus";
static const uint8_t SECOND[SIZE] = "the second root, as secret, too";

static const struct tpm_index INDEX = {HANDLE, SIZE, AUTH};

/* A visit, begun. */
static struct tpm *visit(struct swtpm *emulator, uint8_t name[TPM_NAME_SIZE],
                         bool is_pinned)
{
    struct tpm *tpm = NULL;
    static struct tpm_transport transport;
    transport = swtpm_transport(emulator);
    CHECK_OK(tpm_open(&transport, &tpm));
    CHECK_OK(tpm_authorize(tpm, is_pinned, name));
    return tpm;
}

static void test_an_index_is_written_and_read(void **state)
{
    (void)state;
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    uint8_t found[SIZE];
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK(tpm_identity(tpm)->is_software);
    CHECK(strcmp(tpm_identity(tpm)->manufacturer, "IBM ") == 0);
    CHECK_STATUS(STATUS_NOT_FOUND, tpm_index_find(tpm, &INDEX));
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    CHECK_STATUS(STATUS_CONFLICT, tpm_index_define(tpm, &INDEX));
    CHECK_STATUS(STATUS_END, tpm_index_read(tpm, &INDEX, found));
    CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    tpm_close(&tpm);

    /* Also for another visit, by the pinned name. */
    tpm = visit(&emulator, name, true);
    CHECK_OK(tpm_index_read(tpm, &INDEX, found));
    CHECK(memcmp(found, FIRST, SIZE) == 0);
    CHECK_OK(tpm_index_write(tpm, &INDEX, SECOND));
    CHECK_OK(tpm_index_read(tpm, &INDEX, found));
    CHECK(memcmp(found, SECOND, SIZE) == 0);
    tpm_close(&tpm);
    swtpm_remove(&emulator);
}

/* Neither what is written, nor what is read, nor the auth value. */
static void test_nothing_secret_crosses_the_bus(void **state)
{
    (void)state;
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    uint8_t found[SIZE];
    uint8_t attestation[TPM_ATTESTATION_MAX];
    uint8_t key_name[TPM_NAME_SIZE];
    size_t size = 0;
    static const uint8_t MARK[SIZE] = "a mark: what is signed is public";
    const struct tpm_index mark = {HANDLE + 2, SIZE, AUTH};
    swtpm_make(&emulator);
    swtpm_listen(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    CHECK_OK(tpm_index_read(tpm, &INDEX, found));
    CHECK_OK(tpm_index_define(tpm, &mark));
    CHECK_OK(tpm_index_write(tpm, &mark, MARK));
    CHECK(!swtpm_has_heard(&emulator, bytes_of(MARK, SIZE)));
    CHECK_OK(tpm_certify(tpm, &mark, false, key_name, attestation, &size));
    tpm_close(&tpm);
    CHECK(emulator.heard_size > 1000);
    CHECK(!swtpm_has_heard(&emulator, bytes_of(FIRST, SIZE)));
    CHECK(!swtpm_has_heard(&emulator, bytes_of(FIRST, 8)));
    CHECK(!swtpm_has_heard(&emulator, bytes_of(AUTH, 8)));
    /* The positive control: a certificate is heard. */
    CHECK(swtpm_has_heard(&emulator, bytes_of(MARK, SIZE)));
    swtpm_remove(&emulator);
}

static void test_a_wrong_auth_value_is_refused_and_locks_nothing(void **state)
{
    (void)state;
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    uint8_t found[SIZE];
    const struct tpm_index wrong = {HANDLE, SIZE, OTHER_AUTH};
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    /* More often than a TPM allows before it locks itself. */
    for (int i = 0; i < 40; i++)
        CHECK_STATUS(STATUS_DENIED, tpm_index_read(tpm, &wrong, found));
    CHECK_STATUS(STATUS_DENIED, tpm_index_write(tpm, &wrong, SECOND));
    CHECK_OK(tpm_index_read(tpm, &INDEX, found));
    CHECK(memcmp(found, FIRST, SIZE) == 0);
    tpm_close(&tpm);
    swtpm_remove(&emulator);
}

static void test_another_tpm_is_noticed(void **state)
{
    (void)state;
    struct swtpm emulator;
    struct swtpm other;
    uint8_t name[TPM_NAME_SIZE];
    swtpm_make(&emulator);
    swtpm_make(&other);
    struct tpm *tpm = visit(&emulator, name, false);
    tpm_close(&tpm);
    const struct tpm_transport transport = swtpm_transport(&other);
    CHECK_OK(tpm_open(&transport, &tpm));
    CHECK_STATUS(STATUS_CONFLICT, tpm_authorize(tpm, true, name));
    tpm_close(&tpm);
    swtpm_remove(&emulator);
    swtpm_remove(&other);
}

/* A foreign reader sees what stands there; the owner's password does not. */
static void test_tools_of_others_agree(void **state)
{
    (void)state;
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    tpm_close(&tpm);
    CHECK(swtpm_tool(&emulator, "tpm2_nvread -P 'an auth value of thirty-two "
                                "byte' 0x01848100 2>/dev/null | grep -q 'the "
                                "first root'") == 0);
    CHECK(swtpm_tool(&emulator,
                     "tpm2_nvread -C o 0x01848100 >/dev/null 2>&1") != 0);
    CHECK(swtpm_tool(&emulator, "tpm2_nvreadpublic 0x01848100 2>/dev/null | "
                                "grep -q no_da") == 0);
    /* Visits leave no objects and sessions behind. */
    CHECK(swtpm_tool(&emulator, "tpm2_getcap handles-transient >$$.t && "
                                "! grep 0x $$.t; kept=$?; rm $$.t; exit "
                                "$kept") == 0);
    swtpm_remove(&emulator);
}

/* A bare TPM has three slots: visits that are cut off must not fill them. */
static void test_cut_off_visits_fill_no_slots(void **state)
{
    (void)state;
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    uint8_t found[SIZE];
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    tpm_close(&tpm);
    for (int i = 0; i < 8; i++) {
        tpm = visit(&emulator, name, true);
        emulator.breaks_at = emulator.commands + 1;
        CHECK_STATUS(STATUS_IO, tpm_index_read(tpm, &INDEX, found));
        tpm_close(&tpm);
        emulator.breaks_at = 0;
    }
    tpm = visit(&emulator, name, true);
    CHECK_OK(tpm_index_read(tpm, &INDEX, found));
    tpm_close(&tpm);
    swtpm_remove(&emulator);
}

/* TPM_RC_RETRY, NV_RATE, LOCKOUT, NV_UNAVAILABLE: later. The first of them
 * ESYS tries again by itself, a few times. */
static void test_a_busy_tpm_is_asked_later(void **state)
{
    (void)state;
    static const uint32_t BUSY[] = {0x922, 0x920, 0x921, 0x923};
    struct swtpm emulator;
    uint8_t name[TPM_NAME_SIZE];
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &INDEX));
    for (size_t i = 0; i < sizeof BUSY / sizeof BUSY[0]; i++) {
        emulator.refuses_with = BUSY[i];
        emulator.refuses_command = CC_NV_WRITE;
        emulator.refuses_count = 100;
        CHECK_STATUS(STATUS_AGAIN, tpm_index_write(tpm, &INDEX, FIRST));
        CHECK(tpm_last_code(tpm) == BUSY[i]);
        emulator.refuses_count = 0;
        CHECK_OK(tpm_index_write(tpm, &INDEX, FIRST));
    }
    emulator.refuses_with = 0x922;
    emulator.refuses_count = 2;
    CHECK_OK(tpm_index_write(tpm, &INDEX, SECOND));
    tpm_close(&tpm);
    swtpm_remove(&emulator);
}

static bool is_good(struct bytes blob)
{
    struct tpm_attestation found;
    if (tpm_attestation_read(blob, &found) != STATUS_OK)
        return false;
    return ecdsa_p256_verify((struct ecdsa_point){found.x, found.y},
                             found.statement,
                             (struct ecdsa_signature){found.r, found.s}) ==
           STATUS_OK;
}

/* Our own reading, which needs no TPM: good, and with one bit changed not,
 * unless it is the maker's name, which nobody signs, or what a key is for. */
static void check_offline(const uint8_t *attestation, size_t size)
{
    struct tpm_attestation found;
    uint8_t changed[TPM_ATTESTATION_MAX];
    size_t unsigned_bits = 0;
    CHECK_OK(tpm_attestation_read(bytes_of(attestation, size), &found));
    CHECK(is_good(bytes_of(attestation, size)));
    CHECK(strcmp(found.manufacturer, "IBM ") == 0);
    CHECK(found.epoch == 7);
    CHECK(found.clock_ms > 0);
    memcpy(changed, attestation, size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        size_t at = bit / 8;
        bool is_name = at >= 6 && at < 10;
        changed[at] ^= (uint8_t)(1u << bit % 8);
        if (!is_name)
            unsigned_bits += is_good(bytes_of(changed, size));
        changed[at] ^= (uint8_t)(1u << bit % 8);
    }
    /* Attributes of the key beyond the five that we demand. */
    CHECK(unsigned_bits <= 27);
    for (size_t cut = 0; cut < size; cut++)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     tpm_attestation_read(bytes_of(attestation, cut), &found));
}

/* openssl, with the parts cut out by a few lines of Python, finds it good; and
 * not with one bit changed. */
static void test_a_stranger_checks_an_attestation(void **state)
{
    (void)state;
    struct swtpm emulator;
    static const uint8_t content[MARK_SIZE] = {0, 0, 0, 0, 0, 0, 0, 7};
    static const struct tpm_index MARK = {HANDLE + 2, MARK_SIZE, AUTH};
    uint8_t name[TPM_NAME_SIZE];
    uint8_t key_name[TPM_NAME_SIZE];
    uint8_t attestation[TPM_ATTESTATION_MAX];
    size_t size = 0;
    char path[200];
    char line[600];
    swtpm_make(&emulator);
    struct tpm *tpm = visit(&emulator, name, false);
    CHECK_OK(tpm_index_define(tpm, &MARK));
    CHECK_OK(tpm_index_write(tpm, &MARK, content));
    CHECK_OK(tpm_certify(tpm, &MARK, false, key_name, attestation, &size));
    CHECK_OK(tpm_certify(tpm, &MARK, true, key_name, attestation, &size));
    CHECK_STATUS(STATUS_CONFLICT, tpm_certify(tpm, &MARK, true, name,
                                              attestation, &size));
    CHECK_OK(tpm_certify(tpm, &MARK, true, key_name, attestation, &size));
    tpm_close(&tpm);
    check_offline(attestation, size);
    (void)snprintf(path, sizeof path, "%s/attestation", emulator.directory);
    (void)snprintf(line, sizeof line,
                   "python3 %s/tests/tools/check_attestation.py %s >/dev/null "
                   "2>&1",
                   getenv("SOURCE_ROOT"), path);
    for (int bad = 0; bad < 2; bad++) {
        FILE *file = fopen(path, "w");
        CHECK(file != NULL);
        if (bad != 0)
            attestation[60] ^= 1; /* in what is signed */
        CHECK(fwrite(attestation, size, 1, file) == 1);
        CHECK(fclose(file) == 0);
        CHECK((system(line) == 0) == (bad == 0));
    }
    swtpm_remove(&emulator);
}

TEST_MAIN("tpm/tpm", TEST(test_an_index_is_written_and_read),
          TEST(test_nothing_secret_crosses_the_bus),
          TEST(test_a_wrong_auth_value_is_refused_and_locks_nothing),
          TEST(test_another_tpm_is_noticed), TEST(test_tools_of_others_agree),
          TEST(test_cut_off_visits_fill_no_slots),
          TEST(test_a_busy_tpm_is_asked_later),
          TEST(test_a_stranger_checks_an_attestation))
