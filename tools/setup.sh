#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of tools/packages.txt, and nothing else:
#   setup.sh [build|test|fuzz|crash]
# build: to build and run; test: that and what the tests need; fuzz: and clang;
# crash: and disks whose power goes.
set -eu

case "${1:-build}" in
build) sections="build run" ;;
test) sections="build run test" ;;
fuzz) sections="build run fuzz" ;;
crash) sections="build run crash" ;;
*) echo "usage: tools/setup.sh [build|test|fuzz|crash]" >&2; exit 2 ;;
esac
list=$(dirname "$0")/packages.txt

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "setup: this is not a Debian system; install what $list names" \
         "(sections: $sections) by hand" >&2
    exit 3
fi

# Packages of our sections, without those that a command makes unnecessary.
wanted=""
section=""
while read -r name word command _; do
    case "$name" in
    '' | '#'*) continue ;;
    '['*) section=${name#[}; section=${section%]}; continue ;;
    esac
    case " $sections " in *" $section "*) ;; *) continue ;; esac
    if [ "$word" = unless ] && command -v "$command" >/dev/null; then
        continue
    fi
    wanted="$wanted $name"
done <"$list"

installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $wanted \
            2>/dev/null | sed -n 's/^ii *//p' | tr '\n' ' ')
missing=""
for name in $wanted; do
    case " $installed " in *" $name "*) ;; *) missing="$missing $name" ;; esac
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        echo "setup: missing packages:$missing" >&2
        echo "setup: neither root nor sudo here; let an administrator run:" \
             "apt-get install --no-install-recommends$missing" >&2
        exit 3
    fi
    as_root=sudo
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
    if ! $as_root env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        echo "setup: failed: $*" >&2
        echo "setup: check the network and the sources of apt, then try again" >&2
        exit 3
    fi
}
echo "setup: installing Debian packages:$missing"
run apt-get update -qq
run apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends $missing
# A build that was configured without them looks for them again.
touch "$(dirname "$0")/../meson.build"
