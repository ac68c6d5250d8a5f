#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests go right only: src/ipc/messages.def against the process ranks of
docs/architecture.md (the line "supervisor | ingest, web | ...")."""
import re

from source_tree import lines, report

TABLE = 'src/ipc/messages.def'
CALL = re.compile(r'^(REQUEST|REPLY|END)\((\w+)(?:,\s*(\w+),\s*(\w+))?\)')


def ranks_of_architecture():
    for line in lines('docs/architecture.md'):
        if line.startswith('supervisor |'):
            return {role.strip().upper(): rank
                    for rank, roles in enumerate(line.split('|'))
                    for role in roles.split(',')}
    return {}


def main():
    ranks = ranks_of_architecture()
    problems, names, open_name, next_call = [], set(), None, 'REQUEST'
    for number, line in enumerate(lines(TABLE), 1):
        match = CALL.match(line)
        if not match:
            continue
        call, name, sender, receiver = match.groups()
        if call != next_call or (call != 'REQUEST' and name != open_name):
            problems.append((TABLE, number, f'{call}({name}) out of turn; a '
                             'message is REQUEST, REPLY, END of one name'))
        if call == 'REQUEST':
            if name in names:
                problems.append((TABLE, number, f'{name} stands here twice; '
                                 'rename one'))
            names.add(name)
            for role in (sender, receiver):
                if role not in ranks and role != 'ANY':
                    problems.append((TABLE, number, f'no process {role} in '
                                     'docs/architecture.md'))
            left, right = ranks.get(sender, 99), ranks.get(receiver, 99)
            if receiver == 'ANY' and sender != 'SUPERVISOR' or left >= right \
                    and receiver != 'ANY':
                problems.append((TABLE, number, f'{name} goes from {sender} '
                                 f'to {receiver}, not right; let {receiver} '
                                 'ask and give the news as an answer'))
        open_name = name
        next_call = {'REQUEST': 'REPLY', 'REPLY': 'END',
                     'END': 'REQUEST'}[call]
    if not names:
        problems.append((TABLE, 1, 'no message found'))
    report(problems)


main()
