/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/pdf_language.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* The end of a file, as cairo writes it: "trailer\n<< /Size 9\n   /Root 8 0 R
 * ... startxref\n1234\n%%EOF". */
struct ending {
    uint64_t size;  /* one more than the highest object's number */
    uint64_t root;  /* number of the catalogue */
    uint64_t info;  /* likewise of the title and so on */
    uint64_t xref;  /* offset of the last table */
};

/* What stands behind the last occurrence of word; empty where there is none.
 */
static struct text behind_last(struct text in, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = in.size; i >= size; i--)
        if (memcmp(in.data + i - size, word, size) == 0)
            return (struct text){in.data + i, in.size - i};
    return (struct text){NULL, 0};
}

static bool number_at(struct text in, uint64_t *out)
{
    size_t digits = 0;
    while (digits < in.size && in.data[digits] >= '0' && in.data[digits] <= '9')
        digits++;
    return number_parse_u64((struct text){in.data, digits}, 0, UINT32_MAX,
                            out) == STATUS_OK;
}

static bool read_ending(struct text pdf, struct ending *out)
{
    struct text trailer = behind_last(pdf, "trailer");
    return number_at(behind_last(trailer, "/Size "), &out->size) &&
           number_at(behind_last(trailer, "/Root "), &out->root) &&
           number_at(behind_last(trailer, "/Info "), &out->info) &&
           number_at(behind_last(trailer, "startxref\n"), &out->xref);
}

/* What stands between "<<" and ">>" of that object, which holds no stream. */
static struct text dictionary_of(struct text pdf, uint64_t number)
{
    char head[40];
    (void)snprintf(head, sizeof head, "\n%u 0 obj\n<<", (unsigned)number);
    struct text inside = behind_last(pdf, head);
    for (size_t i = 0; i + 10 <= inside.size; i++)
        if (memcmp(inside.data + i, ">>\nendobj\n", 10) == 0)
            return (struct text){inside.data, i};
    return (struct text){NULL, 0};
}

enum status pdf_language_add(struct bytes pdf, enum language language,
                             struct buffer *out)
{
    struct ending ending;
    struct text whole = bytes_text(pdf);
    if (!read_ending(whole, &ending))
        return STATUS_INTERNAL;
    struct text catalogue = dictionary_of(whole, ending.root);
    if (catalogue.size == 0)
        return STATUS_INTERNAL;
    size_t begin = out->size;
    buffer_append(out, pdf);
    if (pdf.data[pdf.size - 1] != '\n')
        buffer_append_u8(out, '\n');
    size_t object = out->size - begin;
    buffer_format(out, "%u 0 obj\n<<", (unsigned)ending.root);
    buffer_append(out, text_bytes(catalogue));
    buffer_format(out,
                  "   /Lang (%s)\n   /MarkInfo << /Marked true >>\n"
                  "   /ViewerPreferences << /DisplayDocTitle "
                  "true >>\n>>\nendobj\n",
                  language == LANGUAGE_KOREAN ? "ko-KR" : "en-GB");
    size_t table = out->size - begin;
    /* ISO 32000-1 section 7.5.4: a line of the table has 20 bytes. */
    buffer_format(out, "xref\n%u 1\n%010zu 00000 n \n", (unsigned)ending.root,
                  object);
    buffer_format(out,
                  "trailer\n<< /Size %u\n   /Root %u 0 R\n   /Info %u 0 R\n"
                  "   /Prev %u\n>>\nstartxref\n%zu\n%%%%EOF\n",
                  (unsigned)ending.size, (unsigned)ending.root,
                  (unsigned)ending.info, (unsigned)ending.xref, table);
    return buffer_status(out);
}
