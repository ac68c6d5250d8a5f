#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which edges of the parsers that read a camera's bytes their corpora reach:
#   coverage.sh [BUILD] [NAME...]
# Builds the replay of tests/fuzz/corpus with clang's coverage in BUILD
# (build-coverage), runs it, prints a line for each file of
# tests/fuzz/coverage.txt, and ends with 1 where one is below its floor.
# CORPUS: other inputs, a folder for each fuzzer (a fuzzer's own, before some of
# them are chosen). An edge: a branch that is taken or not (llvm-cov's branches).
set -eu
build=${1:-build-coverage}
[ $# -eq 0 ] || shift
if [ ! -f "$build/build.ninja" ]; then
    CC=clang-16 meson setup "$build" -Doptimization=1 -Ddebug=false \
        -Dc_args='-fprofile-instr-generate -fcoverage-mapping' \
        -Dc_link_args='-fprofile-instr-generate' >/dev/null || {
        echo "coverage: meson setup failed; see $build/meson-logs" >&2
        exit 3
    }
fi
table=tests/fuzz/coverage.txt
[ $# -gt 0 ] || set -- $(sed 's/#.*//' "$table" | awk 'NF == 3 {print $1}' |
                         sort -u)
failed=0
for name; do
    program=$build/tests/fuzz/fuzz_$name
    ninja -C "$build" --quiet "tests/fuzz/fuzz_$name" \
        >"$build/compile.log" 2>&1 || { cat "$build/compile.log"; exit 1; }
    LLVM_PROFILE_FILE=$build/$name.profraw "$program" \
        "${CORPUS:-tests/fuzz/corpus}/$name" >/dev/null
    llvm-profdata-16 merge -sparse "$build/$name.profraw" \
        -o "$build/$name.profdata"
done
for file in $(sed 's/#.*//' "$table" | awk 'NF == 3 {print $2}' | sort -u); do
    names=$(awk -v f="$file" '$2 == f {print $1}' "$table")
    floor=$(awk -v f="$file" '$2 == f {print $3}' "$table" | sort -n | tail -1)
    # A file that several fuzzers read: what they reach together.
    profiles="" programs=""
    for name in $names; do
        case " $* " in *" $name "*) ;; *) continue ;; esac
        profiles="$profiles $build/$name.profdata"
        programs="$programs -object $build/tests/fuzz/fuzz_$name"
    done
    [ -n "$profiles" ] || continue
    llvm-profdata-16 merge -sparse $profiles -o "$build/file.profdata"
    llvm-cov-16 export -summary-only -instr-profile "$build/file.profdata" \
        ${programs# -object } "$file" 2>/dev/null |
        python3 -c '
import json, sys
file, floor, names = sys.argv[1:]
(found,) = json.load(sys.stdin)["data"][0]["files"]
edges = found["summary"]["branches"]
edges_count = edges["count"]
percent = 100 * edges["covered"] / max(1, edges["count"])
is_enough = percent >= float(floor)
print(f"{percent:5.1f} % of {edges_count:4} edges  {file}  ({names})"
      + ("" if is_enough else f"  BELOW {floor} %"))
sys.exit(0 if is_enough else 1)' "$file" "$floor" "$(echo $names)" || failed=1
done
exit $failed
