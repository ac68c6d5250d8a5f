#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Words that do not belong in the tree, and the one line that belongs in
every source."""
import re

from source_tree import files, lines, report

SPDX = 'SPDX-License-Identifier: Apache-2.0'
SOURCES = ('.c', '.h', '.def', '.py', '.sh', '.js', '.mjs', '.css')
TEXTS = SOURCES + ('.md', '.txt', '.yaml', '.json', '.html', '.build',
                   'Makefile', '.ci/run')

# In pieces, so that this file does not find itself.
WORDS = [
    (r'/' + r'work/|/' + r'tmp/bash_jobs|\.\.' + r'/shared',
     'a path of one workplace; write it relative to the tree'),
    (r'"resolved"' + r': *"http|https?://[a-z.]*(regis' + r'try|mir' +
     r'ror|py' + r'pi|crates|deb)[a-z.]*[/"]',
     'the address of a package server; leave it to the package manager'),
    (r'-----BEGIN [A-Z ]*' + r'PRIVATE KEY-----\s*$',
     'a private key; make one when the test runs'),
    (r'\b(TO' + r'DO|FIX' + r'ME|XX' + r'X)\b',
     'an open end; finish it, or describe it in docs/design'),
]


def problems_of(path):
    text = lines(path)
    if path.endswith(SOURCES) and not any(SPDX in l for l in text[:3]):
        yield (path, 1, f'no licence line; begin with "{SPDX}" in a comment')
    for number, line in enumerate(text, 1):
        for pattern, words in WORDS:
            if re.search(pattern, line):
                yield (path, number, words)


def main():
    report([problem for path in files('.', TEXTS)
            if path != 'LICENSE' and 'package-lock' not in path
            for problem in problems_of(path)])


main()
