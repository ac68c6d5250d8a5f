#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The laws of the house, as TAP: each check prints file:line and the remedy.
cd "$(dirname "$0")" || exit 3
export PYTHONDONTWRITEBYTECODE=1
failed=0
number=0
set -- check_*.py check_*.sh
echo "1..$#"
for law; do
    number=$((number + 1))
    if complaint=$("./$law" 2>&1); then
        echo "ok $number - $law"
    else
        failed=1
        echo "not ok $number - $law"
        echo "$complaint" >&2
    fi
done
exit $failed
