/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/ring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/logger.h"
#include "sys/system_error.h"

enum {
    PAGE_BYTES = 4096,
    WRITER_AT = 0,
    READER_AT = PAGE_BYTES,
    DATA_AT = 4 * PAGE_BYTES,
    ALIGNMENT = 8,
    HEAD_BYTES = 8,
    SHARE_OF_ENTRY = 4, /* an entry is at most data_size / 4 */
    CHUNKS = 64,        /* of the data; one bit of a word each */
    SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
};

#define MAGIC UINT64_C(0x31474e4952434848) /* "HHCRING1" in memory */
#define KIND_FILLER UINT32_MAX

static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "indices are shared lock-free");

/* The shared pages. The layout is native: both sides run on one machine. */
struct writer_page {
    _Atomic uint64_t magic;
    _Atomic uint64_t data_size;
    _Atomic uint64_t write_index;
    _Atomic uint32_t places[CHUNKS]; /* of logical chunk n at n % CHUNKS */
};

struct reader_page {
    _Atomic uint64_t read_index;
    uint8_t unused[PAGE_BYTES - sizeof(uint64_t)];
    _Atomic uint8_t watched[RING_CAMERAS / 8];
};

static_assert(sizeof(struct writer_page) <= PAGE_BYTES, "page 0");
static_assert(sizeof(struct reader_page) == DATA_AT - READER_AT, "pages 1-3");

struct head {
    uint32_t size; /* of the payload */
    uint32_t kind;
};

static_assert(sizeof(struct head) == HEAD_BYTES, "entries are aligned");

struct mapping {
    struct writer_page *writer;
    struct reader_page *reader;
    uint8_t *data;
    uint64_t data_size;
    uint64_t chunk_size;
};

struct ring_writer {
    struct mapping map;
    uint64_t write_index;     /* ours; the shared one only mirrors it */
    uint64_t committed_index; /* what write_index becomes by a commit */
    uint64_t touched;         /* places that may have memory, a bit each */
    uint64_t taken;           /* places given since the last trim */
};

struct ring_reader {
    struct mapping map;
    uint64_t position;
    uint64_t released;
};

/* ---- making and mapping -------------------------------------------------- */

static bool is_data_size(uint64_t size)
{
    return size >= RING_DATA_MIN && size <= RING_DATA_MAX &&
           (size & (size - 1)) == 0;
}

static enum status unmade(int *descriptor)
{
    log_line(LOG_ERROR, "ring: cannot make: %s", system_error_text(errno));
    if (*descriptor >= 0)
        (void)close(*descriptor);
    *descriptor = -1;
    return STATUS_IO;
}

enum status ring_make(size_t data_size, int *descriptor)
{
    *descriptor = -1;
    if (!is_data_size(data_size))
        return STATUS_LIMIT;
    int made = memfd_create("haechi-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0 || ftruncate(made, (off_t)(DATA_AT + data_size)) != 0 ||
        fcntl(made, F_ADD_SEALS, SEALS) != 0)
        return unmade(&made);
    void *memory = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
                        made, WRITER_AT);
    if (memory == MAP_FAILED)
        return unmade(&made);
    struct writer_page *page = memory;
    atomic_store(&page->data_size, data_size);
    atomic_store(&page->magic, MAGIC);
    (void)munmap(memory, PAGE_BYTES);
    *descriptor = made;
    return STATUS_OK;
}

/* The size comes from the kernel, and the seals say that it stays. */
static bool find_data_size(int descriptor, uint64_t *out)
{
    struct stat facts;
    int seals = fcntl(descriptor, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS ||
        fstat(descriptor, &facts) != 0 || facts.st_size < DATA_AT)
        return false;
    *out = (uint64_t)facts.st_size - DATA_AT;
    return is_data_size(*out);
}

static void *map_part(int descriptor, off_t from, size_t size, int protection)
{
    void *memory = mmap(NULL, size, protection, MAP_SHARED, descriptor, from);
    return memory == MAP_FAILED ? NULL : memory;
}

static void unmap_part(void *memory, size_t size)
{
    if (memory != NULL)
        (void)munmap(memory, size);
}

static void unmap(struct mapping *map)
{
    unmap_part(map->writer, PAGE_BYTES);
    unmap_part(map->reader, sizeof *map->reader);
    unmap_part(map->data, (size_t)map->data_size);
    *map = (struct mapping){0};
}

static enum status map_ring(int descriptor, bool is_writer,
                            struct mapping *out)
{
    struct mapping map = {0};
    if (!find_data_size(descriptor, &map.data_size))
        return STATUS_CORRUPT;
    map.chunk_size = map.data_size / CHUNKS;
    int writers = is_writer ? PROT_READ | PROT_WRITE : PROT_READ;
    int readers = is_writer ? PROT_READ : PROT_READ | PROT_WRITE;
    map.writer = map_part(descriptor, WRITER_AT, PAGE_BYTES, writers);
    map.reader =
        map_part(descriptor, READER_AT, sizeof *map.reader, readers);
    map.data =
        map_part(descriptor, DATA_AT, (size_t)map.data_size, writers);
    enum status s = STATUS_OK;
    if (map.writer == NULL || map.reader == NULL || map.data == NULL) {
        log_line(LOG_ERROR, "ring: cannot map: %s", system_error_text(errno));
        s = STATUS_IO;
    } else if (atomic_load(&map.writer->magic) != MAGIC ||
               atomic_load(&map.writer->data_size) != map.data_size) {
        s = STATUS_CORRUPT;
    }
    if (s == STATUS_OK)
        *out = map;
    else
        unmap(&map);
    return s;
}

static uint64_t aligned_up(uint64_t size)
{
    return (size + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
}

/* The distance between two indices that cannot lie further apart. */
static bool is_within(const struct mapping *map, uint64_t from, uint64_t to)
{
    return to - from <= map->data_size && from % ALIGNMENT == 0 &&
           to % ALIGNMENT == 0;
}

/* Where the chunk stands that holds the index; whatever the memory says, it is
 * inside the data. */
static uint32_t place_of(const struct mapping *map, uint64_t index)
{
    return atomic_load_explicit(
               &map->writer->places[index / map->chunk_size % CHUNKS],
               memory_order_relaxed) %
           CHUNKS;
}

static uint8_t *address_of(const struct mapping *map, uint64_t index)
{
    return map->data + place_of(map, index) * map->chunk_size +
           index % map->chunk_size;
}

static uint64_t chunks_for(const struct mapping *map, uint64_t size)
{
    return (size + map->chunk_size - 1) / map->chunk_size;
}

/* ---- writer -------------------------------------------------------------- */

/* The reader has been led astray, or a predecessor wrote nonsense: what is
 * unread is lost, and both begin again at one place. */
static void writer_meet_reader(struct ring_writer *writer, uint64_t read_index)
{
    log_line(LOG_ERROR, "ring: indices disagree, unread entries are lost");
    writer->write_index = aligned_up(read_index);
    atomic_store_explicit(&writer->map.writer->write_index,
                          writer->write_index, memory_order_release);
}

enum status ring_writer_create(int descriptor, struct ring_writer **out)
{
    *out = NULL;
    struct ring_writer *writer = alloc_zeroed(sizeof *writer);
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    enum status s = map_ring(descriptor, true, &writer->map);
    if (s != STATUS_OK) {
        alloc_free(writer);
        return s;
    }
    uint64_t read_index = atomic_load(&writer->map.reader->read_index);
    writer->write_index = atomic_load(&writer->map.writer->write_index);
    if (!is_within(&writer->map, read_index, writer->write_index))
        writer_meet_reader(writer, read_index);
    writer->committed_index = writer->write_index;
    writer->touched = UINT64_MAX; /* a predecessor's */
    *out = writer;
    return STATUS_OK;
}

void ring_writer_destroy(struct ring_writer **writer)
{
    if (*writer == NULL)
        return;
    unmap(&(*writer)->map);
    alloc_free(*writer);
    *writer = NULL;
}

static void put_head(struct ring_writer *writer, uint64_t index, uint32_t kind,
                     uint64_t size)
{
    struct head head = {.size = (uint32_t)size, .kind = kind};
    memcpy(address_of(&writer->map, index), &head, sizeof head);
}

/* The places of all chunks with something unreleased in them. */
static uint64_t used_places(const struct ring_writer *writer,
                            uint64_t read_index)
{
    const struct mapping *map = &writer->map;
    uint64_t used = 0;
    for (uint64_t at = read_index - read_index % map->chunk_size;
         at < writer->write_index; at += map->chunk_size)
        used |= UINT64_C(1) << place_of(map, at);
    return used;
}

/* The lowest `count` free places side by side: memory that was used before, so
 * that a ring that is read in time stays small. */
static bool find_places(uint64_t used, uint64_t count, uint32_t *out)
{
    /* count: at most CHUNKS / SHARE_OF_ENTRY */
    uint64_t wanted = (UINT64_C(1) << count) - 1;
    for (uint32_t place = 0; place + count <= CHUNKS; place++) {
        if ((used & wanted << place) != 0)
            continue;
        *out = place;
        return true;
    }
    return false;
}

/* Gives places to the chunks of an entry that begins with a chunk. */
static bool take_chunks(struct ring_writer *writer, uint64_t read_index,
                        uint64_t begin, uint64_t total)
{
    const struct mapping *map = &writer->map;
    uint64_t count = chunks_for(map, total);
    uint64_t first = begin / map->chunk_size;
    uint32_t place = 0;
    if (first + count - read_index / map->chunk_size > CHUNKS ||
        !find_places(used_places(writer, read_index), count, &place))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        atomic_store_explicit(&map->writer->places[(first + i) % CHUNKS],
                              place + (uint32_t)i, memory_order_relaxed);
        writer->taken |= UINT64_C(1) << (place + i);
    }
    writer->touched |= writer->taken;
    return true;
}

void ring_trim(struct ring_writer *writer)
{
    const struct mapping *map = &writer->map;
    if (map->chunk_size % PAGE_BYTES != 0)
        return; /* a page may hold a neighbour that is in use */
    uint64_t read_index =
        atomic_load_explicit(&map->reader->read_index, memory_order_acquire);
    if (!is_within(map, read_index, writer->write_index))
        return; /* the next reserve settles that */
    uint64_t used = used_places(writer, read_index);
    uint64_t idle = writer->touched & ~writer->taken & ~used;
    for (uint32_t place = 0; place < CHUNKS; place++) {
        if ((idle >> place & 1) != 0)
            (void)madvise(map->data + place * map->chunk_size,
                          (size_t)map->chunk_size, MADV_REMOVE);
    }
    writer->touched &= ~idle;
    writer->taken = used;
}

enum status ring_reserve(struct ring_writer *writer, uint32_t kind,
                         size_t size, uint8_t **out)
{
    assert(kind != KIND_FILLER);
    *out = NULL;
    const struct mapping *map = &writer->map;
    writer->committed_index = writer->write_index;
    if (size > map->data_size / SHARE_OF_ENTRY - HEAD_BYTES)
        return STATUS_LIMIT;
    uint64_t read_index =
        atomic_load_explicit(&map->reader->read_index, memory_order_acquire);
    if (!is_within(map, read_index, writer->write_index)) {
        writer_meet_reader(writer, read_index);
        read_index = writer->write_index;
    }
    uint64_t total = aligned_up(HEAD_BYTES + size);
    uint64_t into_chunk = writer->write_index % map->chunk_size;
    uint64_t before_end = map->chunk_size - into_chunk;
    uint64_t filler = into_chunk > 0 && total > before_end ? before_end : 0;
    uint64_t begin = writer->write_index + filler;
    if (begin % map->chunk_size == 0 &&
        !take_chunks(writer, read_index, begin, total))
        return STATUS_NO_SPACE;
    if (filler > 0)
        put_head(writer, writer->write_index, KIND_FILLER,
                 filler - HEAD_BYTES);
    put_head(writer, begin, kind, size);
    writer->committed_index = begin + total;
    *out = address_of(map, begin) + HEAD_BYTES;
    return STATUS_OK;
}

void ring_commit(struct ring_writer *writer)
{
    writer->write_index = writer->committed_index;
    atomic_store_explicit(&writer->map.writer->write_index,
                          writer->write_index, memory_order_release);
}

bool ring_is_watched(const struct ring_writer *writer, uint32_t camera)
{
    if (camera >= RING_CAMERAS)
        return false;
    uint8_t bits = atomic_load_explicit(
        &writer->map.reader->watched[camera / 8], memory_order_relaxed);
    return (bits >> camera % 8 & 1) != 0;
}

/* ---- reader -------------------------------------------------------------- */

static uint64_t shared_write_index(const struct ring_reader *reader)
{
    return atomic_load_explicit(&reader->map.writer->write_index,
                                memory_order_acquire);
}

enum status ring_reader_create(int descriptor, struct ring_reader **out)
{
    *out = NULL;
    struct ring_reader *reader = alloc_zeroed(sizeof *reader);
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    enum status s = map_ring(descriptor, false, &reader->map);
    if (s != STATUS_OK) {
        alloc_free(reader);
        return s;
    }
    reader->released = atomic_load(&reader->map.reader->read_index);
    reader->position = reader->released;
    *out = reader;
    return STATUS_OK;
}

void ring_reader_destroy(struct ring_reader **reader)
{
    if (*reader == NULL)
        return;
    unmap(&(*reader)->map);
    alloc_free(*reader);
    *reader = NULL;
}

/* Whether an entry of this size stands in one piece from address on. */
static bool is_in_one_piece(const struct mapping *map, uint64_t index,
                            const uint8_t *address, uint64_t total)
{
    uint64_t before_end = map->chunk_size - index % map->chunk_size;
    if (total <= before_end)
        return true;
    if (before_end != map->chunk_size ||
        total > map->data_size - (uint64_t)(address - map->data))
        return false;
    for (uint64_t at = map->chunk_size; at < total; at += map->chunk_size)
        if (address_of(map, index + at) != address + at)
            return false;
    return true;
}

/*
 * Copies the head at index out of the shared memory and checks the copy:
 * whatever the writer changes afterwards, the entry lies inside the data from
 * *address on, and before write_index.
 */
static bool read_head(const struct ring_reader *reader, uint64_t index,
                      uint64_t write_index, struct head *out,
                      const uint8_t **address)
{
    const struct mapping *map = &reader->map;
    struct head head;
    *address = address_of(map, index);
    memcpy(&head, *address, sizeof head);
    /* Nothing the compiler may read a second time from shared memory. */
    atomic_signal_fence(memory_order_seq_cst);
    uint64_t total = aligned_up(HEAD_BYTES + (uint64_t)head.size);
    if (total > write_index - index)
        return false;
    *out = head;
    if (head.kind == KIND_FILLER)
        return total == map->chunk_size - index % map->chunk_size;
    return head.size <= map->data_size / SHARE_OF_ENTRY - HEAD_BYTES &&
           is_in_one_piece(map, index, *address, total);
}

static enum status broken(struct ring_reader *reader, uint64_t write_index)
{
    reader->position = write_index;
    return STATUS_CORRUPT;
}

enum status ring_next(struct ring_reader *reader, uint32_t *kind,
                      struct bytes *payload, uint64_t *index)
{
    uint64_t write_index = shared_write_index(reader);
    uint64_t begin = reader->position;
    if (begin == write_index)
        return STATUS_AGAIN;
    struct head head;
    const uint8_t *address = NULL;
    if (!is_within(&reader->map, reader->released, write_index) ||
        !is_within(&reader->map, begin, write_index) ||
        !read_head(reader, begin, write_index, &head, &address))
        return broken(reader, write_index);
    if (head.kind == KIND_FILLER) {
        begin += HEAD_BYTES + head.size;
        if (begin == write_index ||
            !read_head(reader, begin, write_index, &head, &address) ||
            head.kind == KIND_FILLER)
            return broken(reader, write_index);
    }
    *kind = head.kind;
    *payload = bytes_of(address + HEAD_BYTES, head.size);
    *index = begin;
    reader->position = begin + aligned_up(HEAD_BYTES + (uint64_t)head.size);
    return STATUS_OK;
}

void ring_release(struct ring_reader *reader, uint64_t index)
{
    reader->released = index;
    atomic_store_explicit(&reader->map.reader->read_index, index,
                          memory_order_release);
}

uint64_t ring_position(const struct ring_reader *reader)
{
    return reader->position;
}

uint64_t ring_bytes(const struct ring_reader *reader)
{
    return reader->map.data_size;
}

uint64_t ring_held(const struct ring_reader *reader)
{
    return shared_write_index(reader) - reader->released;
}

bool ring_has_more(const struct ring_reader *reader)
{
    return shared_write_index(reader) != reader->position;
}

void ring_set_watched(struct ring_reader *reader, uint32_t camera,
                      bool is_watched)
{
    if (camera >= RING_CAMERAS)
        return;
    _Atomic uint8_t *bits = &reader->map.reader->watched[camera / 8];
    uint8_t bit = (uint8_t)(1u << camera % 8);
    if (is_watched)
        atomic_fetch_or_explicit(bits, bit, memory_order_relaxed);
    else
        atomic_fetch_and_explicit(bits, (uint8_t)~bit, memory_order_relaxed);
}
