/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions: all views stay inside, sound is never chosen, and every control
 * becomes an address without credentials or fails. And addresses: what is read is
 * written so that it is read as the same. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "wire/sdp.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void resolve(struct text control)
{
    static const char BASE[] = "rtsp://192.0.2.1/live?a=b";
    char out[2048];
    struct url base;
    struct url again;
    struct writer w = writer_on(out, sizeof out);
    assert(url_parse(text_of(BASE), &base) == STATUS_OK);
    if (url_write_control(&w, &base, control) != STATUS_OK)
        return;
    struct text written = bytes_text(writer_written(&w));
    for (size_t i = 0; i < written.size; i++)
        assert((uint8_t)written.data[i] > 0x20);
    /* It may have become too long to be read again, but nothing else. */
    enum status s = url_parse(written, &again);
    assert(s == STATUS_OK || s == STATUS_LIMIT);
}

static void read_url(struct text text)
{
    char out[2048];
    struct url url;
    struct url again;
    struct writer w = writer_on(out, sizeof out);
    if (url_parse_http(text, &url) == STATUS_OK)
        assert(url.host.size > 0 && url.port > 0);
    if (url_parse(text, &url) != STATUS_OK)
        return;
    url_write(&w, &url);
    assert(url_parse(bytes_text(writer_written(&w)), &again) == STATUS_OK);
    assert(text_equal(url.host, again.host) && url.port == again.port);
    assert(text_equal(url.path, again.path));
    assert(url.is_secure == again.is_secure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sdp sdp;
    struct text text = {(const char *)data, size};
    read_url(text);
    if (sdp_parse(text, &sdp) != STATUS_OK)
        return 0;
    assert(sdp.media_count <= SDP_MEDIA_MAX);
    const struct sdp_media *video = sdp_choose_video(&sdp);
    for (size_t i = 0; i < sdp.media_count; i++)
        resolve(sdp.media[i].control);
    if (video == NULL)
        return 0;
    assert(video->kind == SDP_VIDEO && video->clock_rate_hz > 0);
    for (size_t kind = 0; kind < 3; kind++) {
        struct text list = video->sets[kind];
        uint8_t set[SDP_PARAMETER_SET_BYTES];
        size_t used = 0;
        while (sdp_next_set(&list, set, sizeof set, &used) != STATUS_END)
            assert(used <= sizeof set);
    }
    return 0;
}
