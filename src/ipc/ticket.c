/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/ticket.h"

#include "base/reader.h"
#include "crypto/hash.h"

static const uint32_t MAGIC = 0x48544b31; /* "HTK1" */

static enum status mac(struct bytes body, const uint8_t *key,
                       enum ticket_reader reader,
                       uint8_t out[TICKET_MAC_SIZE])
{
    /* The reader's number goes in, so that equal keys would not make the two
     * MACs alike. */
    const uint8_t purpose[] = {'t', 'i', 'c', 'k', 'e', 't', (uint8_t)reader};
    const struct bytes parts[] = {bytes_of(purpose, sizeof purpose), body};
    return hmac_sha256(bytes_of(key, TICKET_KEY_SIZE), parts, 2, out);
}

static void put_body(const struct ticket *ticket, struct writer *out)
{
    writer_u32be(out, MAGIC);
    writer_u8(out, (uint8_t)ticket->kind);
    writer_zeros(out, 3);
    writer_u64be(out, ticket->view);
    writer_u32be(out, ticket->person);
    writer_i64be(out, ticket->span.from.us);
    writer_i64be(out, ticket->span.to.us);
    writer_i64be(out, ticket->expires.us);
    writer_u16be(out, (uint16_t)(ticket->cameras.size / 4));
    writer_bytes(out, ticket->cameras);
}

enum status ticket_seal(const struct ticket *ticket,
                        const uint8_t vault_key[TICKET_KEY_SIZE],
                        const uint8_t keeper_key[TICKET_KEY_SIZE],
                        struct writer *out)
{
    if (ticket->cameras.size == 0 || ticket->cameras.size % 4 != 0 ||
        ticket->cameras.size / 4 > TICKET_CAMERAS_MAX)
        return STATUS_LIMIT;
    size_t start = out->used;
    put_body(ticket, out);
    if (out->failed)
        return STATUS_LIMIT;
    struct bytes body = bytes_of(out->data + start, out->used - start);
    uint8_t macs[2][TICKET_MAC_SIZE];
    enum status s = mac(body, vault_key, TICKET_FOR_VAULT, macs[0]);
    if (s == STATUS_OK)
        s = mac(body, keeper_key, TICKET_FOR_KEEPER, macs[1]);
    if (s != STATUS_OK)
        return s;
    writer_bytes(out, bytes_of(macs, sizeof macs));
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

static bool mac_is_right(struct bytes sealed, enum ticket_reader reader,
                         const uint8_t key[TICKET_KEY_SIZE])
{
    size_t body_size = sealed.size - 2 * TICKET_MAC_SIZE;
    uint8_t right[TICKET_MAC_SIZE];
    size_t place = body_size + (size_t)reader * TICKET_MAC_SIZE;
    return mac(bytes_of(sealed.data, body_size), key, reader, right) ==
               STATUS_OK &&
           secret_equal(right, sealed.data + place, sizeof right);
}

enum status ticket_open(struct bytes sealed, enum ticket_reader reader,
                        const uint8_t key[TICKET_KEY_SIZE],
                        struct boot_time now, struct ticket *out)
{
    if (sealed.size < TICKET_FIXED_SIZE || sealed.size > TICKET_SIZE_MAX ||
        !mac_is_right(sealed, reader, key))
        return STATUS_DENIED;
    struct reader in = reader_on(
        bytes_of(sealed.data, sealed.size - 2 * TICKET_MAC_SIZE));
    uint32_t magic = reader_u32be(&in);
    uint8_t kind = reader_u8(&in);
    reader_skip(&in, 3);
    struct ticket ticket = {.view = reader_u64be(&in)};
    ticket.person = reader_u32be(&in);
    ticket.span.from.us = reader_i64be(&in);
    ticket.span.to.us = reader_i64be(&in);
    ticket.expires.us = reader_i64be(&in);
    uint16_t count = reader_u16be(&in);
    ticket.cameras = reader_bytes(&in, 4u * count);
    if (!reader_done(&in) || magic != MAGIC || count == 0 ||
        kind < TICKET_RECORDED || kind > TICKET_HOLD ||
        now.us >= ticket.expires.us)
        return STATUS_DENIED;
    ticket.kind = (enum ticket_kind)kind;
    *out = ticket;
    return STATUS_OK;
}

bool ticket_allows_camera(const struct ticket *ticket, uint32_t camera)
{
    struct reader in = reader_on(ticket->cameras);
    while (reader_more(&in))
        if ((reader_u32be(&in) & ~TICKET_COVERED) == camera)
            return true;
    return false;
}

bool ticket_covers_camera(const struct ticket *ticket, uint32_t camera)
{
    struct reader in = reader_on(ticket->cameras);
    while (reader_more(&in))
        if (reader_u32be(&in) == (camera | TICKET_COVERED))
            return true;
    return false;
}

bool ticket_allows_keys(const struct ticket *ticket, uint32_t camera)
{
    return ticket_allows_camera(ticket, camera) ||
           (camera <= CAMERA_NUMBER_MAX &&
            ticket_allows_camera(ticket, camera + STREAM_SUB));
}
