/* SPDX-License-Identifier: Apache-2.0 */
/* What a camera answers over SOAP, given to every reader of answers; and parsed
 * once more with an allocation failing, chosen by its size. */
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "onvif/event.h"

struct answers {
    struct onvif_device device;
    struct onvif_services services;
    struct onvif_profiles profiles;
    struct onvif_masks masks;
    struct onvif_events events;
    struct wall_time time;
    size_t count;
    char first[ONVIF_ADDRESS_SIZE];
    char second[ONVIF_ADDRESS_SIZE];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_short_of_memory(const uint8_t *data, size_t size)
{
    enum { ALLOCATIONS = 16 };
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    (void)alloc_fail_at(1 + size % ALLOCATIONS);
    enum status s = xml_parse(bytes_of(data, size), &tree);
    (void)alloc_fail_at(0);
    if (s != STATUS_OK && tree != NULL)
        __builtin_trap();
}

/* Every node once, and no way out of the tree. */
static void walk(const struct xml_tree *tree)
{
    const struct xml_node *root = xml_root(tree);
    size_t left = XML_NODES_MAX;
    for (const struct xml_node *node = root; node != NULL;
         node = xml_walk(tree, root, node))
        if (left-- == 0)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    AUTO(alloc_release) struct answers *out = alloc_zeroed(sizeof *out);
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    parse_short_of_memory(data, size);
    if (out == NULL || xml_parse(bytes_of(data, size), &tree) != STATUS_OK)
        return 0;
    walk(tree);
    if (soap_answer(tree, &answer, &fault) != STATUS_OK)
        return 0;
    const enum status all[] = {
        onvif_read_time(tree, answer, &out->time),
        onvif_read_device(tree, answer, &out->device),
        onvif_read_services(tree, answer, &out->services),
        onvif_read_storage(tree, answer, &out->count),
        onvif_read_profiles(tree, answer, &out->profiles),
        onvif_read_uri(tree, answer, out->first),
        onvif_read_masks(tree, answer, &out->masks),
        onvif_read_subscription(tree, answer, out->first, out->second),
        onvif_read_events(tree, answer, &out->events),
    };
    size_t taken = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        taken += all[i] == STATUS_OK;
    if (taken > 1)
        __builtin_trap(); /* an answer is one of them */
    return 0;
}
