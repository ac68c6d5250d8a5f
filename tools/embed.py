#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns files into a C source: embed.py SYMBOL ROOT OUTPUT.c FILE...

The source defines `const struct embedded_file SYMBOL[]` of base/embedded.h,
sorted by path, ending with an entry whose path is NULL.
"""
import os
import sys


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    symbol, root, output = sys.argv[1:4]
    files = sorted((os.path.relpath(f, root), f) for f in sys.argv[4:])
    with open(output, 'w', encoding='ascii') as out:
        out.write('/* Made by tools/embed.py; not to be edited. */\n'
                  '#include "base/embedded.h"\n\n')
        for number, (_, file) in enumerate(files):
            with open(file, 'rb') as source:
                content = source.read() + b'\0'
            out.write(f'static const uint8_t FILE_{number}[] = {{\n')
            for at in range(0, len(content), 20):
                out.write(','.join(map(str, content[at:at + 20])) + ',\n')
            out.write('};\n\n')
        out.write(f'const struct embedded_file {symbol}[] = {{\n')
        for number, (path, _) in enumerate(files):
            out.write(f'    {{"{path}", {{FILE_{number}, '
                      f'sizeof FILE_{number} - 1}}}},\n')
        out.write('    {0},\n};\n')


main()
