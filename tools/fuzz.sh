#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers with clang and sanitizers and runs each for a time:
#   fuzz.sh BUILD SECONDS [NAME...]
# The CPU time is added to tests/fuzz/minutes.txt. New inputs stay in
# BUILD/corpus; a crash is left in BUILD/crashes and ends
# with the command that repeats it.
set -eu
build=$1
seconds=$2
shift 2
if [ ! -f "$build/build.ninja" ]; then
    CC=clang-16 meson setup "$build" -Dfuzzing=true \
        -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all' \
        >/dev/null || { echo "fuzz: meson setup failed; see $build" >&2; exit 3; }
fi
if [ $# -eq 0 ]; then
    set -- $(sed -n "/^fuzzers = \[/,/^\]/s/^ *'\([a-z0-9_]*\)',.*/\1/p" \
             tests/fuzz/meson.build)
fi
mkdir -p "$build/crashes"
failed=0
for name; do
    ninja -C "$build" --quiet "tests/fuzz/fuzz_$name" >"$build/compile.log" \
        2>&1 || { cat "$build/compile.log"; exit 1; }
    mkdir -p "$build/corpus/$name"
    echo "fuzz: $name for $seconds s"
    if ! tools/fuzz_minutes.py "$name" "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" \
        -rss_limit_mb=2048 -timeout=10 -max_len=65536 \
        -artifact_prefix="$build/crashes/$name-" \
        "$build/corpus/$name" "tests/fuzz/corpus/$name" \
        >"$build/$name.log" 2>&1; then
        failed=1
        tail -n 40 "$build/$name.log"
        echo "fuzz: $name failed; repeat: $build/tests/fuzz/fuzz_$name" \
             "$build/crashes/$name-..."
    fi
done
exit $failed
