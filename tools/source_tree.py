# SPDX-License-Identifier: Apache-2.0
"""What the laws (check_*.py) share: files of the tree, and how to complain."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NOT_OURS = ('.git', 'node_modules', '.cache')


def files(folder, endings):
    """Paths relative to the root, sorted, that end with one of endings."""
    found = []
    for here, folders, names in os.walk(os.path.normpath(os.path.join(ROOT, folder))):
        folders[:] = [f for f in folders if f not in NOT_OURS
                      and not (here == ROOT and f.startswith('build'))]
        found += [os.path.relpath(os.path.join(here, name), ROOT)
                  for name in names if name.endswith(endings)]
    return sorted(found)


def lines(path):
    with open(os.path.join(ROOT, path), encoding='utf-8',
              errors='replace') as source:
        return source.read().split('\n')


def report(problems):
    """problems: (path, line number, what is wrong and the remedy)."""
    for path, number, words in problems:
        print(f'{path}:{number}: {words}')
    sys.exit(1 if problems else 0)
