/* SPDX-License-Identifier: Apache-2.0 */
/* Packs as web gets them; what is read packs again to the same bytes, and
 * can be made into fragments and a download. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "media/fmp4.h"
#include "media/mp4.h"
#include "media/nal.h"
#include "media/sample_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_files(const struct sample_pack *pack,
                        const struct sample *samples)
{
    struct mp4 *mp4 = NULL;
    assert(mp4_create(0, &mp4) == STATUS_OK);
    for (size_t i = 0; i < pack->count; i++) {
        enum status ignored = mp4_add(mp4, &pack->config, &samples[i]);
        ignored = nal_sample_check(samples[i].data);
        (void)ignored;
    }
    struct buffer out = buffer_with_limit(1 << 22);
    mp4_begin(&out);
    enum status ignored = mp4_piece(mp4, &out);
    ignored = mp4_end(mp4, &out);
    const struct fmp4_fragment fragment = {1, 1, 0, samples, pack->count};
    ignored = fmp4_fragment_append(&out, &fragment);
    (void)ignored;
    buffer_deinit(&out);
    mp4_destroy(&mp4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_on(bytes_of(data, size));
    struct sample_pack pack;
    while (reader_more(&in)) {
        struct bytes before = in.left;
        if (sample_pack_read(&in, &pack) != STATUS_OK)
            break;
        struct sample *samples = alloc_array(pack.count + 1, sizeof *samples);
        assert(samples != NULL);
        uint32_t row = 0;
        size_t offset = 0;
        while (sample_pack_next(&pack, &row, &offset, &samples[row]))
            continue;
        assert(row == pack.count && offset == pack.data.size);
        struct buffer again = buffer_with_limit(before.size);
        sample_pack_append(&again, pack.camera, &pack.config, samples,
                           pack.count);
        assert(again.size == before.size - in.left.size);
        assert(memcmp(again.data, before.data, again.size) == 0);
        write_files(&pack, samples);
        buffer_deinit(&again);
        alloc_free(samples);
    }
    return 0;
}
