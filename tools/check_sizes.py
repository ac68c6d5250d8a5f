#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A file fits in one head: 600 lines, a function 80, in src/ six parameters
(without `out`, the result, and `context`, which belongs to a callback). A
function's body opens and closes with a brace alone in the first column."""
import re

from source_tree import files, lines, report

FILE_LINES, FUNCTION_LINES, PARAMETERS = 600, 80, 6
WIDE = ('src/ipc/channel.c',)  # called by code made from messages.def


def parameters_of(text, start):
    """Parameters of the definition whose body opens on line start."""
    head = ''
    for line in reversed(text[:start]):
        if not line.strip() or line[0] in '}#/' or line.endswith(';'):
            break
        head = line + ' ' + head
    depth = count = 0
    inside = head[head.find('('):]
    for character in inside:
        depth += (character == '(') - (character == ')')
        count += character == ',' and depth == 1
        if depth == 0:
            break
    return count + 1 - len(re.findall(r'\b(?:out|context)\s*[,)]', inside))


def problems_of(path):
    text = lines(path)
    if len(text) - 1 > FILE_LINES:
        yield (path, FILE_LINES, f'{len(text) - 1} lines, more than '
               f'{FILE_LINES}; split it by idea')
    if not path.endswith('.c'):
        return
    start = None
    for number, line in enumerate(text):
        if line == '{':
            start = number
            if path.startswith('src/') and path not in WIDE and \
                    parameters_of(text, start) > PARAMETERS:
                yield (path, number, f'more than {PARAMETERS} parameters; '
                       'pass a struct')
        elif line == '}' and start is not None:
            if number - start - 1 > FUNCTION_LINES:
                yield (path, start, f'a function of {number - start - 1} '
                       f'lines, more than {FUNCTION_LINES}; take a step out')
            start = None


def main():
    report([problem for folder in ('src', 'tests', 'console', 'tools', 'bench')
            for path in files(folder, ('.c', '.h', '.js', '.mjs', '.py', '.css'))
            for problem in problems_of(path)])


main()
