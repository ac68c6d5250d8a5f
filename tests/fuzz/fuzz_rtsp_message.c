/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: whole or cut anywhere, the outcome is the same. Input: a byte
 * (kind), a byte (size of the pieces), then what the peer sent. */
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
    }
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
