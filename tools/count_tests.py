#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums up a run of `meson test`: count_tests.py BUILD [--some]

Counts TAP subtests. A program that crashed, timed out or never ran counts as
one failed test, a skipped test as failed; no tests at all is a failure.
--some: a part of the suites was run on purpose.
"""
import json
import os
import re
import sys

TAP_LINE = re.compile(r'^(ok|not ok)\b(.*)$', re.MULTILINE)


def main():
    build = sys.argv[1]
    log = os.path.join(build, 'meson-logs', 'testlog.json')
    records = []
    if os.path.exists(log):
        with open(log, encoding='utf-8', errors='replace') as lines:
            records = [json.loads(line) for line in lines]
    passed, failed, bad = 0, 0, []
    for record in records:
        results = TAP_LINE.findall(record.get('stdout') or '')
        good = sum(kind == 'ok' and not re.search(r'# *skip', rest, re.I)
                   for kind, rest in results)
        wrong = len(results) - good
        if record['result'] != 'OK':
            wrong = max(wrong, 1)
        elif not results:
            good = 1
        if wrong:
            bad.append(f'{record["name"]} ({record["result"]})')
        passed, failed = passed + good, failed + wrong
    with open(os.path.join(build, 'meson-info', 'intro-tests.json'),
              encoding='utf-8') as tests:
        never = len(json.load(tests)) - len(records)
    if never > 0 and '--some' not in sys.argv:
        failed += never
        bad.append(f'{never} test programs never ran')
    for line in bad:
        print('failed:', line)
    if bad:
        print(f'more: {build}/meson-logs/testlog.txt')
    print(f'{passed} passed, {failed} failed')
    sys.exit(0 if passed > 0 and failed == 0 else 1)


main()
