/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of cameras, pinned at their first use. The supervisor keeps the
 * book because it alone connects and has files; ingest judges by the pin it is
 * given, and sends nothing before.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/pin_book.h"
#include "roles/supervisor/link.h"
#include "sys/logger.h"

enum { PATH_SIZE = 1100 };

/* As in ipc/messages.def: camera_certificate. */
enum change { CHANGE_PINNED, CHANGE_CHANGED, CHANGE_ACCEPTED };

static void tell_gate(const struct camera_link *link, enum change change,
                      const uint8_t fingerprint[TLS_FINGERPRINT_SIZE])
{
    struct channel *gate = child_control(link->supervisor, ROLE_GATE);
    struct message_camera_certificate message = {
        .camera = stream_camera(link->plan.camera),
        .change = (uint8_t)change,
    };
    memcpy(message.fingerprint, fingerprint, TLS_FINGERPRINT_SIZE);
    if (gate == NULL || message_camera_certificate_send(
                            gate, &message, -1, NULL, NULL) != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u: no entry for its certificate",
                 (unsigned)link->plan.camera);
}

static void write_path(const struct camera_link *link, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/tls/cameras",
                   link->supervisor->directory);
}

static enum status read_book(const struct camera_link *link,
                             struct pin_book **out)
{
    char path[PATH_SIZE];
    write_path(link, path);
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    enum status s = pin_book_read(*out, &FILE_LAYER_SYSTEM, path);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "%s cannot be read status=%s", path,
                 status_name(s));
    return s;
}

/* The pin in the book is the link's from now on. */
static void take_pin(struct camera_link *link, const struct pin *pin)
{
    link->has_pin = pin != NULL;
    if (pin != NULL)
        memcpy(link->pin, pin->fingerprint, sizeof link->pin);
}

enum status certificate_look_up(struct camera_link *link, struct bytes *pin)
{
    struct pin_book *book = NULL;
    enum status s = read_book(link, &book);
    if (s == STATUS_OK) {
        const struct pin *found =
            pin_book_find(book, stream_camera(link->plan.camera));
        if (link->has_refused && found != NULL &&
            memcmp(found->fingerprint, link->refused,
                   sizeof link->refused) == 0) { /* public */
            tell_gate(link, CHANGE_ACCEPTED, link->refused);
            link->has_refused = false;
        }
        take_pin(link, found);
        *pin = bytes_of(link->pin, found == NULL ? 0 : sizeof link->pin);
    }
    alloc_free(book);
    return s;
}

static void refuse(struct camera_link *link, struct bytes fingerprint)
{
    bool is_known = link->has_refused &&
                    memcmp(link->refused, fingerprint.data,
                           sizeof link->refused) == 0; /* public */
    if (is_known)
        return; /* told already */
    link->has_refused = true;
    memcpy(link->refused, fingerprint.data, sizeof link->refused);
    log_line(LOG_ERROR,
             "camera=%u shows another certificate than the one pinned: refused "
             "until haechi camera accept",
             (unsigned)link->plan.camera);
    tell_gate(link, CHANGE_CHANGED, link->refused);
}

enum status certificate_seen(struct camera_link *link, struct bytes fingerprint)
{
    struct pin_book *book = NULL;
    char path[PATH_SIZE];
    if (fingerprint.size != TLS_FINGERPRINT_SIZE)
        return STATUS_BAD_INPUT;
    write_path(link, path);
    enum status s = read_book(link, &book);
    const struct pin *pin =
        s == STATUS_OK
            ? pin_book_find(book, stream_camera(link->plan.camera))
            : NULL;
    if (pin != NULL) {
        s = memcmp(pin->fingerprint, fingerprint.data, fingerprint.size) == 0
                ? STATUS_OK /* accepted meanwhile */
                : STATUS_DENIED;
    } else if (s == STATUS_OK) {
        s = pin_book_put(book, stream_camera(link->plan.camera),
                         fingerprint.data);
        if (s == STATUS_OK)
            s = pin_book_write(book, &FILE_LAYER_SYSTEM, path);
        if (s == STATUS_OK)
            tell_gate(link, CHANGE_PINNED, fingerprint.data);
    }
    if (s == STATUS_DENIED)
        refuse(link, fingerprint);
    alloc_free(book);
    return s;
}
