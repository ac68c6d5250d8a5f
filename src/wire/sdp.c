/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/sdp.h"

#include <string.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

enum { PAYLOAD_TYPE_MAX = 127, CLOCK_RATE_MAX_HZ = 1000000 };

/* One line without its end; the rest keeps what follows. */
static struct text next_line(struct text *rest)
{
    struct text line = text_cut(rest, '\n');
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* The value of attribute `name` in a line "a=name:value". */
static bool attribute(struct text line, const char *name, struct text *value)
{
    struct text rest = line;
    struct text type = text_cut(&rest, '=');
    if (!text_equal(type, text_of("a")))
        return false;
    if (!text_equal_ignore_case(text_cut(&rest, ':'), text_of(name)))
        return false;
    *value = text_trim(rest);
    return true;
}

/* "96 rest": whether the number is this payload type; rest follows. */
static bool is_for_type(struct text *value, uint8_t payload_type)
{
    uint64_t number = 0;
    struct text head = text_cut(value, ' ');
    return number_parse_u64(head, 0, PAYLOAD_TYPE_MAX, &number) == STATUS_OK &&
           number == payload_type;
}

/* Finds an attribute; payload_type -1: one that belongs to no type. */
static bool find_attribute(struct text section, const char *name,
                           int payload_type, struct text *value)
{
    while (section.size > 0) {
        struct text found;
        if (!attribute(next_line(&section), name, &found))
            continue;
        if (payload_type >= 0 && !is_for_type(&found, (uint8_t)payload_type))
            continue;
        *value = text_trim(found);
        return true;
    }
    return false;
}

static enum codec codec_of(struct text encoding)
{
    if (text_equal_ignore_case(encoding, text_of("H264")))
        return CODEC_H264;
    if (text_equal_ignore_case(encoding, text_of("H265")) ||
        text_equal_ignore_case(encoding, text_of("HEVC")))
        return CODEC_H265;
    return CODEC_NONE;
}

static void take_parameter(struct sdp_media *media, struct text name,
                           struct text value)
{
    uint64_t number = 0;
    if (text_equal_ignore_case(name, text_of("packetization-mode"))) {
        if (number_parse_u64(value, 0, 2, &number) == STATUS_OK)
            media->packetization_mode = (unsigned)number;
    } else if (text_equal_ignore_case(name, text_of("sprop-max-don-diff"))) {
        media->has_decoding_order =
            number_parse_u64(value, 0, 0, &number) != STATUS_OK;
    } else if (text_equal_ignore_case(name,
                                      text_of("sprop-parameter-sets")) ||
               text_equal_ignore_case(name, text_of("sprop-vps"))) {
        media->sets[0] = value;
    } else if (text_equal_ignore_case(name, text_of("sprop-sps"))) {
        media->sets[1] = value;
    } else if (text_equal_ignore_case(name, text_of("sprop-pps"))) {
        media->sets[2] = value;
    }
}

/* RFC 6184 section 8.1: name=value pairs behind semicolons. */
static void take_format(struct sdp_media *media, struct text parameters)
{
    while (parameters.size > 0) {
        struct text value = text_trim(text_cut(&parameters, ';'));
        struct text name = text_trim(text_cut(&value, '='));
        take_parameter(media, name, text_trim(value));
    }
}

/* "H264/90000" of one payload type. */
static bool take_encoding(struct sdp_media *media, struct text section,
                          uint8_t payload_type)
{
    struct text value;
    uint64_t rate = 0;
    if (!find_attribute(section, "rtpmap", payload_type, &value))
        return false;
    struct text encoding = text_cut(&value, '/');
    if (media->encoding.size == 0)
        media->encoding = encoding;
    if (codec_of(encoding) == CODEC_NONE ||
        number_parse_u64(text_trim(text_cut(&value, '/')), 1,
                         CLOCK_RATE_MAX_HZ, &rate) != STATUS_OK)
        return false;
    media->encoding = encoding;
    media->codec = codec_of(encoding);
    media->clock_rate_hz = (uint32_t)rate;
    media->payload_type = payload_type;
    return true;
}

/* "video 0 RTP/AVP 96 97" and the lines up to the next m=. */
static struct sdp_media read_media(struct text line, struct text section)
{
    struct sdp_media media = {.kind = SDP_OTHER};
    struct text kind = text_cut(&line, ' ');
    if (text_equal_ignore_case(kind, text_of("video")))
        media.kind = SDP_VIDEO;
    else if (text_equal_ignore_case(kind, text_of("audio")))
        media.kind = SDP_AUDIO;
    (void)find_attribute(section, "control", -1, &media.control);
    (void)text_cut(&line, ' '); /* port: ours to choose in SETUP */
    struct text profile = text_cut(&line, ' ');
    if (media.kind != SDP_VIDEO ||
        (!text_equal(profile, text_of("RTP/AVP")) &&
         !text_equal(profile, text_of("RTP/AVPF"))))
        return media;
    while (line.size > 0 && media.codec == CODEC_NONE) {
        uint64_t type = 0;
        if (number_parse_u64(text_cut(&line, ' '), 0, PAYLOAD_TYPE_MAX,
                             &type) == STATUS_OK)
            (void)take_encoding(&media, section, (uint8_t)type);
    }
    struct text format;
    if (media.codec != CODEC_NONE &&
        find_attribute(section, "fmtp", media.payload_type, &format))
        take_format(&media, format);
    return media;
}

/* Cuts off the lines before the next m= line. */
static struct text cut_section(struct text *rest)
{
    struct text section = {rest->data, 0};
    while (rest->size > 0 && !text_starts_with(*rest, text_of("m="))) {
        (void)next_line(rest);
        section.size = (size_t)(rest->data - section.data);
    }
    return section;
}

static enum status check_lines(struct text description)
{
    size_t lines = 0;
    if (description.size > SDP_BYTES_MAX)
        return STATUS_LIMIT;
    if (!text_equal(next_line(&(struct text){description.data,
                                             description.size}),
                    text_of("v=0")))
        return STATUS_BAD_INPUT;
    while (description.size > 0) {
        struct text line = next_line(&description);
        if (++lines > SDP_LINES_MAX)
            return STATUS_LIMIT;
        if (line.size > 0 && (line.size < 2 || line.data[1] != '='))
            return STATUS_BAD_INPUT;
    }
    return STATUS_OK;
}

enum status sdp_parse(struct text description, struct sdp *out)
{
    *out = (struct sdp){0};
    enum status s = check_lines(description);
    if (s != STATUS_OK)
        return s;
    struct text session = cut_section(&description);
    (void)find_attribute(session, "control", -1, &out->control);
    while (description.size > 0) {
        struct text line = next_line(&description);
        (void)text_cut(&line, '=');
        struct text section = cut_section(&description);
        if (out->media_count == SDP_MEDIA_MAX)
            return STATUS_LIMIT;
        out->media[out->media_count++] = read_media(line, section);
    }
    return STATUS_OK;
}

const struct sdp_media *sdp_choose_video(const struct sdp *sdp)
{
    for (size_t i = 0; i < sdp->media_count; i++)
        if (sdp->media[i].kind == SDP_VIDEO &&
            sdp->media[i].codec != CODEC_NONE)
            return &sdp->media[i];
    return NULL;
}

enum status sdp_next_set(struct text *list, uint8_t *out, size_t size,
                         size_t *used)
{
    char padded[BASE64_SIZE(SDP_PARAMETER_SET_BYTES) + 4];
    *used = 0;
    if (list->size == 0)
        return STATUS_END;
    struct text set = text_trim(text_cut(list, ','));
    while (set.size > 0 && set.data[set.size - 1] == '=')
        set.size--;
    if (set.size > BASE64_SIZE(SDP_PARAMETER_SET_BYTES))
        return STATUS_LIMIT;
    if (set.size == 0)
        return STATUS_BAD_INPUT;
    memcpy(padded, set.data, set.size);
    while (set.size % 4 != 0)
        padded[set.size++] = '=';
    return base64_decode((struct text){padded, set.size}, out, size, used);
}
