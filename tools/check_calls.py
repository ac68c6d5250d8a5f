#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls that the house forbids, and the few places that may make them."""
import re

from source_tree import files, lines, report

# (pattern, where it is allowed, what is wrong and the remedy)
LAWS = [
    (r'\b(strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|gets|strtok)'
     r'\s*\(', '', 'no bound; use text_copy, struct writer or snprintf'),
    (r'\b(atoi|atol|atoll|atof|sscanf|fscanf|scanf)\s*\(', '',
     'wraps or guesses; use number_parse_u64'),
    (r'\b(system|popen|alloca|tmpnam|mktemp)\s*\(', '',
     'not in this program: no shell, no stack of foreign size'),
    (r'(?<![\w>.])(malloc|calloc|realloc|free|strdup|strndup|asprintf)\s*\(',
     r'src/base/alloc\.c', 'use base/alloc, so that tests see leaks and '
     'failures'),
    (r'#\s*include\s*<(openssl/|sodium)', r'src/crypto/',
     'only src/crypto knows OpenSSL and libsodium; add a function there'),
    (r'#\s*include\s*<tss2/', r'src/tpm/',
     'only src/tpm knows tpm2-tss; add a function there'),
    (r'#\s*include\s*<(pango/|cairo|qrencode)', r'src/paper/',
     'only src/paper draws, and only in haechi-paper; add a function there'),
    (r'#\s*include\s*<libav', r'src/redact/|src/cmd/work_main',
     'only src/redact decodes, and only in haechi-work; add a function there'),
    (r'#\s*include\s*<uv\.h>', r'src/sys/',
     'only src/sys knows libuv; add a function there'),
    (r'#\s*include\s*<yaml\.h>', r'src/notice/',
     'only src/notice reads YAML'),
    (r'#\s*include\s*<(expat|libxml)', r'src/onvif/',
     'only src/onvif reads XML'),
    (r'#\s*include\s*<(sys/mman|seccomp|linux/)', r'src/sys/|src/crypto/secret',
     'only src/sys touches the kernel; add a function there'),
    (r'(?<![\w>.])(socket|socketpair|bind|listen|accept4?|connect|fork|execve|'
     r'execv|open|openat|creat|mmap|memfd_create|getrandom|clock_gettime|'
     r'gettimeofday|time|nanosleep|usleep|sleep|fopen)\s*\(',
     r'src/sys/|src/(cmd|roles)/',
     'only src/sys touches the kernel; add a function there'),
    (r'(?<![\w>.])(printf|fprintf|puts|fputs|perror)\s*\(',
     r'src/(cmd|roles|camsim)/|src/sys/logger',
     'libraries do not print: return a status, or log through sys/logger'),
]


def code_of(text):
    """The text without comments and strings, line numbers kept."""
    blank = lambda m: re.sub(r'[^\n]', ' ', m.group(0))  # noqa: E731
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text,
                  flags=re.S)


def main():
    problems = []
    for path in files('src', ('.c', '.h')):
        for number, line in enumerate(code_of('\n'.join(lines(path)))
                                      .split('\n'), 1):
            for pattern, allowed, words in LAWS:
                match = re.search(pattern, line)
                if match and not (allowed and re.match(allowed, path)):
                    call = match.group(0).rstrip(' (')
                    problems.append((path, number, f'{call}: {words}'))
    report(problems)


main()
