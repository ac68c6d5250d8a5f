/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/person - who sits at the terminal: name and password, typed or from
 * a file.
 */
#ifndef CMD_LOCAL_PERSON_H
#define CMD_LOCAL_PERSON_H

#include <stdbool.h>

enum { LOCAL_NAME_SIZE = 129, LOCAL_PASSWORD_SIZE = 257 };

/* To be wiped. */
struct local_person {
    char name[LOCAL_NAME_SIZE];
    char password[LOCAL_PASSWORD_SIZE];
};

/* name, password_file: NULL: asked for. prompt: for the name. False: neither
 * given nor typed. */
bool local_person_ask(const char *name, const char *password_file,
                      const char *prompt, struct local_person *out);

#endif
