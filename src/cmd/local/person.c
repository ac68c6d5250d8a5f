/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/person.h"

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "sys/file.h"
#include "sys/terminal.h"

static bool read_password_file(const char *path, struct local_person *out)
{
    uint8_t *content = NULL;
    size_t got = 0;
    if (file_read_all(&FILE_LAYER_SYSTEM, path, LOCAL_PASSWORD_SIZE, &content,
                      &got) != STATUS_OK)
        return false;
    struct text rest = bytes_text(bytes_of(content, got));
    bool is_good = text_copy(text_cut(&rest, '\n'), out->password,
                             sizeof out->password) &&
                   out->password[0] != 0;
    secret_wipe(content, got);
    alloc_free(content);
    return is_good;
}

bool local_person_ask(const char *name, const char *password_file,
                      const char *prompt, struct local_person *out)
{
    *out = (struct local_person){.name = ""};
    bool is_good =
        name != NULL
            ? text_copy(text_of(name), out->name, sizeof out->name)
            : terminal_ask(prompt, false, out->name, sizeof out->name) ==
                  STATUS_OK;
    if (!is_good)
        return false;
    return password_file != NULL
               ? read_password_file(password_file, out)
               : terminal_ask("Password: ", true, out->password,
                              sizeof out->password) == STATUS_OK;
}
