/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/message.h"

#include <assert.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

enum stage { STAGE_START_LINE, STAGE_HEADERS, STAGE_BODY, STAGE_DONE };

static_assert((int)WIRE_HEAD_BYTES_MAX <= UINT16_MAX, "ranges are u16");

const struct wire_message_limits WIRE_LIMITS_HTTP = {
    .start_line_bytes = WIRE_START_LINE_BYTES_MAX,
    .header_line_bytes = WIRE_HEADER_LINE_BYTES_MAX,
    .headers = WIRE_HEADERS_MAX,
    .head_bytes = WIRE_HEAD_BYTES_MAX,
    .body_bytes = 65536,
};

const struct wire_message_limits WIRE_LIMITS_RTSP = {
    .start_line_bytes = WIRE_START_LINE_BYTES_MAX,
    .header_line_bytes = WIRE_HEADER_LINE_BYTES_MAX,
    .headers = WIRE_HEADERS_MAX,
    .head_bytes = WIRE_HEAD_BYTES_MAX,
    .body_bytes = 65536,
    .tolerates_bare_lf = true,
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *head_at(const struct wire_message *message, size_t offset)
{
    return (const char *)message->head.data + offset;
}

static struct text range_text(const struct wire_message *message,
                              struct wire_message_range range)
{
    if (range.size == 0)
        return text_of("");
    return (struct text){head_at(message, range.from), range.size};
}

/* text must be a view into the head. */
static struct wire_message_range text_range(const struct wire_message *message,
                                            struct text text)
{
    size_t from = text.size == 0 ? 0 : (size_t)(text.data - head_at(message, 0));
    return (struct wire_message_range){(uint16_t)from, (uint16_t)text.size};
}

void wire_message_init(struct wire_message *message,
                       enum wire_message_kind kind,
                       const struct wire_message_limits *limits)
{
    const struct wire_message_limits most = {
        .start_line_bytes =
            least(limits->start_line_bytes, WIRE_START_LINE_BYTES_MAX),
        .header_line_bytes =
            least(limits->header_line_bytes, WIRE_HEADER_LINE_BYTES_MAX),
        .headers = least(limits->headers, WIRE_HEADERS_MAX),
        .head_bytes = least(limits->head_bytes, WIRE_HEAD_BYTES_MAX),
        .body_bytes = least(limits->body_bytes, WIRE_BODY_BYTES_MAX),
        .tolerates_bare_lf = limits->tolerates_bare_lf,
    };
    message->kind = kind;
    message->limits = most;
    message->head = buffer_with_limit(most.head_bytes);
    message->body = buffer_with_limit(most.body_bytes);
    wire_message_reset(message);
}

void wire_message_deinit(struct wire_message *message)
{
    buffer_deinit(&message->head);
    buffer_deinit(&message->body);
    wire_message_reset(message);
}

void wire_message_reset(struct wire_message *message)
{
    const struct wire_message_range nothing = {0, 0};
    message->stage = STAGE_START_LINE;
    message->failure = STATUS_OK;
    message->line_from = 0;
    message->empty_lines = 0;
    message->header_count = 0;
    message->content_length = 0;
    message->has_content_length = false;
    message->has_host = false;
    message->is_request = false;
    message->status_code = 0;
    message->minor_version = 0;
    message->method = nothing;
    message->target = nothing;
    message->reason = nothing;
    buffer_clear(&message->head);
    buffer_clear(&message->body);
}

/* RFC 9110 section 5.6.2: tchar. */
static bool is_token(struct text text)
{
    static const char MARKS[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_digit = c >= '0' && c <= '9';
        if (!is_letter && !is_digit && (c == 0 || strchr(MARKS, c) == NULL))
            return false;
    }
    return text.size > 0;
}

/* RFC 9110 section 5.5: visible, space, tab and bytes above ASCII. */
static bool is_field_content(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = (uint8_t)text.data[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* A target: visible ASCII, at least one character. */
static bool is_target(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((uint8_t)text.data[i] <= 0x20 || (uint8_t)text.data[i] >= 0x7f)
            return false;
    return text.size > 0;
}

static bool speaks_http(const struct wire_message *message)
{
    return message->kind == WIRE_HTTP_REQUEST ||
           message->kind == WIRE_HTTP_RESPONSE;
}

static enum status take_version(struct wire_message *message,
                                struct text version)
{
    bool is_http = speaks_http(message);
    struct text prefix = text_of(is_http ? "HTTP/1." : "RTSP/1.");
    if (version.size != prefix.size + 1 ||
        !text_starts_with(version, prefix))
        return STATUS_BAD_INPUT;
    char minor = version.data[version.size - 1];
    /* RTSP has only 1.0 (RFC 2326); its 2.0 is another protocol. */
    if (minor != '0' && !(is_http && minor == '1'))
        return STATUS_BAD_INPUT;
    message->minor_version = (uint8_t)(minor - '0');
    return STATUS_OK;
}

/* RFC 9112 section 4: version SP three digits [SP phrase]. */
static enum status take_status_line(struct wire_message *message,
                                    struct text line)
{
    enum status s = take_version(message, text_cut(&line, ' '));
    if (s != STATUS_OK)
        return s;
    struct text code = text_cut(&line, ' ');
    uint64_t number = 0;
    if (code.size != 3 ||
        number_parse_u64(code, 100, 999, &number) != STATUS_OK ||
        !is_field_content(line))
        return STATUS_BAD_INPUT;
    message->status_code = (uint16_t)number;
    message->reason = text_range(message, line);
    return STATUS_OK;
}

/* RFC 9112 section 3: method SP target SP version, single spaces. */
static enum status take_request_line(struct wire_message *message,
                                     struct text line)
{
    struct text method = text_cut(&line, ' ');
    struct text target = text_cut(&line, ' ');
    if (!is_token(method) || !is_target(target))
        return STATUS_BAD_INPUT;
    message->is_request = true;
    message->method = text_range(message, method);
    message->target = text_range(message, target);
    return take_version(message, line);
}

static enum status take_start_line(struct wire_message *message,
                                   struct text line)
{
    if (line.size == 0) {
        buffer_clear(&message->head);
        message->line_from = 0;
        return ++message->empty_lines > WIRE_EMPTY_LINES_MAX
                   ? STATUS_BAD_INPUT
                   : STATUS_OK;
    }
    message->stage = STAGE_HEADERS;
    bool is_response =
        message->kind == WIRE_HTTP_RESPONSE ||
        message->kind == WIRE_RTSP_RESPONSE ||
        (message->kind == WIRE_RTSP_ANY &&
         text_starts_with(line, text_of("RTSP/")));
    return is_response ? take_status_line(message, line)
                       : take_request_line(message, line);
}

/* The headers that decide where a message ends: more than one, or one that
 * could be read in two ways, would let two readers disagree. */
static enum status take_framing(struct wire_message *message, struct text name,
                                struct text value)
{
    if (text_equal_ignore_case(name, text_of("transfer-encoding")))
        return STATUS_LIMIT;
    if (text_equal_ignore_case(name, text_of("host")) &&
        speaks_http(message)) {
        if (message->has_host)
            return STATUS_BAD_INPUT;
        message->has_host = true;
    }
    if (!text_equal_ignore_case(name, text_of("content-length")))
        return STATUS_OK;
    if (message->has_content_length)
        return STATUS_BAD_INPUT;
    message->has_content_length = true;
    uint64_t length = 0;
    enum status s =
        number_parse_u64(value, 0, message->limits.body_bytes, &length);
    message->content_length = (size_t)length;
    return s;
}

static enum status take_header(struct wire_message *message, struct text line)
{
    size_t colon = text_find(line, ':');
    struct text name = {line.data, colon};
    if (colon == line.size || !is_token(name))
        return STATUS_BAD_INPUT; /* also a folded line: it starts with SP */
    struct text value =
        text_trim((struct text){line.data + colon + 1, line.size - colon - 1});
    if (!is_field_content(value))
        return STATUS_BAD_INPUT;
    if (message->header_count == message->limits.headers)
        return STATUS_LIMIT;
    message->headers[message->header_count++] = (struct wire_message_header){
        text_range(message, name), text_range(message, value)};
    return take_framing(message, name, value);
}

/* A line without its end. */
static enum status take_line(struct wire_message *message, struct text line)
{
    if (message->stage == STAGE_START_LINE)
        return take_start_line(message, line);
    if (line.size > 0)
        return take_header(message, line);
    message->stage = message->content_length > 0 ? STAGE_BODY : STAGE_DONE;
    return STATUS_OK;
}

/* Cuts the line end off; the line holds its LF. */
static enum status end_line(struct wire_message *message)
{
    struct text line = {head_at(message, message->line_from),
                        message->head.size - message->line_from - 1};
    message->line_from = message->head.size;
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    else if (!message->limits.tolerates_bare_lf)
        return STATUS_BAD_INPUT;
    return take_line(message, line);
}

/* Takes one line or a piece of one. */
static enum status take_head(struct wire_message *message, struct bytes input,
                             size_t *used)
{
    const uint8_t *end = memchr(input.data, '\n', input.size);
    size_t size = end == NULL ? input.size : (size_t)(end - input.data) + 1;
    size_t line_used = message->head.size - message->line_from;
    size_t line_most = message->stage == STAGE_START_LINE
                           ? message->limits.start_line_bytes
                           : message->limits.header_line_bytes;
    if (size > message->limits.head_bytes - message->head.size ||
        size > line_most - line_used)
        return STATUS_LIMIT;
    buffer_append(&message->head, bytes_of(input.data, size));
    *used += size;
    if (message->head.failed)
        return buffer_status(&message->head);
    return end == NULL ? STATUS_OK : end_line(message);
}

static enum status take_body(struct wire_message *message, struct bytes input,
                             size_t *used)
{
    size_t missing = message->content_length - message->body.size;
    size_t size = least(missing, input.size);
    buffer_append(&message->body, bytes_of(input.data, size));
    *used += size;
    if (message->body.size == message->content_length)
        message->stage = STAGE_DONE;
    return buffer_status(&message->body);
}

enum status wire_message_input(struct wire_message *message,
                               struct bytes input, size_t *used)
{
    *used = 0;
    while (message->failure == STATUS_OK && message->stage != STAGE_DONE &&
           *used < input.size) {
        struct bytes left = bytes_of(input.data + *used, input.size - *used);
        message->failure = message->stage == STAGE_BODY
                               ? take_body(message, left, used)
                               : take_head(message, left, used);
    }
    if (message->failure != STATUS_OK)
        return message->failure;
    return message->stage == STAGE_DONE ? STATUS_OK : STATUS_AGAIN;
}

bool wire_message_is_empty(const struct wire_message *message)
{
    return message->head.size == 0;
}

bool wire_message_has_head(const struct wire_message *message)
{
    return message->failure == STATUS_OK &&
           (message->stage == STAGE_BODY || message->stage == STAGE_DONE);
}

bool wire_message_is_request(const struct wire_message *message)
{
    return message->is_request;
}

struct text wire_message_method(const struct wire_message *message)
{
    return range_text(message, message->method);
}

struct text wire_message_target(const struct wire_message *message)
{
    return range_text(message, message->target);
}

unsigned wire_message_status_code(const struct wire_message *message)
{
    return message->status_code;
}

struct text wire_message_reason(const struct wire_message *message)
{
    return range_text(message, message->reason);
}

unsigned wire_message_minor_version(const struct wire_message *message)
{
    return message->minor_version;
}

bool wire_message_header(const struct wire_message *message, const char *name,
                         struct text *value)
{
    struct text wanted = text_of(name);
    for (size_t i = 0; i < message->header_count; i++) {
        struct text found = range_text(message, message->headers[i].name);
        if (!text_equal_ignore_case(found, wanted))
            continue;
        *value = range_text(message, message->headers[i].value);
        return true;
    }
    return false;
}

struct text wire_message_header_or_empty(const struct wire_message *message,
                                         const char *name)
{
    struct text value = {NULL, 0};
    return wire_message_header(message, name, &value)
               ? value
               : text_of("");
}

bool wire_message_header_at(const struct wire_message *message, size_t index,
                            struct text *name, struct text *value)
{
    if (index >= message->header_count)
        return false;
    *name = range_text(message, message->headers[index].name);
    *value = range_text(message, message->headers[index].value);
    return true;
}

size_t wire_message_content_length(const struct wire_message *message)
{
    return message->content_length;
}

struct bytes wire_message_body(const struct wire_message *message)
{
    return buffer_bytes(&message->body);
}
