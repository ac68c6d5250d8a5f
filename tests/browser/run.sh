#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One of the tests of this folder: run.sh BUILD FILE.test.mjs
# Draws the clip once (ffmpeg); for a test in a browser, fetches the test
# libraries once (npm).
set -eu
build=$1
cd "$(dirname "$0")"
case $2 in
catalogue*|web*) ;;
*)
    # Again where the list has changed since.
    if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
        npm ci --silent --no-fund --no-audit
    fi
    ;;
esac
clip=$build/test-clip.h264
if [ ! -s "$clip" ]; then
    ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=15 -t 10 \
        -c:v libx264 -preset veryfast -profile:v high -g 15 -bf 0 \
        -pix_fmt yuv420p -f h264 "$clip.$$"
    mv "$clip.$$" "$clip"
fi
export FAKE_RECORDER="$build/fake_recorder" FAKE_CLIP="$clip"
export HAECHI="$build/../../haechi"
exec node --test --test-reporter=spec "$2"
