/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/pdf_language.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { OUT_BYTES_MAX = 4096 };

/* As cairo 1.16 ends a file, with two objects. */
static const char PDF[] =
    "%PDF-1.5\n"
    "1 0 obj\n<< /Type /Catalog\n   /Pages 3 0 R\n>>\nendobj\n"
    "2 0 obj\n<< /Title (x)\n>>\nendobj\n"
    "xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n"
    "0000000063 00000 n \n"
    "trailer\n<< /Size 3\n   /Root 1 0 R\n   /Info 2 0 R\n>>\n"
    "startxref\n95\n%%EOF\n";

static void the_new_catalogue_is_where_the_new_table_says(void **state)
{
    (void)state;
    struct buffer out = buffer_with_limit(OUT_BYTES_MAX);
    CHECK_OK(pdf_language_add(text_bytes(text_of(PDF)), LANGUAGE_KOREAN, &out));
    CHECK(memcmp(out.data, PDF, sizeof PDF - 1) == 0);
    buffer_append_u8(&out, 0);
    const char *all = (const char *)out.data;
    const char *added = all + sizeof PDF - 1;
    const char *start = strstr(added, "startxref\n");
    CHECK(start != NULL);
    const char *table = all + strtoul(start + 10, NULL, 10);
    CHECK(strncmp(table, "xref\n1 1\n", 9) == 0);
    const char *object = all + strtoul(table + 9, NULL, 10);
    CHECK(strncmp(object, "1 0 obj\n<< /Type /Catalog\n   /Pages 3 0 R", 41) ==
          0);
    CHECK(strstr(object, "/Lang (ko-KR)") != NULL);
    CHECK(strstr(object, "/Marked true") != NULL);
    CHECK(strstr(table, "/Prev 95\n") != NULL);
    CHECK(strstr(table, "/Info 2 0 R\n") != NULL);
    buffer_deinit(&out);
}

/* Every part that it needs, missing in turn. */
static void another_file_is_refused(void **state)
{
    (void)state;
    static const char *const NEEDED[] = {"trailer", "/Size", "/Root", "/Info",
                                         "startxref", "1 0 obj", "endobj"};
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED[0]; i++) {
        char damaged[sizeof PDF];
        memcpy(damaged, PDF, sizeof PDF);
        for (char *at = strstr(damaged, NEEDED[i]); at != NULL;
             at = strstr(at + 1, NEEDED[i]))
            at[0] = 'z';
        struct buffer out = buffer_with_limit(OUT_BYTES_MAX);
        CHECK_STATUS(STATUS_INTERNAL,
                     pdf_language_add(text_bytes(text_of(damaged)),
                                      LANGUAGE_KOREAN, &out));
        buffer_deinit(&out);
    }
    struct buffer out = buffer_with_limit(OUT_BYTES_MAX);
    CHECK_STATUS(STATUS_INTERNAL,
                 pdf_language_add((struct bytes){NULL, 0}, LANGUAGE_KOREAN,
                                  &out));
    buffer_deinit(&out);
}

static enum status add(void *context)
{
    (void)context;
    struct buffer out = buffer_with_limit(OUT_BYTES_MAX);
    enum status s = pdf_language_add(text_bytes(text_of(PDF)),
                                     LANGUAGE_ENGLISH, &out);
    buffer_deinit(&out);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(add, NULL);
}

TEST_MAIN("paper/pdf_language",
          TEST(the_new_catalogue_is_where_the_new_table_says),
          TEST(another_file_is_refused), TEST(memory_may_run_out))
