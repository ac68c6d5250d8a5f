/* SPDX-License-Identifier: Apache-2.0 */
/* Disks, and how long they hold what is promised: a part of the status. */
#include "base/reader.h"
#include "base/text.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"
#include "store/disk.h"

static void put_disks(struct json *json, struct bytes disks)
{
    struct reader in = reader_on(disks);
    gate_put_name(json, "disks");
    gate_put_open(json, '[');
    while (reader_more(&in)) {
        enum disk_state state = (enum disk_state)reader_u8(&in);
        struct text id = bytes_text(reader_bytes(&in, reader_u8(&in)));
        uint64_t bytes = reader_u64be(&in);
        uint64_t free_bytes = reader_u64be(&in);
        if (in.failed)
            break;
        gate_put_open(json, '{');
        gate_put_named_text(json, "id", id);
        gate_put_named_text(json, "state",
                            text_of(disk_state_name(state)));
        gate_put_named_number(json, "bytes", (int64_t)bytes);
        gate_put_named_number(json, "free_bytes", (int64_t)free_bytes);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

static void put_pools(struct json *json, struct bytes pools)
{
    struct reader in = reader_on(pools);
    gate_put_name(json, "pools");
    gate_put_open(json, '[');
    while (reader_more(&in)) {
        uint16_t class_id = reader_u16be(&in);
        uint32_t cameras = reader_u32be(&in);
        bool is_measured = reader_u8(&in) != 0;
        uint64_t bytes_per_s = reader_u64be(&in);
        int64_t promise_s = reader_i64be(&in);
        int64_t holds_s = reader_i64be(&in);
        if (in.failed)
            break;
        gate_put_open(json, '{');
        gate_put_named_number(json, "class", class_id);
        gate_put_named_number(json, "cameras", cameras);
        gate_put_name(json, "measured");
        gate_put_bool(json, is_measured);
        gate_put_named_number(json, "bytes_per_s", (int64_t)bytes_per_s);
        gate_put_named_number(json, "promised_s", promise_s);
        gate_put_named_number(json, "holds_s", holds_s);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

void gate_put_storage(const struct message_vault_status_reply *reply,
                      struct buffer *out)
{
    struct json json = gate_put_on(out);
    buffer_clear(out);
    put_disks(&json, reply->disks);
    put_pools(&json, reply->pools);
    gate_put_named_number(&json, "capacity_bytes",
                          (int64_t)reply->capacity_bytes);
    gate_put_named_number(&json, "needed_bytes",
                          (int64_t)reply->needed_bytes);
    gate_put_name(&json, "full_in_s");
    if (reply->full_in_s < 0)
        gate_put_null(&json);
    else
        gate_put_number(&json, reply->full_in_s);
}
