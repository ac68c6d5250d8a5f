/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_store.h"
#include "log/witness/cosigned.h"
#include "log/witness/submission.h"
#include "log/witness/witness_book.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum { SIGNED_AT = 1700000000, SEED_COUNT = 4 };

/* The example of C2SP tlog-witness. */
static const char EXAMPLE[] =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\xe2\x80\x94 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nT"
    "o+zyWE+xeMcTOAYQ8=\n";

static struct text example(void)
{
    return (struct text){EXAMPLE, sizeof EXAMPLE - 1};
}

static void the_protocol_s_example_comes_back(void **state)
{
    (void)state;
    struct add_checkpoint asked;
    struct buffer again = buffer_with_limit(ADD_CHECKPOINT_SIZE_MAX);
    CHECK_OK(add_checkpoint_parse(example(), &asked));
    assert_int_equal(20852014, asked.old_size);
    assert_int_equal(4, asked.proof.count);
    assert_int_equal(0x3e, asked.proof.hashes[0].bytes[0]);
    CHECK(text_starts_with(asked.note, text_of("example.com/")));
    CHECK_OK(add_checkpoint_format(&asked, &again));
    CHECK(text_equal(example(), buffer_text(&again)));
    buffer_deinit(&again);
}

static void what_is_not_of_the_form_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",          "old 1",       "old 1\n",         "old 01\n\nx\n",
        "old -1\n\n", "old\n\nx\n", "new 1\n\nx\n",    "\nold 1\n\nx\n",
        "old 1 \n\nx\n", "old 1\nAAAA\n\nx\n", "old 1\nno base64\n\nx\n",
        "old 9223372036854775808\n\nx\n",
    };
    struct add_checkpoint asked;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK(add_checkpoint_parse(text_of(BAD[i]), &asked) != STATUS_OK);
    for (size_t size = 0; size < 190; size++)
        CHECK(add_checkpoint_parse((struct text){EXAMPLE, size}, &asked) !=
              STATUS_OK);
    struct buffer many = buffer_with_limit(ADD_CHECKPOINT_SIZE_MAX);
    buffer_append_text(&many, "old 5\n");
    for (size_t i = 0; i <= ADD_CHECKPOINT_PROOF_MAX; i++)
        buffer_append_text(&many,
                           "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n");
    buffer_append_text(&many, "\nnote\n");
    CHECK_STATUS(STATUS_LIMIT,
                 add_checkpoint_parse(buffer_text(&many), &asked));
    buffer_deinit(&many);
    uint64_t size = 0;
    CHECK_OK(add_checkpoint_parse_size(text_of("42\n"), &size));
    assert_int_equal(42, size);
    CHECK(add_checkpoint_parse_size(text_of("42"), &size) != STATUS_OK);
    CHECK(add_checkpoint_parse_size(text_of("042\n"), &size) != STATUS_OK);
    CHECK(add_checkpoint_parse_size(text_of("\n"), &size) != STATUS_OK);
}

/* ---- a log and its witness ------------------------------------------------ */

struct scene {
    struct fake_disk *log_disk;
    struct fake_disk *disk; /* the witness's */
    struct witness_book *book;
    struct note_key log; /* its key */
    struct submission asked;
    struct witness_answer answer;
};

static const struct file_layer *layer_of(struct fake_disk *disk)
{
    return fake_disk_layer(disk);
}

static enum status open_book(struct scene *scene)
{
    const struct witness_place place = {"/witnessed", "/witness.key",
                                        "/witness.vkey", "witness.example/w"};
    return witness_book_open(layer_of(scene->disk), &place, &scene->book);
}

static void reopen(struct scene *scene)
{
    witness_book_close(&scene->book);
    CHECK_OK(open_book(scene));
}

static struct fake_disk *disk_with(const char *directory)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = layer_of(disk);
    CHECK_OK(layer->make_directory(layer, directory));
    CHECK_OK(layer->sync_directory(layer, "/"));
    return disk;
}

static void begin(struct scene *scene, size_t entries)
{
    struct log_store *store = NULL;
    *scene = (struct scene){.log_disk = disk_with("/log"),
                            .disk = disk_with("/witnessed")};
    submission_init(&scene->asked);
    CHECK_OK(open_book(scene));
    log_fixture_grow(layer_of(scene->log_disk), "/log", entries);
    CHECK_OK(log_fixture_open(layer_of(scene->log_disk), "/log", &store));
    scene->log = *log_store_key(store);
    log_store_close(&store);
}

static void end(struct scene *scene)
{
    witness_answer_deinit(&scene->answer);
    submission_deinit(&scene->asked);
    witness_book_close(&scene->book);
    fake_disk_destroy(&scene->log_disk);
    fake_disk_destroy(&scene->disk);
}

static enum status send(struct scene *scene, struct text body)
{
    witness_answer_deinit(&scene->answer);
    return witness_book_answer(scene->book, &scene->log, 1, body, SIGNED_AT,
                               &scene->answer);
}

static int ask_of(struct scene *scene, struct fake_disk *disk,
                  uint64_t old_size)
{
    CHECK_OK(submission_make(layer_of(disk), "/log", &scene->log, old_size,
                             &scene->asked));
    CHECK_OK(send(scene, buffer_text(&scene->asked.body)));
    return scene->answer.code;
}

static int ask(struct scene *scene, uint64_t old_size)
{
    return ask_of(scene, scene->log_disk, old_size);
}

static uint64_t known(struct scene *scene)
{
    struct checkpoint last;
    uint64_t time_s = 0;
    enum status s =
        witness_book_last(scene->book, &scene->log, &last, &time_s);
    CHECK(s == STATUS_OK || s == STATUS_NOT_FOUND);
    return s == STATUS_OK ? last.size : 0;
}

static void a_log_that_grows_is_cosigned(void **state)
{
    (void)state;
    struct scene scene;
    struct cosigned said;
    struct buffer joined = buffer_with_limit(NOTE_SIZE_MAX);
    begin(&scene, 5);
    assert_int_equal(200, ask(&scene, 0));
    CHECK(scene.answer.is_new_size);
    CHECK_OK(cosigned_join(buffer_text(&scene.asked.note),
                           buffer_text(&scene.answer.body), &scene.log,
                           witness_book_key(scene.book), &joined, &said));
    assert_int_equal(5, said.checkpoint.size);
    assert_int_equal(SIGNED_AT, said.time_s);
    CHECK_OK(cosigned_open(buffer_text(&joined), &scene.log,
                           witness_book_key(scene.book), &said));
    /* The same once more, and at every later size. */
    assert_int_equal(200, ask(&scene, 5));
    CHECK(!scene.answer.is_new_size);
    for (uint64_t size = 5; size < 300; size += 37) {
        assert_int_equal(size, known(&scene));
        log_fixture_grow(layer_of(scene.log_disk), "/log", 37);
        reopen(&scene);
        assert_int_equal(200, ask(&scene, size));
    }
    buffer_deinit(&joined);
    end(&scene);
}

static void refusals_are_those_of_the_protocol(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    CHECK_OK(send(&scene, text_of("old 0\n\nnonsense\n")));
    assert_int_equal(400, scene.answer.code);
    CHECK_OK(send(&scene, example()));
    assert_int_equal(404, scene.answer.code);
    assert_int_equal(200, ask(&scene, 0));
    log_fixture_grow(layer_of(scene.log_disk), "/log", 5);
    /* Another size than ours: which, so that the log can prove from there. */
    assert_int_equal(409, ask(&scene, 3));
    CHECK(text_equal(text_of("5\n"), buffer_text(&scene.answer.body)));
    assert_int_equal(409, ask(&scene, 0));
    CHECK(!scene.answer.contradiction.is_there);
    /* The signature of nobody whom we know. */
    CHECK_OK(submission_make(layer_of(scene.log_disk), "/log", &scene.log, 5,
                             &scene.asked));
    struct note_key right = scene.log;
    scene.log.public_key[0] ^= 1;
    CHECK_OK(send(&scene, buffer_text(&scene.asked.body)));
    assert_int_equal(403, scene.answer.code);
    scene.log = right;
    /* A proof that leads nowhere is nobody's fault. */
    scene.asked.body.data[10] = scene.asked.body.data[10] == 'A' ? 'B' : 'A';
    CHECK_OK(send(&scene, buffer_text(&scene.asked.body)));
    assert_int_equal(422, scene.answer.code);
    CHECK(!scene.answer.contradiction.is_there);
    assert_int_equal(5, known(&scene));
    /* A log that is shorter than what the witness knows is seen by itself. */
    CHECK_STATUS(STATUS_CONFLICT,
                 submission_make(layer_of(scene.log_disk), "/log", &scene.log,
                                 11, &scene.asked));
    end(&scene);
}

/* The same log, told differently from here on, under the same key. */
static struct fake_disk *fork_of(struct scene *scene, size_t logins)
{
    struct fake_disk *copy = fake_disk_copy(scene->log_disk);
    struct log_store *store = NULL;
    struct log_batch batch;
    CHECK_OK(log_fixture_open(layer_of(copy), "/log", &store));
    log_batch_init(&batch, log_store_count(store));
    log_fixture_add_logins(&batch, logins);
    CHECK_OK(log_fixture_append(store, &batch));
    log_batch_deinit(&batch);
    CHECK_OK(log_fixture_sign(store));
    log_store_close(&store);
    return copy;
}

static void two_logs_of_one_origin_are_told(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    struct fake_disk *same_size = fork_of(&scene, 6);
    struct fake_disk *longer = fork_of(&scene, 20);
    log_fixture_grow(layer_of(scene.log_disk), "/log", 6);
    assert_int_equal(200, ask(&scene, 0));
    /* One size, two roots; whatever old size is claimed. */
    assert_int_equal(409, ask_of(&scene, same_size, 11));
    CHECK(scene.answer.contradiction.is_there);
    assert_int_equal(409, ask_of(&scene, same_size, 3));
    CHECK(scene.answer.contradiction.is_there);
    CHECK(text_equal(buffer_text(&scene.asked.body),
                     buffer_text(&scene.answer.contradiction.shown)));
    /* A longer one: its own proof shows that it began otherwise. */
    assert_int_equal(422, ask_of(&scene, longer, 11));
    CHECK(scene.answer.contradiction.is_there);
    assert_int_equal(11, scene.answer.contradiction.known_size);
    assert_int_equal(25, scene.answer.contradiction.shown_size);
    /* Nothing of it was cosigned; the first one goes on. */
    assert_int_equal(11, known(&scene));
    log_fixture_grow(layer_of(scene.log_disk), "/log", 3);
    assert_int_equal(200, ask(&scene, 11));
    fake_disk_destroy(&same_size);
    fake_disk_destroy(&longer);
    end(&scene);
}

/* Whenever the power goes, what has been cosigned is known afterwards. */
static void a_cosignature_never_outlives_its_record(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
        for (size_t n = 1; n < 30; n++) {
            struct scene scene;
            begin(&scene, 5);
            assert_int_equal(200, ask(&scene, 0));
            log_fixture_grow(layer_of(scene.log_disk), "/log", 4);
            CHECK_OK(submission_make(layer_of(scene.log_disk), "/log",
                                     &scene.log, 5, &scene.asked));
            fake_disk_power_off_at(scene.disk, n);
            enum status s = send(&scene, buffer_text(&scene.asked.body));
            bool is_said = s == STATUS_OK && scene.answer.code == 200;
            fake_disk_crash(scene.disk, (enum fake_crash)seed, n + 1);
            reopen(&scene);
            uint64_t size = known(&scene);
            CHECK(size == 9 || (size == 5 && !is_said));
            end(&scene);
        }
    }
}

static void a_damaged_record_refuses_its_log(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    assert_int_equal(200, ask(&scene, 0));
    char path[128] = "";
    const struct file_layer *layer = layer_of(scene.disk);
    uint8_t digest[SHA256_SIZE];
    const struct bytes origin = text_bytes(text_of(scene.log.name));
    CHECK_OK(sha256(&origin, 1, digest));
    (void)snprintf(path, sizeof path, "/witnessed/");
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(path + strlen(path), 3, "%02x", digest[i]);
    uint8_t *record = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(layer, path, NOTE_SIZE_MAX, &record, &size));
    alloc_free(record);
    log_fixture_grow(layer_of(scene.log_disk), "/log", 4);
    CHECK_OK(submission_make(layer_of(scene.log_disk), "/log", &scene.log, 5,
                             &scene.asked));
    /* Its text, and our own line at the end. */
    const uint64_t places[] = {0, 30, size - 6};
    for (size_t i = 0; i < 3; i++) {
        fake_disk_flip(scene.disk, path, places[i], 1);
        CHECK_STATUS(STATUS_CORRUPT,
                     send(&scene, buffer_text(&scene.asked.body)));
        fake_disk_flip(scene.disk, path, places[i], 1);
    }
    CHECK_OK(send(&scene, buffer_text(&scene.asked.body)));
    assert_int_equal(200, scene.answer.code);
    end(&scene);
}

static void a_witness_without_its_key_is_none(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    const struct file_layer *layer = layer_of(scene.disk);
    witness_book_close(&scene.book);
    CHECK_OK(layer->unlink(layer, "/witness.key"));
    CHECK_STATUS(STATUS_CORRUPT, open_book(&scene));
    end(&scene);
}

static void every_flipped_bit_of_an_answer_is_noticed(void **state)
{
    (void)state;
    struct scene scene;
    struct cosigned said;
    begin(&scene, 5);
    assert_int_equal(200, ask(&scene, 0));
    struct buffer *body = &scene.answer.body;
    for (size_t bit = 0; bit < 8 * body->size; bit++) {
        struct buffer joined = buffer_with_limit(NOTE_SIZE_MAX);
        body->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(cosigned_join(buffer_text(&scene.asked.note), buffer_text(body),
                            &scene.log, witness_book_key(scene.book), &joined,
                            &said) != STATUS_OK);
        body->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        buffer_deinit(&joined);
    }
    end(&scene);
}

static enum status answer_once(void *context)
{
    struct scene *scene = context;
    enum status s = send(scene, buffer_text(&scene->asked.body));
    witness_answer_deinit(&scene->answer);
    return s;
}

static void lack_of_memory_promises_nothing(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    assert_int_equal(200, ask(&scene, 0));
    log_fixture_grow(layer_of(scene.log_disk), "/log", 4);
    CHECK_OK(submission_make(layer_of(scene.log_disk), "/log", &scene.log, 5,
                             &scene.asked));
    witness_answer_deinit(&scene.answer);
    test_every_allocation_fails(answer_once, &scene);
    end(&scene);
}

static void names_of_witnesses_are_file_names(void **state)
{
    (void)state;
    char path[64];
    CHECK(cosigned_path("/log", text_of("city-hall"), path, sizeof path));
    assert_string_equal("/log/cosigned/city-hall", path);
    CHECK(!cosigned_path("/log", text_of("../x"), path, sizeof path));
    CHECK(!cosigned_path("/log", text_of("a/b"), path, sizeof path));
    CHECK(!cosigned_path("/log", text_of(""), path, sizeof path));
    CHECK(!cosigned_path("/log", text_of("city-hall"), path, 10));
}

TEST_MAIN("log/witness", TEST(the_protocol_s_example_comes_back),
          TEST(what_is_not_of_the_form_is_refused),
          TEST(a_log_that_grows_is_cosigned),
          TEST(refusals_are_those_of_the_protocol),
          TEST(two_logs_of_one_origin_are_told),
          TEST(a_cosignature_never_outlives_its_record),
          TEST(a_damaged_record_refuses_its_log),
          TEST(a_witness_without_its_key_is_none),
          TEST(every_flipped_bit_of_an_answer_is_noticed),
          TEST(lack_of_memory_promises_nothing),
          TEST(names_of_witnesses_are_file_names))
