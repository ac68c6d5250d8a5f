/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/secure_link.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

struct secure_link {
    struct tls_session *tls;
    bool has_pin;
    bool has_seen;
    bool is_trusted;
    uint8_t pin[TLS_FINGERPRINT_SIZE];
    uint8_t seen[TLS_FINGERPRINT_SIZE];
};

enum status secure_link_create(struct tls_client *client, struct bytes pin,
                               struct secure_link **out)
{
    *out = NULL;
    if (pin.size != 0 && pin.size != TLS_FINGERPRINT_SIZE)
        return STATUS_BAD_INPUT;
    AUTO(secure_link_destroy)
    struct secure_link *link = alloc_zeroed(sizeof *link);
    if (link == NULL)
        return STATUS_NO_MEMORY;
    link->has_pin = pin.size != 0;
    if (link->has_pin)
        memcpy(link->pin, pin.data, pin.size);
    enum status s = tls_client_connect(client, &link->tls);
    if (s != STATUS_OK)
        return s;
    *out = link;
    link = NULL;
    return STATUS_OK;
}

void secure_link_destroy(struct secure_link **link)
{
    if (*link == NULL)
        return;
    tls_session_destroy(&(*link)->tls);
    alloc_free(*link);
    *link = NULL;
}

enum status secure_link_receive(struct secure_link *link, struct bytes received)
{
    return tls_session_receive(link->tls, received);
}

/* Once, when the handshake is over. Fingerprints are public. */
static enum status judge(struct secure_link *link)
{
    if (link->is_trusted)
        return STATUS_OK;
    enum status s = tls_session_fingerprint(link->tls, link->seen);
    if (s != STATUS_OK)
        return s == STATUS_AGAIN ? STATUS_AGAIN : STATUS_BAD_INPUT;
    link->has_seen = true;
    link->is_trusted = link->has_pin && memcmp(link->pin, link->seen,
                                               sizeof link->pin) == 0;
    return link->is_trusted ? STATUS_OK : STATUS_DENIED;
}

enum status secure_link_read(struct secure_link *link, void *out, size_t size,
                             size_t *used)
{
    enum status s = tls_session_read(link->tls, out, size, used);
    enum status judged = judge(link);
    if (judged == STATUS_DENIED || judged == STATUS_BAD_INPUT) {
        *used = 0;
        return judged;
    }
    return s;
}

enum status secure_link_write(struct secure_link *link, struct bytes plain)
{
    return link->is_trusted ? tls_session_write(link->tls, plain)
                            : STATUS_AGAIN;
}

struct bytes secure_link_output(struct secure_link *link)
{
    return tls_session_output(link->tls);
}

void secure_link_output_consume(struct secure_link *link, size_t size)
{
    tls_session_output_consume(link->tls, size);
}

bool secure_link_is_trusted(const struct secure_link *link)
{
    return link->is_trusted;
}

struct bytes secure_link_seen(const struct secure_link *link)
{
    return bytes_of(link->seen, link->has_seen ? sizeof link->seen : 0);
}
