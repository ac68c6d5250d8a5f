/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/answer.h"

#include "base/number.h"
#include "base/text.h"
#include "onvif/address.h"

enum { NUMBER_MAX = 1000000000, MILLION = 1000000, FRACTION_DIGITS = 6 };

void onvif_copy_word(struct text text, char *out, size_t size)
{
    out[0] = 0;
    if (!text_is_plain(text))
        return;
    while (text.size >= size ||
           (text.size > 0 && !text_is_plain(text)))
        text.size--;
    (void)text_copy(text, out, size);
}

void onvif_copy_token(struct text text, char *out, size_t size)
{
    out[0] = 0;
    if (text.size < size && text_is_plain(text))
        (void)text_copy(text, out, size);
}

uint32_t onvif_number(struct text text)
{
    uint64_t number = 0;
    struct text whole = text_cut(&text, '.');
    if (number_parse_u64(whole, 0, NUMBER_MAX, &number) != STATUS_OK)
        return 0;
    return (uint32_t)number;
}

int32_t onvif_millionths(struct text text)
{
    bool is_negative = text.size > 0 && text.data[0] == '-';
    if (is_negative)
        text = (struct text){text.data + 1, text.size - 1};
    struct text whole = text_cut(&text, '.');
    uint64_t value = 0;
    int32_t sum = 0;
    if (whole.size > 0 && number_parse_u64(whole, 0, 1, &value) != STATUS_OK)
        return 0;
    sum = (int32_t)value * MILLION;
    int32_t digit_worth = MILLION / 10;
    for (size_t i = 0; i < text.size && i < FRACTION_DIGITS; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        sum += (text.data[i] - '0') * digit_worth;
        digit_worth /= 10;
    }
    if (sum > MILLION)
        sum = MILLION;
    return is_negative ? -sum : sum;
}

bool onvif_is_true(struct text text)
{
    return text_equal(text, text_of("true")) || text_equal(text, text_of("1"));
}

static bool is_answer(const struct xml_node *answer, const char *name)
{
    return answer != NULL && text_equal(answer->name, text_of(name));
}

enum status onvif_read_time(const struct xml_tree *tree,
                            const struct xml_node *answer,
                            struct wall_time *out)
{
    enum { YEAR_MIN = 1970, YEAR_MAX = 2200, LEAP_SECOND = 60 };
    static const struct {
        const char *path;
        uint64_t min;
        uint64_t max;
    } PARTS[] = {
        {"Date/Year", YEAR_MIN, YEAR_MAX}, {"Date/Month", 1, 12},
        {"Date/Day", 1, 31},               {"Time/Hour", 0, 23},
        {"Time/Minute", 0, 59},            {"Time/Second", 0, LEAP_SECOND},
    };
    uint64_t parts[6];
    if (!is_answer(answer, "GetSystemDateAndTimeResponse"))
        return STATUS_BAD_INPUT;
    const struct xml_node *utc =
        xml_path(tree, answer, "SystemDateAndTime/UTCDateTime");
    if (utc == NULL)
        return STATUS_NOT_FOUND;
    for (size_t i = 0; i < 6; i++)
        if (number_parse_u64(xml_text(tree, utc, PARTS[i].path), PARTS[i].min,
                             PARTS[i].max, &parts[i]) != STATUS_OK)
            return STATUS_BAD_INPUT;
    int64_t day = civil_to_day((int64_t)parts[0], (unsigned)parts[1],
                               (unsigned)parts[2]);
    uint64_t second = (parts[3] * 60 + parts[4]) * 60 + parts[5];
    out->us = (day * 86400 + (int64_t)second) * SECOND_US;
    return STATUS_OK;
}

enum status onvif_read_device(const struct xml_tree *tree,
                              const struct xml_node *answer,
                              struct onvif_device *out)
{
    *out = (struct onvif_device){.manufacturer = ""};
    if (!is_answer(answer, "GetDeviceInformationResponse"))
        return STATUS_BAD_INPUT;
    onvif_copy_word(xml_text(tree, answer, "Manufacturer"), out->manufacturer,
                    ONVIF_WORD_SIZE);
    onvif_copy_word(xml_text(tree, answer, "Model"), out->model,
                    ONVIF_WORD_SIZE);
    onvif_copy_word(xml_text(tree, answer, "FirmwareVersion"), out->firmware,
                    ONVIF_WORD_SIZE);
    onvif_copy_word(xml_text(tree, answer, "SerialNumber"), out->serial,
                    ONVIF_WORD_SIZE);
    onvif_copy_word(xml_text(tree, answer, "HardwareId"), out->hardware,
                    ONVIF_WORD_SIZE);
    return STATUS_OK;
}

static void keep_path(struct text address, enum onvif_service service,
                      struct onvif_services *out)
{
    struct onvif_address parsed;
    if (onvif_address_parse(address, &parsed) == STATUS_OK)
        onvif_copy_token(parsed.path, out->paths[service], ONVIF_ADDRESS_SIZE);
}

static void read_service(const struct xml_tree *tree,
                         const struct xml_node *node,
                         struct onvif_services *out)
{
    static const struct {
        const char *space;
        enum onvif_service service;
    } SPACES[] = {
        {"http://www.onvif.org/ver10/device/wsdl", ONVIF_DEVICE},
        {"http://www.onvif.org/ver10/media/wsdl", ONVIF_MEDIA},
        {"http://www.onvif.org/ver20/media/wsdl", ONVIF_MEDIA_2},
        {"http://www.onvif.org/ver10/events/wsdl", ONVIF_EVENTS},
        {"http://www.onvif.org/ver10/recording/wsdl", ONVIF_RECORDING},
    };
    struct text space = xml_text(tree, node, "Namespace");
    for (size_t i = 0; i < sizeof SPACES / sizeof SPACES[0]; i++)
        if (text_equal(space, text_of(SPACES[i].space)))
            keep_path(xml_text(tree, node, "XAddr"), SPACES[i].service, out);
}

enum status onvif_read_services(const struct xml_tree *tree,
                                const struct xml_node *answer,
                                struct onvif_services *out)
{
    *out = (struct onvif_services){.paths = {""}};
    if (is_answer(answer, "GetServicesResponse")) {
        const struct xml_node *one = xml_first(tree, answer);
        for (; one != NULL; one = xml_next(tree, one))
            if (text_equal(one->name, text_of("Service")))
                read_service(tree, one, out);
        return STATUS_OK;
    }
    if (!is_answer(answer, "GetCapabilitiesResponse"))
        return STATUS_BAD_INPUT;
    const struct xml_node *all = xml_child(tree, answer, "Capabilities");
    keep_path(xml_text(tree, all, "Device/XAddr"), ONVIF_DEVICE, out);
    keep_path(xml_text(tree, all, "Media/XAddr"), ONVIF_MEDIA, out);
    keep_path(xml_text(tree, all, "Events/XAddr"), ONVIF_EVENTS, out);
    keep_path(xml_text(tree, all, "Extension/Recording/XAddr"),
              ONVIF_RECORDING, out);
    return STATUS_OK;
}

enum status onvif_read_storage(const struct xml_tree *tree,
                               const struct xml_node *answer, size_t *count)
{
    const char *name = "StorageConfigurations";
    *count = 0;
    if (is_answer(answer, "GetRecordingsResponse"))
        name = "RecordingItem";
    else if (!is_answer(answer, "GetStorageConfigurationsResponse"))
        return STATUS_BAD_INPUT;
    const struct xml_node *one = xml_first(tree, answer);
    for (; one != NULL; one = xml_next(tree, one))
        *count += text_equal(one->name, text_of(name));
    return STATUS_OK;
}
