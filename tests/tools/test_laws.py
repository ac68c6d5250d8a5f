#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each law finds what it forbids, in a small tree of its own, and nothing in
a tree that keeps it. Also: how a run of tests is counted. Prints TAP."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
HEAD = '/* SPDX-License-Identifier: Apache-2.0 */\n'
LONG = '\n'.join(['    call();'] * 81)

# (law, file, its content, what the complaint must hold)
CASES = [
    ('check_includes.py', 'src/base/a.c', '#include "sys/file.h"\n', 'rank'),
    ('check_includes.py', 'src/store/a.c', '#include "keys/x.h"\n', 'rank'),
    ('check_includes.py', 'src/store/a.c', '#include "x.h"\n', 'from src/'),
    ('check_includes.py', 'src/else/a.c', '', 'no rank'),
    ('check_messages.py', 'src/ipc/messages.def',
     'REQUEST(a, VAULT, GATE)\nREPLY(a)\nEND(a)\n', 'not right'),
    ('check_messages.py', 'src/ipc/messages.def',
     'REQUEST(a, INGEST, WEB)\nREPLY(a)\nEND(a)\n', 'not right'),
    ('check_messages.py', 'src/ipc/messages.def',
     'REQUEST(a, GATE, ANY)\nREPLY(a)\nEND(a)\n', 'not right'),
    ('check_messages.py', 'src/ipc/messages.def',
     'REQUEST(a, GATE, VAULT)\nEND(a)\n', 'out of turn'),
    ('check_sizes.py', 'src/base/a.c', 'int x;\n' * 600, '601 lines'),
    ('check_sizes.py', 'src/base/a.c', f'void f(void)\n{{\n{LONG}\n}}\n',
     'a function of 81'),
    ('check_sizes.py', 'src/base/a.c',
     'void f(int a, int b, int c,\n       int d, int e, int f, int g)\n'
     '{\n}\n', 'parameters'),
    ('check_calls.py', 'src/base/a.c', 'void f(void) { strcpy(a, b); }\n',
     'strcpy'),
    ('check_calls.py', 'src/web/a.c', 'int f(void) { return open(a, 0); }\n',
     'open'),
    ('check_calls.py', 'src/web/a.c', '#include <openssl/evp.h>\n',
     'src/crypto'),
    ('check_calls.py', 'src/store/a.c', 'void f(void) { free(a); }\n',
     'base/alloc'),
    ('check_words.py', 'src/base/a.c', '\0', 'licence'),
    ('check_words.py', 'docs/a.md', 'see /' + 'work/main/x\n', 'workplace'),
    ('check_words.py', 'docs/a.md', 'TO' + 'DO later\n', 'open end'),
    ('check_tests.py', 'tests/unit/base/test_unheard.c', '', 'no suite runs it'),
    ('check_tests.py', 'tests/browser/unheard.test.mjs', '', 'no suite runs it'),
    ('check_headers.sh', 'src/base/a.h', 'size_t f(void);\n', 'alone'),
]

GOOD = {
    'src/base/a.c': '/* strcpy(a, b) */\nconst char *const A = "open(x)";\n',
    'src/base/a.h': 'int f(void);\n',
    'tests/unit/base/meson.build': "unit_tests += files('test_b.c')\n",
    'tests/unit/base/test_b.c': '/* ours */\n',
    'src/sys/a.c': '#include "base/a.h"\nint g(void)\n{\n'
                   '    return open("a", 0);\n}\n',
    'src/ipc/messages.def':
        'REQUEST(a, WEB, GATE)\nREPLY(a)\nEND(a)\n'
        'REQUEST(b, SUPERVISOR, ANY)\nREPLY(b)\nEND(b)\n',
}

number = 0


def result(good, name):
    global number
    number += 1
    print(f'{"ok" if good else "not ok"} {number} - {name}', flush=True)


def write(tree, path, content):
    os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
    with open(os.path.join(tree, path), 'w', encoding='utf-8') as out:
        out.write(content)


def run(law, files):
    with tempfile.TemporaryDirectory() as tree:
        shutil.copytree(os.path.join(ROOT, 'tools'),
                        os.path.join(tree, 'tools'),
                        ignore=shutil.ignore_patterns('__pycache__'))
        os.makedirs(os.path.join(tree, 'docs'))
        os.makedirs(os.path.join(tree, 'tests', 'unit'))
        shutil.copy(os.path.join(ROOT, 'docs', 'architecture.md'),
                    os.path.join(tree, 'docs'))
        for path, content in files.items():
            bare = content.replace('\0', '')
            write(tree, path, bare if content != bare or path.endswith('.md')
                  else HEAD + content)
        done = subprocess.run([os.path.join(tree, 'tools', law)],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def count(records, tests, options=()):
    with tempfile.TemporaryDirectory() as build:
        write(build, 'meson-logs/testlog.json',
              ''.join(json.dumps(record) + '\n' for record in records))
        write(build, 'meson-info/intro-tests.json', json.dumps([{}] * tests))
        done = subprocess.run(
            [sys.executable, os.path.join(ROOT, 'tools', 'count_tests.py'),
             build, *options], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.strip().split('\n')[-1]


def check_counting():
    good = {'name': 'a', 'result': 'OK', 'stdout': '1..2\nok 1 - x\nok 2\n'}
    bad = {'name': 'b', 'result': 'FAIL', 'stdout': 'ok 1\nnot ok 2 - x\n'}
    crashed = {'name': 'c', 'result': 'ERROR', 'stdout': '1..2\nok 1\n'}
    skipped = {'name': 'd', 'result': 'OK', 'stdout': 'ok 1 # SKIP why\n'}
    plain = {'name': 'e', 'result': 'OK', 'stdout': ''}
    for name, wanted, got in [
            ('good tests count', (0, '2 passed, 0 failed'), count([good], 1)),
            ('bad ones too', (1, '3 passed, 1 failed'), count([good, bad], 2)),
            ('a crash fails', (1, '1 passed, 1 failed'), count([crashed], 1)),
            ('a skip fails', (1, '0 passed, 1 failed'), count([skipped], 1)),
            ('no TAP is one', (0, '1 passed, 0 failed'), count([plain], 1)),
            ('none is none', (1, '0 passed, 0 failed'), count([], 0)),
            ('missing fails', (1, '2 passed, 1 failed'), count([good], 2)),
            ('unless meant', (0, '2 passed, 0 failed'),
             count([good], 2, ['--some']))]:
        result(wanted == got, f'{name} {got}')


def main():
    laws = sorted({case[0] for case in CASES})
    print(f'1..{len(CASES) + len(laws) + 8}')
    for law, path, content, words in CASES:
        files = dict(GOOD)
        files[path] = content
        code, complaint = run(law, files)
        result(code != 0 and words in complaint, f'{law} finds {words}')
    for law in laws:
        code, complaint = run(law, GOOD)
        result(code == 0 and not complaint, f'{law} lets the good pass')
    check_counting()


main()
