#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reference page of entry kinds is made from src/log/entry_kinds.def:
`check_entries.py --write` makes it, without argument it must be fresh."""
import os
import re
import sys

from source_tree import ROOT, lines, report

TABLE = 'src/log/entry_kinds.def'
PAGE = 'docs/reference/entries.md'
TYPES = {'NUMBER': 'integer', 'TIME': 'time', 'TEXT': 'text',
         'PERSONAL': 'commitment'}

MEMBER = (r'(?P<type>NUMBER|TIME|TEXT|PERSONAL)\((?P<plain>\w+)\)|'
          r'(?P<life>SINCE|UNTIL)\((?P<shape>\d+), (?P<typed>\w+), '
          r'(?P<name>\w+)\)')

HEAD = '''# Entries of the log

Made from `src/log/entry_kinds.def` by `tools/check_entries.py --write`; not to
be edited. What an entry is, how it is hashed and signed:
[../design/log.md](../design/log.md).

Every entry is one line of JSON: `n` (its number, from 0), `t` (trusted time),
`kind`, then the members of its kind, all of them, in this order. Where a kind
has got or lost a member, its older lines have an older *shape*, with all the
members of that one. Types: integer; time: RFC 3339, UTC, microseconds, as text;
text: plain text that says nothing about a person; commitment: `c:` and the base64
of a salted hash, the text itself can be forgotten.

`camera` and `cameras` are numbers of streams: a camera's own number is its main
stream's, that of its sub stream is 32768 more. A destruction is told by the
camera's own, and is that of both.
'''


def plain(comment):
    """A comment's words, without stars and its own line breaks."""
    words = re.sub(r'^\s*\*? ?', '', comment, flags=re.M)
    return ' '.join(words.split())


def member(found):
    since = {'SINCE': ', from shape {} on', 'UNTIL': ', up to shape {}'}
    words = since.get(found['life'], '').format(found['shape'])
    return found['plain'] or found['name'], \
        TYPES[found['type'] or found['typed']] + words


def kinds():
    source = '\n'.join(lines(TABLE))
    pattern = re.compile(
        r'(?:/\*(?P<comment>(?:[^*]|\*(?!/))*)\*/\n)?'
        r'KIND\((?P<symbol>\w+),\s*"(?P<name>[^"]+)",(?P<members>.*?)\)\s*\n'
        r'(?=\n|KIND|/\*|\Z)', re.S)
    for match in pattern.finditer(source):
        members = [member(found) for found in
                   re.finditer(MEMBER, match.group('members') + ')')]
        yield match.group('name'), members, plain(match.group('comment') or '')


def page():
    found = list(kinds())
    stated = len(re.findall(r'^KIND\(', '\n'.join(lines(TABLE)), flags=re.M))
    if len(found) != stated:
        report([(TABLE, 1, f'{stated} kinds, {len(found)} understood; write '
                 'KIND(SYMBOL, "name", MEMBER(x) ...) and an empty line or '
                 'another KIND behind it')])
    parts = [HEAD]
    for name, members, comment in found:
        parts.append(f'\n## {name}\n')
        if comment:
            parts.append(f'\n{comment}\n')
        parts.append('\n| member | type |\n|---|---|\n')
        parts += [f'| `{name}` | {words} |\n' for name, words in members]
    return ''.join(parts)


def main():
    path = os.path.join(ROOT, PAGE)
    wanted = page()
    if sys.argv[1:] == ['--write']:
        with open(path, 'w', encoding='utf-8') as out:
            out.write(wanted)
        return
    fresh = os.path.exists(path) and '\n'.join(lines(PAGE)) == wanted
    report([] if fresh else [
        (PAGE, 1, f'is not what {TABLE} says; run tools/check_entries.py '
         '--write')])


main()
