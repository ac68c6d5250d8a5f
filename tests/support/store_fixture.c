/* SPDX-License-Identifier: Apache-2.0 */
#include "support/store_fixture.h"

#include <string.h>

#include "base/alloc.h"
#include "model/policy.h"

enum { TRIES = 5 };

static const uint8_t CONFIG_RECORD[] = {1, 100, 0, 30, 255, 225, 0, 0, 1, 0};

static const struct codec_config CONFIG = {
    .codec = CODEC_H264,
    .width = 640,
    .height = 360,
    .record = {CONFIG_RECORD, sizeof CONFIG_RECORD},
};

static void on_lost(void *context, uint32_t camera, struct span span,
                    enum cause cause)
{
    struct store_fixture *fixture = context;
    if (fixture->lost_count < FIXTURE_LOST_MAX)
        fixture->lost[fixture->lost_count++] =
            (struct fixture_lost){camera, span, cause};
}

static void on_missing(void *context, uint32_t camera, struct span span)
{
    struct store_fixture *fixture = context;
    fixture->missing = (struct fixture_lost){camera, span, CAUSE_CORRUPT};
    fixture->missing_count++;
}

static void on_unreadable(void *context, const struct disk *disk,
                          uint32_t number, struct span span)
{
    struct store_fixture *fixture = context;
    if (disk == NULL || span_is_empty(span))
        return;
    fixture->unreadable = number;
    fixture->unreadable_count++;
}

static void on_freed(void *context, uint32_t camera, struct span span,
                     uint64_t epoch, uint64_t records)
{
    struct store_fixture *fixture = context;
    (void)camera;
    (void)span;
    (void)epoch;
    fixture->freed += records;
}

size_t fixture_forget(struct store_fixture *fixture, uint32_t camera,
                      struct span span)
{
    if (store_forget(&fixture->store, camera, span, 1) != STATUS_OK)
        return 0;
    return store_sweep_all(&fixture->store);
}

static struct fixture_chain *chain_of(const struct store_fixture *fixture,
                                      uint32_t camera)
{
    return camera >= 1 && camera <= FIXTURE_CAMERAS
               ? fixture->chains[camera - 1]
               : NULL;
}

static void on_record_lost(void *context, const struct record_header *header,
                           enum cause cause)
{
    const struct fixture_chain *chain = chain_of(context, header->camera);
    if (chain != NULL)
        gop_chain_on_lost(chain->chain, header->sequence);
    struct span span = {header->start, record_end(header)};
    on_lost(context, header->camera, span, cause);
}

static void on_written(void *context, void *owner,
                       const struct record_header *header,
                       const struct volume *volume)
{
    struct fixture_chain *chain = chain_of(context, header->camera);
    (void)owner;
    if (chain == NULL)
        return;
    chain->volume = volume->number;
    gop_chain_on_written(chain->chain, header->sequence);
}

static void on_leaf(void *context, const struct gop_leaf *leaf)
{
    struct fixture_chain *chain = context;
    enum status s =
        store_add_leaf(&chain->fixture->store, chain->volume, leaf);
    (void)s; /* its number is missing then */
}

static enum status make_chain(struct store_fixture *fixture, uint32_t camera)
{
    struct fixture_chain *chain = alloc_zeroed(sizeof *chain);
    if (chain == NULL)
        return STATUS_NO_MEMORY;
    struct gop_head head = leaf_set_head(&fixture->store.leaves, camera);
    chain->fixture = fixture;
    enum status s =
        gop_chain_create(camera, &head, on_leaf, chain, &chain->chain);
    if (s != STATUS_OK) {
        alloc_free(chain);
        return s;
    }
    fixture->chains[camera - 1] = chain;
    return gop_chain_set_config(chain->chain, CONFIG.record);
}

enum status fixture_open_disks(struct store_fixture *fixture,
                               const struct fixture_disks *disks)
{
    *fixture = (struct store_fixture){.layer = disks->disks[0].layer,
                                      .sample_bytes = FIXTURE_SAMPLE_BYTES};
    const struct store_options options = {
        .disks = disks->disks,
        .disk_count = disks->count,
        .book_layer = disks->book_layer,
        .book_path = disks->book_path,
        .index_path = disks->index_path,
        .volume_bytes = FIXTURE_VOLUME_BYTES,
        .hold_reserve_bytes = disks->hold_reserve_bytes,
        .on_lost = on_lost,
        .on_missing = on_missing,
        .on_freed = on_freed,
        .on_unreadable = on_unreadable,
        .context = fixture,
    };
    enum status s = store_open(&fixture->store, &options);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; s == STATUS_OK && i < disks->count; i++)
        s = disk_writer_create(NULL, NULL, NULL,
                               &fixture->store.disks[i].writer);
    const struct intake_options intake = {.store = &fixture->store,
                                          .on_written = on_written,
                                          .on_lost = on_record_lost,
                                          .context = fixture};
    intake_init(&fixture->intake, &intake);
    if (s != STATUS_OK)
        fixture_close(fixture);
    return s;
}

enum status fixture_open(struct store_fixture *fixture,
                         const struct file_layer *layer,
                         const char *directory, const char *index_path)
{
    const struct disk_options disk = {layer, "d1", directory};
    const struct fixture_disks disks = {
        .disks = &disk, .count = 1, .index_path = index_path};
    return fixture_open_disks(fixture, &disks);
}

static void drop_data(struct store_fixture *fixture, uint32_t camera)
{
    while (fixture->data[camera - 1] != NULL) {
        struct fixture_data *data = fixture->data[camera - 1];
        fixture->data[camera - 1] = data->next;
        alloc_free(data);
    }
}

void fixture_close(struct store_fixture *fixture)
{
    for (size_t i = 0; i < FIXTURE_CAMERAS; i++) {
        record_builder_destroy(&fixture->builders[i]);
        drop_data(fixture, (uint32_t)i + 1);
        if (fixture->chains[i] != NULL)
            gop_chain_destroy(&fixture->chains[i]->chain);
        alloc_free(fixture->chains[i]);
        fixture->chains[i] = NULL;
    }
    for (size_t i = 0; i < fixture->store.disk_count; i++)
        disk_writer_destroy(&fixture->store.disks[i].writer);
    intake_deinit(&fixture->intake);
    store_close(&fixture->store);
}

void fixture_pump(struct store_fixture *fixture, bool wants_sync)
{
    if (fixture->makes_leaves)
        leaf_set_flush(&fixture->store.leaves);
    for (size_t i = 0; i < fixture->store.disk_count; i++) {
        if (!fixture->is_frozen[i])
            disk_writer_run(fixture->store.disks[i].writer, wants_sync);
    }
    fixture->now_us += SECOND_US / 10;
    intake_run(&fixture->intake, (struct boot_time){fixture->now_us});
}

void fixture_unit_key(uint32_t camera, struct wall_time unit,
                      uint8_t out[UNIT_KEY_SIZE])
{
    for (size_t i = 0; i < UNIT_KEY_SIZE; i++)
        out[i] = (uint8_t)(camera * 7 + (uint64_t)unit.us / SECOND_US + i);
}

struct sample fixture_sample(uint32_t camera, uint64_t k, uint8_t *data,
                             size_t size)
{
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)(camera * 31 + k * 17 + i);
    struct writer length = writer_on(data, 4);
    writer_u32be(&length, (uint32_t)(size - 4));
    return (struct sample){
        .time_us = FIXTURE_START_US + (int64_t)k * FIXTURE_SAMPLE_US,
        .duration_us = FIXTURE_SAMPLE_US,
        .flags = k % FIXTURE_GOP == 0 ? SAMPLE_IDR : 0,
        .data = {data, size},
    };
}

static enum status write_draft(struct store_fixture *fixture,
                               struct record_draft *draft)
{
    uint8_t key[UNIT_KEY_SIZE];
    if (fixture->key != NULL)
        fixture->key(fixture->key_context, draft->header.camera,
                     draft->header.unit, key);
    else
        fixture_unit_key(draft->header.camera, draft->header.unit, key);
    enum status s = record_draft_seal(draft, key);
    if (s != STATUS_OK)
        return s;
    uint8_t salt[LEAF_SALT_SIZE] = {(uint8_t)draft->header.camera};
    const struct fixture_chain *chain =
        chain_of(fixture, draft->header.camera);
    if (chain != NULL)
        gop_chain_on_sealed(chain->chain, &draft->header, salt);
    uint16_t classes = fixture->classes == 0 ? 1 : fixture->classes;
    uint16_t class_id = (uint16_t)(1 + draft->header.camera % classes);
    const struct intake_record record = {.class_id = class_id,
                                         .header = &draft->header,
                                         .bytes = draft->stored.data,
                                         .size = draft->stored.size};
    s = intake_add(&fixture->intake, &record);
    if (s != STATUS_OK)
        return s;
    draft->stored = buffer_with_limit(0);
    /* Where a write fails, the record goes to another volume. */
    for (unsigned i = 0; i < TRIES && fixture->intake.unwritten > 0; i++)
        fixture_pump(fixture, false);
    return fixture->intake.unwritten > 0 ? STATUS_IO : STATUS_OK;
}

/* The builder borrows them until the record is cut. */
static enum status keep_data(struct store_fixture *fixture, uint32_t camera,
                             struct sample *sample)
{
    struct fixture_data *data =
        alloc_zeroed(sizeof *data + sample->data.size);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    memcpy(data->bytes, sample->data.data, sample->data.size);
    sample->data.data = data->bytes;
    data->next = fixture->data[camera - 1];
    fixture->data[camera - 1] = data;
    return STATUS_OK;
}

static enum status finish(struct store_fixture *fixture, uint32_t camera,
                          const struct wall_time *next)
{
    struct record_draft draft;
    struct record_builder *builder = fixture->builders[camera - 1];
    if (builder == NULL || record_builder_is_empty(builder))
        return STATUS_OK;
    enum status s = record_builder_finish(builder, next, 0, &draft);
    if (s != STATUS_OK)
        return s;
    drop_data(fixture, camera);
    s = write_draft(fixture, &draft);
    record_draft_deinit(&draft);
    return s;
}

static enum status make_builder(struct store_fixture *fixture,
                                uint32_t camera)
{
    struct record_builder **builder = &fixture->builders[camera - 1];
    if (*builder != NULL)
        return STATUS_OK;
    enum status s = record_builder_create(
        camera, store_next_sequence(&fixture->store, camera), builder);
    if (s != STATUS_OK)
        return s;
    record_builder_set_unit(*builder, FIXTURE_UNIT_S, AEAD_AES_256_GCM);
    s = record_builder_set_config(*builder, &CONFIG);
    return s == STATUS_OK && fixture->makes_leaves
               ? make_chain(fixture, camera)
               : s;
}

static enum status record_one(struct store_fixture *fixture, uint32_t camera,
                              uint64_t k, uint8_t *data)
{
    struct sample sample =
        fixture_sample(camera, k, data, fixture->sample_bytes);
    if (fixture->is_not_video)
        data[0] = 0xff;
    struct wall_time next = {sample.time_us};
    enum status s = make_builder(fixture, camera);
    if (s == STATUS_OK &&
        record_builder_cuts_before(fixture->builders[camera - 1], &sample))
        s = finish(fixture, camera, &next);
    struct record_builder *builder = fixture->builders[camera - 1];
    if (s == STATUS_OK)
        s = keep_data(fixture, camera, &sample);
    if (s == STATUS_OK)
        s = record_builder_add(builder, &sample, k, k);
    if (s == STATUS_OK && chain_of(fixture, camera) != NULL)
        gop_chain_add(chain_of(fixture, camera)->chain, &sample,
                      record_builder_sequence(builder));
    return s;
}

enum status fixture_record(struct store_fixture *fixture, uint32_t cameras,
                           uint64_t from, uint64_t to)
{
    uint8_t *data = alloc_array(fixture->sample_bytes, 1);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    enum status s = STATUS_OK;
    for (uint64_t k = from; s == STATUS_OK && k <= to; k++) {
        for (uint32_t camera = 1; s == STATUS_OK && camera <= cameras;
             camera++)
            s = record_one(fixture, camera, k, data);
    }
    for (uint32_t camera = 1; s == STATUS_OK && camera <= cameras; camera++)
        s = finish(fixture, camera, NULL);
    alloc_free(data);
    return s;
}

enum status fixture_sync(struct store_fixture *fixture)
{
    size_t lost = fixture->lost_count;
    fixture_pump(fixture, true);
    (void)store_sweep_all(&fixture->store); /* ends of full volumes */
    return fixture->intake.unwritten > 0 || fixture->lost_count > lost
               ? STATUS_IO
               : STATUS_OK;
}

static enum status check_pack(struct bytes plain, uint32_t camera,
                              uint8_t *expected, size_t size, size_t *samples)
{
    struct reader in = reader_on(plain);
    struct sample_pack pack;
    enum status s = sample_pack_read(&in, &pack);
    if (s != STATUS_OK || !reader_done(&in) || pack.camera != camera)
        return STATUS_CORRUPT;
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample;
    while (sample_pack_next(&pack, &row, &offset, &sample)) {
        uint64_t k = (uint64_t)(sample.time_us - FIXTURE_START_US) /
                     FIXTURE_SAMPLE_US;
        struct sample right = fixture_sample(camera, k, expected, size);
        if (sample.data.size != size || sample.time_us != right.time_us ||
            sample.flags != right.flags ||
            memcmp(sample.data.data, expected, size) != 0)
            return STATUS_CORRUPT;
        *samples += 1;
    }
    return STATUS_OK;
}

enum status fixture_count_samples(struct store_fixture *fixture,
                                  uint32_t camera, struct span span,
                                  size_t *samples)
{
    *samples = 0;
    struct buffer stored = buffer_with_limit(RECORD_STORED_MAX);
    struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
    uint8_t *expected = alloc_array(fixture->sample_bytes, 1);
    struct selection selection = {0};
    const struct selection_limits limits = {span.to.us - span.from.us,
                                            UINT64_MAX};
    enum status s = expected == NULL
                        ? STATUS_NO_MEMORY
                        : selection_make(&fixture->store, camera, span,
                                         &limits, &selection);
    for (size_t i = 0; s == STATUS_OK && i < selection.count; i++) {
        uint8_t key[UNIT_KEY_SIZE];
        fixture_unit_key(camera, record_row_unit(&selection.records[i].row),
                         key);
        buffer_clear(&plain);
        s = selection_open(&fixture->store, &selection.records[i], key,
                           &stored, &plain);
        if (s == STATUS_OK)
            s = check_pack(buffer_bytes(&plain), camera, expected,
                           fixture->sample_bytes, samples);
    }
    selection_deinit(&selection);
    buffer_deinit(&stored);
    buffer_deinit(&plain);
    alloc_free(expected);
    return s;
}
