/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: whole or cut anywhere, the outcome is the same; a challenge in one is
 * answered so that its author takes it. Input: a byte (kind), a byte (size of the
 * pieces), then what the peer sent. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "wire/digest.h"
#include "wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status run(struct wire_message *message, unsigned kind,
                       size_t piece, struct bytes input, size_t *taken)
{
    const struct wire_message_limits *limits =
        kind < 2 ? &WIRE_LIMITS_HTTP : &WIRE_LIMITS_RTSP;
    enum status s = STATUS_AGAIN;
    *taken = 0;
    wire_message_init(message, (enum wire_message_kind)kind, limits);
    while (*taken < input.size && s == STATUS_AGAIN) {
        size_t left = input.size - *taken;
        size_t used = 0;
        struct bytes part = {input.data + *taken, left < piece ? left : piece};
        s = wire_message_input(message, part, &used);
        assert(used <= part.size && (s != STATUS_AGAIN || used == part.size));
        *taken += used;
    }
    return s;
}

static const struct digest_credentials WHO = {
    .user = {.data = "camera", .size = 6}, .password = {.data = "w", .size = 1}};

static void answer_challenge(const struct digest_challenge *challenge,
                             struct text value)
{
    char memory[4096];
    struct writer out = writer_on(memory, sizeof memory);
    struct digest_challenge again = {.algorithm = DIGEST_NONE};
    const struct digest_request request = {
        text_of("DESCRIBE"), text_of("rtsp://192.0.2.1/"), text_of("c"), 1};
    if (challenge->algorithm == DIGEST_NONE)
        return;
    enum status s = digest_check_authorization(value, challenge, &WHO,
                                               &request);
    assert(s == STATUS_DENIED); /* it does not know our password */
    assert(digest_write_authorization(&out, challenge, &WHO, &request) ==
           STATUS_OK);
    assert(digest_check_authorization(bytes_text(writer_written(&out)),
                                      challenge, &WHO, &request) == STATUS_OK);
    out = writer_on(memory, sizeof memory);
    digest_write_challenge(&out, challenge);
    digest_challenge_read(bytes_text(writer_written(&out)), &again);
    assert(again.algorithm == challenge->algorithm);
    assert(again.has_qop == challenge->has_qop);
    assert(strcmp(again.nonce, challenge->nonce) == 0);
}

static bool find(const struct wire_message *message, struct text name,
                 struct text *value)
{
    char word[WIRE_HEADER_LINE_BYTES_MAX + 1];
    return text_copy(name, word, sizeof word) &&
           wire_message_header(message, word, value);
}

static void read_all(const struct wire_message *message)
{
    struct digest_challenge best = {.algorithm = DIGEST_NONE};
    struct text name;
    struct text value;
    for (size_t i = 0; wire_message_header_at(message, i, &name, &value);
         i++) {
        assert(name.size > 0);
        assert(value.size == 0 ||
               (memchr(value.data, '\n', value.size) == NULL &&
                memchr(value.data, 0, value.size) == NULL));
        digest_challenge_read(value, &best);
        answer_challenge(&best, value);
        struct text first;
        assert(memchr(name.data, 0, name.size) != NULL ||
               find(message, name, &first));
    }
    assert(wire_message_has_head(message) && !wire_message_is_empty(message));
    assert(wire_message_minor_version(message) <= 9);
    if (wire_message_is_request(message))
        assert(wire_message_method(message).size > 0);
    else
        assert(wire_message_status_code(message) >= 100);
    assert(wire_message_reason(message).size <= message->head.size);
    assert(wire_message_body(message).size ==
           wire_message_content_length(message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct wire_message whole;
    static struct wire_message cut;
    size_t whole_taken = 0;
    size_t cut_taken = 0;
    if (size < 2)
        return 0;
    unsigned kind = data[0] % 5u;
    struct bytes input = {data + 2, size - 2};
    enum status s = run(&whole, kind, SIZE_MAX, input, &whole_taken);
    enum status t = run(&cut, kind, 1u + data[1], input, &cut_taken);
    assert(s == t);
    if (s == STATUS_OK) {
        assert(whole_taken == cut_taken);
        assert(whole.header_count == cut.header_count);
        assert(text_equal(wire_message_target(&whole),
                          wire_message_target(&cut)));
        assert(text_equal(bytes_text(wire_message_body(&whole)),
                          bytes_text(wire_message_body(&cut))));
        read_all(&whole);
    }
    wire_message_deinit(&whole);
    wire_message_deinit(&cut);
    return 0;
}
