#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes go down only: the folder ranks of docs/architecture.md. The roles,
each a folder of src/roles, do not include one another."""
import os
import re

from source_tree import files, lines, report

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def ranks_of_architecture():
    ranks = {}
    for line in lines('docs/architecture.md'):
        row = re.match(r'\|\s*(\d+)\s*\|([^|]*)\|', line)
        if row:
            for folder in re.findall(r'`src/(\w+)`', row.group(2)):
                ranks[folder] = int(row.group(1))
    return ranks


def problem_of(include, path, ranks):
    own = path.split(os.sep)[1]
    other = include.split('/')[0]
    role = include.split('/')[1:-1]
    if own == other == 'roles' and role[:1] not in ([], path.split(os.sep)[2:3]):
        return ('roles share messages, not code; move what both need to a '
                'lower folder')
    if '/' not in include or other not in ranks:
        return (f'"{include}" is in no folder of docs/architecture.md; '
                f'write the path from src/')
    if other != own and ranks[other] >= ranks[own]:
        return (f'{own} (rank {ranks[own]}) may not include {other} (rank '
                f'{ranks[other]}); move what both need to a lower folder, or '
                f'pass it as a parameter from roles or cmd')
    return None


def main():
    ranks = ranks_of_architecture()
    problems = [] if len(ranks) > 10 else [
        ('docs/architecture.md', 1, 'the table of folder ranks is not found')]
    for path in files('src', ('.c', '.h', '.def')):
        own = path.split(os.sep)[1]
        if own not in ranks:
            problems.append((path, 1, f'src/{own} has no rank; add it to '
                             'docs/architecture.md'))
            continue
        for number, line in enumerate(lines(path), 1):
            match = INCLUDE.match(line)
            words = match and problem_of(match.group(1), path, ranks)
            if words:
                problems.append((path, number, words))
    report(problems)


main()
