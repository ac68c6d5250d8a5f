/* SPDX-License-Identifier: Apache-2.0 */
/* The gate asks witnesses through the courier, says who is away or contradicts
 * it, and is a witness itself. The test is the courier, and the witness. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "log/tree/cosignature.h"
#include "log/witness/submission.h"
#include "log/witness/watch.h"
#include "support/gate_stage.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "unit/test.h"

enum { TRIES = 3000, TRY_MS = 20, BODY_MAX = 16384 };

static const int64_t A_DAY_AND_MORE_US = 25 * 3600 * (int64_t)SECOND_US;
static const uint8_t SEED[SIGN_PRIVATE_SIZE] = {9, 7};

/* What the courier has been given, and what web was answered. */
struct letter {
    struct gate_stage *stage;
    bool is_there;
    uint64_t item;
    char path[512];
    char body[BODY_MAX];
    size_t size;
    unsigned code;
};

static struct note_key witness_key(void)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct note_key key;
    CHECK_OK(sign_public_key(SEED, public_key));
    CHECK_OK(note_key_make(text_of("witness.example/w"), NOTE_KEY_COSIGNATURE,
                           public_key, &key));
    return key;
}

static void append_to_plant(const struct gate_stage *stage, const char *more)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/plant.yaml", stage->directory);
    FILE *plant = fopen(path, "a");
    CHECK(plant != NULL);
    CHECK(fputs(more, plant) >= 0);
    CHECK(fclose(plant) == 0);
}

static void begin(struct gate_stage *stage)
{
    char vkey[NOTE_VKEY_SIZE];
    char more[NOTE_VKEY_SIZE + 128];
    struct note_key key = witness_key();
    gate_stage_make(stage);
    note_key_format(&key, vkey);
    (void)snprintf(more, sizeof more,
                   "\nwitnesses:\n  - {name: hall, url: "
                   "\"http://127.0.0.1:9/w/\", key: \"%s\"}\n",
                   vkey);
    append_to_plant(stage, more);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
}

static void end(struct gate_stage *stage)
{
    CHECK_OK(gate_stage_stop(stage));
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static bool log_has(const struct gate_stage *stage, const char *words)
{
    char *log = gate_stage_log(stage);
    bool has = strstr(log, words) != NULL;
    alloc_free(log);
    return has;
}

static void wait_for(struct gate_stage *stage, const char *words)
{
    for (int i = 0; i < TRIES && !log_has(stage, words); i++)
        gate_stage_idle(stage, TRY_MS);
    CHECK(log_has(stage, words));
}

/* ---- as the courier ------------------------------------------------------- */

static void on_letter(void *context, enum status status,
                      const struct message_outbox_wait_reply *reply,
                      int descriptor)
{
    struct letter *letter = context;
    CHECK(descriptor == -1);
    if (reply == NULL)
        return; /* the end */
    CHECK_OK(status);
    CHECK(reply->body.size <= sizeof letter->body);
    CHECK(text_copy(reply->path, letter->path, sizeof letter->path));
    CHECK(text_equal(reply->host, text_of("127.0.0.1")) && reply->port == 9);
    memcpy(letter->body, reply->body.data, reply->body.size);
    letter->size = reply->body.size;
    letter->item = reply->item;
    letter->is_there = true;
}

/* Sets it aside until the gate has something; a round of its own each time. */
static void fetch(struct gate_stage *stage, struct letter *letter)
{
    const struct message_outbox_wait message = {.id = 0};
    letter->is_there = false;
    CHECK_OK(message_outbox_wait_send(stage->courier, &message, -1, on_letter,
                                      letter));
    for (int i = 0; i < TRIES && !letter->is_there; i++)
        gate_stage_idle(stage, TRY_MS);
    CHECK(letter->is_there);
    assert_string_equal("/w/add-checkpoint", letter->path);
}

static void bring(struct gate_stage *stage, const struct letter *letter,
                  unsigned code, struct bytes body)
{
    const struct message_outbox_result message = {.item = letter->item,
                                                  .code = (uint16_t)code,
                                                  .body = body};
    CHECK_OK(message_outbox_result_send(stage->courier, &message, -1, NULL,
                                        NULL));
    gate_stage_idle(stage, TRY_MS);
}

static void cosign(struct gate_stage *stage, const struct letter *letter)
{
    struct add_checkpoint asked;
    struct note *note = alloc_zeroed(sizeof *note);
    struct buffer line = buffer_with_limit(NOTE_SIZE_MAX);
    struct note_key key = witness_key();
    CHECK(note != NULL);
    CHECK_OK(add_checkpoint_parse((struct text){letter->body, letter->size},
                                  &asked));
    CHECK_OK(note_parse(asked.note, note));
    uint64_t now_s = (uint64_t)((clock_wall(&CLOCK_SYSTEM).us +
                                 stage->ahead_us) / SECOND_US);
    CHECK_OK(cosignature_make(note->text, &key, SEED, now_s, &line));
    bring(stage, letter, 200, buffer_bytes(&line));
    buffer_deinit(&line);
    alloc_free(note);
}

static bool has_cosigned(const struct gate_stage *stage)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/log/cosigned/hall",
                   stage->directory);
    FILE *file = fopen(path, "r");
    if (file != NULL)
        (void)fclose(file);
    return file != NULL;
}

/* The keeper's clock goes on by a day and an hour. */
static void next_day(struct gate_stage *stage)
{
    stage->ahead_us += A_DAY_AND_MORE_US;
    gate_stage_attach_one(stage, ROLE_KEEPER);
}

static void a_witness_that_is_away_for_a_day_is_told_once(void **state)
{
    (void)state;
    static struct gate_stage stage;
    static struct letter letter;
    begin(&stage);
    wait_for(&stage, "\"kind\":\"witness.state\",\"witness\":\"hall\","
                     "\"state\":\"set\"");
    CHECK(!log_has(&stage, "\"state\":\"away\""));
    next_day(&stage);
    wait_for(&stage, "\"state\":\"away\"");
    /* Not once more after a restart: the log knows. */
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, "killed"));
    gate_stage_attach(&stage);
    gate_stage_idle(&stage, 1500);
    char *log = gate_stage_log(&stage);
    char *first = strstr(log, "\"state\":\"away\"");
    CHECK(first != NULL && strstr(first + 1, "\"state\":\"away\"") == NULL);
    alloc_free(log);
    /* Its word ends it. */
    gate_stage_attach_one(&stage, ROLE_COURIER);
    fetch(&stage, &letter);
    CHECK(!has_cosigned(&stage));
    cosign(&stage, &letter);
    wait_for(&stage, "\"state\":\"back\"");
    CHECK(has_cosigned(&stage));
    end(&stage);
}

static void a_witness_that_contradicts_is_told(void **state)
{
    (void)state;
    static struct gate_stage stage;
    static struct letter letter;
    begin(&stage);
    gate_stage_attach_one(&stage, ROLE_COURIER);
    fetch(&stage, &letter);
    CHECK(text_starts_with((struct text){letter.body, letter.size},
                           text_of("old 0\n\n")));
    /* A cosignature of nobody's is not kept. */
    bring(&stage, &letter, 200, bytes_of("nonsense\n", 9));
    CHECK(!has_cosigned(&stage));
    /* It has seen a longer log than ours. */
    fetch(&stage, &letter);
    bring(&stage, &letter, 409, bytes_of("1000000\n", 8));
    const struct message_outbox_wait message = {.id = 0};
    CHECK_OK(message_outbox_wait_send(stage.courier, &message, -1, on_letter,
                                      &letter));
    wait_for(&stage, "\"state\":\"contradicted\"");
    end(&stage);
}

/* ---- as web --------------------------------------------------------------- */

static void on_answer(void *context, enum status status,
                      const struct message_witness_ask_reply *reply,
                      int descriptor)
{
    struct letter *letter = context;
    CHECK(descriptor == -1);
    letter->is_there = true;
    letter->code = status == STATUS_OK && reply != NULL ? reply->code : 1;
    letter->size = reply == NULL ? 0 : reply->body.size;
    loop_stop(letter->stage->loop);
}

static unsigned ask(struct gate_stage *stage, struct bytes body)
{
    static struct letter letter;
    letter.stage = stage;
    letter.is_there = false;
    const struct message_witness_ask message = {.body = body,
                                                .address = text_of("::1")};
    CHECK_OK(message_witness_ask_send(stage->web, &message, -1, on_answer,
                                      &letter));
    for (int i = 0; i < TRIES && !letter.is_there; i++)
        gate_stage_idle(stage, TRY_MS);
    CHECK(letter.is_there);
    return letter.code;
}

static void strangers_get_no_cosignature(void **state)
{
    (void)state;
    static struct gate_stage stage;
    static const char NO_FORM[] = "old x\n\n";
    static const char STRANGER[] =
        "old 0\n\nexample.com/a\n1\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\xe2\x80\x94 example.com/a Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRD"
        "eOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    begin(&stage);
    assert_int_equal(400, ask(&stage, bytes_of(NO_FORM, sizeof NO_FORM - 1)));
    assert_int_equal(404, ask(&stage, bytes_of(STRANGER, sizeof STRANGER - 1)));
    CHECK(!log_has(&stage, "witness.equivocation"));
    end(&stage);
}

/* By the clock alone, without a process. */
static void a_day_is_counted_from_the_last_word(void **state)
{
    (void)state;
    const int64_t set_us = 1000 * (int64_t)SECOND_US;
    const int64_t day_us = 24 * 3600 * (int64_t)SECOND_US;
    const struct witness_row row = {.set = {set_us}};
    CHECK(!witness_is_overdue(&row, 0, (struct wall_time){set_us + day_us}));
    CHECK(witness_is_overdue(&row, 0,
                             (struct wall_time){set_us + day_us + 1}));
    CHECK(!witness_is_overdue(&row, set_us + 5,
                              (struct wall_time){set_us + day_us + 5}));
    CHECK(witness_is_overdue(&row, set_us + 5,
                             (struct wall_time){set_us + day_us + 6}));
}

TEST_MAIN("roles/gate_witness",
          TEST(a_witness_that_is_away_for_a_day_is_told_once),
          TEST(a_witness_that_contradicts_is_told),
          TEST(strangers_get_no_cosignature),
          TEST(a_day_is_counted_from_the_last_word))
