#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests that no suite runs: every file of a test is named by a meson.build, by
a tool that runs it, or by another test that needs it."""
import os
import re

from source_tree import files, lines, report

NAME = re.compile(r"['\"]([^'\"\n]+)['\"]|(?:import|from) +(\w+)")
TEST = re.compile(r'(^|/)(test_\w+\.(c|py)|[\w-]+\.test\.mjs)$'
                  r'|^tests/(scenario|crash|threads|privilege)/\w+\.(py|c)$')


def stem(path):
    return os.path.basename(path).split('.')[0]


def names(path):
    found = set()
    for line in lines(path):
        for quoted, imported in NAME.findall(line):
            found.add(stem(quoted or imported))
    return found


def main():
    tests = [path for path in files('tests', ('.c', '.py', '.mjs'))
             if TEST.search(path)]
    named = {}
    for path in (files('tests', ('meson.build', '.c', '.h', '.py', '.mjs'))
                 + files('tools', ('.py', '.sh'))):
        named[path] = names(path)
    problems = []
    for test in tests:
        own = {stem(test), stem(test).removeprefix('test_')}
        if not any(own & found for path, found in named.items()
                   if path != test):
            problems.append((test, 1, 'no suite runs it: name it in the '
                             "folder's meson.build"))
    report(problems)


if __name__ == '__main__':
    main()
