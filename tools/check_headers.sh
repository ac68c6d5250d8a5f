#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone.
cd "$(dirname "$0")/.." || exit 3
DRAWING=$(pkg-config --cflags pangocairo) || exit 3
export DRAWING
if ! find src tests/unit -name '*.h' -print | sort | xargs -P 2 -n 8 \
    sh -c 'for h; do
        gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -iquote src -iquote tests \
            $DRAWING -x c -fsyntax-only "$h" || exit 1
    done' compile; then
    echo "a header does not compile alone: include what it needs by value," \
         "declare the rest forward"
    exit 1
fi
