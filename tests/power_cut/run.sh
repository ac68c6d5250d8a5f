#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Power cuts on ext4, xfs and btrfs: run.sh BUILD [FILE SYSTEM ...]
# As root: it makes loop devices and mounts them, and takes them down again.
set -eu
build=$(realpath "$1")
shift
here=$(dirname "$(realpath "$0")")
if [ "$(id -u)" != 0 ] || [ ! -e /dev/fuse ] || [ ! -e /dev/loop-control ]; then
    echo "power cut: needs root, /dev/fuse and loop devices" >&2
    exit 3
fi
cc -O2 -Wall -Wextra -Werror -shared -fPIC \
    -o "$build/journal_disk.so" "$here/journal_disk.c"
HAECHI=$build/haechi SOURCE_ROOT=$(dirname "$(dirname "$here")") \
    PYTHONDONTWRITEBYTECODE=1 \
    exec python3 "$here/power_cut.py" "$build/journal_disk.so" "$@"
