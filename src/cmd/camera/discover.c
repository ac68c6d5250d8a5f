/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera discover: which cameras of the chosen networks answer. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/local/json.h"
#include "cmd/notice/render.h"
#include "onvif/discovery.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/socket_probe.h"

enum {
    INTERFACES_MAX = 8,
    SECONDS_DEFAULT = 3,
    SECONDS_MAX = 30,
    PROBE_BYTES_MAX = 4096,
    MS_US = 1000,
};

struct options {
    const char *interfaces[INTERFACES_MAX];
    size_t interface_count;
    uint64_t seconds;
    const char *language;
    bool as_json;
};

static int take_interface(void *options, const char *value)
{
    struct options *all = options;
    if (all->interface_count == INTERFACES_MAX)
        return options_refuse(&COMMAND_CAMERA_DISCOVER, "too many", value);
    all->interfaces[all->interface_count++] = value;
    return EXIT_OK;
}

static const struct command_option OPTIONS[] = {
    {.name = "--interface",
     .value = "NAME",
     .help = "ask here: eth0, or this machine's address there; up to 8",
     .kind = OPTION_CALL,
     .is_needed = true,
     .may_repeat = true,
     .take = take_interface},
    {.name = "--seconds",
     .value = "N",
     .help = "how long answers are awaited on each (3)",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct options, seconds),
     .min = 1,
     .max = SECONDS_MAX},
    CAMERA_LANGUAGE(struct options),
    {.name = "--json",
     .help = "as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

struct found {
    char from[SOCKET_ADDRESS_SIZE];
    struct discovery_match match;
};

struct discovery {
    size_t count;
    size_t left_out;  /* cameras beyond DISCOVERY_ANSWERS_MAX */
    size_t datagrams; /* read so far */
    size_t refused;   /* of those: no answers of ours */
    struct found list[DISCOVERY_ANSWERS_MAX];
};

/* A camera answers each probe, and on each of its addresses. */
static bool is_known(const struct discovery *all, const char *from,
                     const struct discovery_match *match)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].from, from) == 0 &&
            strcmp(all->list[i].match.id, match->id) == 0)
            return true;
    return false;
}

static void keep(struct discovery *all, const char *from,
                 const struct discovery_match *match)
{
    if (is_known(all, from, match))
        return;
    if (all->count == DISCOVERY_ANSWERS_MAX) {
        all->left_out++;
        return;
    }
    struct found *one = &all->list[all->count++];
    memcpy(one->from, from, sizeof one->from);
    one->match = *match;
}

static void take(struct discovery *all, struct bytes datagram, const char *from,
                 const char *id)
{
    struct discovery_matches matches;
    all->datagrams++;
    if (discovery_matches_read(datagram, id, &matches) != STATUS_OK) {
        all->refused++;
        return;
    }
    for (size_t i = 0; i < matches.count; i++)
        keep(all, from, &matches.list[i]);
}

/* Whatever comes, it ends when the time is up, or enough was read. */
static void listen_until(int socket, struct boot_time end, const char *id,
                         struct discovery *all)
{
    static uint8_t datagram[DISCOVERY_DATAGRAM_BYTES_MAX + 1];
    while (all->datagrams < DISCOVERY_DATAGRAMS_MAX) {
        char from[SOCKET_ADDRESS_SIZE] = "";
        size_t size = 0;
        int64_t left_ms = (end.us - clock_boot(&CLOCK_SYSTEM).us) / MS_US;
        if (left_ms <= 0 ||
            socket_wait_readable(socket, (int)left_ms) != STATUS_OK)
            return;
        if (socket_probe_receive(socket, datagram, sizeof datagram, &size,
                                 from) == STATUS_OK)
            take(all, bytes_of(datagram, size), from, id);
    }
}

static enum status ask(const char *interface, uint64_t seconds,
                       struct discovery *all)
{
    uint8_t random[DISCOVERY_RANDOM_SIZE];
    char id[DISCOVERY_ID_SIZE];
    char local[SOCKET_ADDRESS_SIZE];
    int socket = -1;
    struct buffer probe = buffer_with_limit(PROBE_BYTES_MAX);
    random_fill(random, sizeof random);
    discovery_id(random, id);
    discovery_probe_write(&probe, id);
    enum status s = socket_probe_interface(interface, local);
    if (s == STATUS_NOT_FOUND) /* an address, then */
        s = text_copy(text_of(interface), local, sizeof local)
                ? STATUS_OK
                : STATUS_BAD_INPUT;
    if (s == STATUS_OK)
        s = socket_probe_open(local, &socket);
    if (s == STATUS_OK)
        s = buffer_status(&probe);
    if (s == STATUS_OK)
        s = socket_probe_send(socket, DISCOVERY_GROUP, DISCOVERY_PORT,
                              buffer_bytes(&probe));
    if (s == STATUS_OK)
        listen_until(socket,
                     (struct boot_time){clock_boot(&CLOCK_SYSTEM).us +
                                        (int64_t)seconds * SECOND_US},
                     id, all);
    buffer_deinit(&probe);
    socket_close(&socket);
    return s;
}

static void print_json(const struct discovery *all)
{
    json_t *list = json_array();
    for (size_t i = 0; i < all->count; i++) {
        const struct found *one = &all->list[i];
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "from", one->from,
                            "address", one->match.address, "name",
                            one->match.name, "hardware", one->match.hardware,
                            "location", one->match.location, "id",
                            one->match.id));
    }
    json_t *document = json_pack(
        "{s:o, s:I, s:I, s:I}", "cameras", list, "left_out",
        (json_int_t)all->left_out, "datagrams", (json_int_t)all->datagrams,
        "refused", (json_int_t)all->refused);
    local_print(document);
    json_decref(document);
}

static void print_text(const struct discovery *all, enum language language)
{
    bool is_korean = language == LANGUAGE_KOREAN;
    for (size_t i = 0; i < all->count; i++) {
        const struct found *one = &all->list[i];
        (void)printf("%-15s %s  %s %s %s\n", one->from, one->match.address,
                     one->match.name, one->match.hardware,
                     one->match.location);
    }
    (void)printf(is_korean ? "카메라 %zu대가 응답했습니다\n"
                           : "%zu cameras answered\n",
                 all->count);
    if (all->refused > 0 || all->left_out > 0)
        (void)printf(is_korean ? "응답이 아닌 데이터그램 %zu개, 한도를 넘어 "
                                 "버린 응답 %zu개\n"
                               : "%zu datagrams were no answers; %zu answers "
                                 "more than are kept\n",
                     all->refused, all->left_out);
}

static void say_unasked(const char *interface, enum status status,
                        enum language language)
{
    (void)fprintf(stderr,
                  language == LANGUAGE_KOREAN
                      ? "haechi camera discover: %s에서 물을 수 없습니다: %s - "
                        "IPv4 주소가 있는 이 장치의 인터페이스를 쓰십시오\n"
                      : "haechi camera discover: cannot ask on %s: %s - name "
                        "an interface of this machine with an IPv4 address\n",
                  interface,
                  status == STATUS_BAD_INPUT
                      ? camera_either(language, "그런 인터페이스가 없습니다",
                                      "there is no such interface")
                      : camera_either(language, "보낼 수 없습니다",
                                      "nothing can be sent"));
}

static int run(int argc, char **argv)
{
    struct options options = {.seconds = SECONDS_DEFAULT};
    int code = options_read(&COMMAND_CAMERA_DISCOVER, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    enum language language = notice_render_language(options.language);
    AUTO(alloc_release) struct discovery *all = alloc_zeroed(sizeof *all);
    if (all == NULL)
        return EXIT_ENVIRONMENT;
    for (size_t i = 0; i < options.interface_count; i++) {
        enum status s = ask(options.interfaces[i], options.seconds, all);
        if (s == STATUS_OK)
            continue;
        say_unasked(options.interfaces[i], s, language);
        return EXIT_ENVIRONMENT;
    }
    if (options.as_json)
        print_json(all);
    else
        print_text(all, language);
    return EXIT_OK;
}

const struct command COMMAND_CAMERA_DISCOVER = {
    .name = "camera discover",
    .synopsis = "--interface NAME [--interface NAME ...]\n"
                "    [--seconds N] [--lang ko|en] [--json]",
    .summary = "list the cameras of a network that answer",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "One WS-Discovery probe goes out on each interface, no further "
               "than its link. What answers is listed as it calls itself; "
               "nothing is connected to and no password is used.",
    .run = run,
};
