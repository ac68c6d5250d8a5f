# SPDX-License-Identifier: Apache-2.0
"""Whoever reads a log while it is written sees a sound one: lines, tiles, index
and checkpoint of a moment that goes on."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from log_copies import WORK, call, grow, read, verify, write  # noqa: E402
from scenario import check, run, scenario  # noqa: E402

LOG, KEPT, FIRST, MORE = f"{WORK.name}/log", f"{WORK.name}/kept", 300, 20000


def size_of(note):
    return int(note.split(b"\n")[1])


def looks(writer):
    """Verifies and reads until the writer is done; sizes that were seen."""
    sizes = []
    while writer.poll() is None:
        found = verify(LOG, "--checkpoint", KEPT)
        check(found == [], found)
        size = size_of(call("log", "checkpoint", "--log", LOG).stdout)
        for number in (0, FIRST, size - 1):
            proof = call("log", "prove", str(number), "--log", LOG).stdout
            check(size_of(proof.split(b"\n\n", 1)[1]) >= size, proof)
        line = call("log", "entry", str(size - 1), "--log", LOG).stdout
        check(line.startswith(b'{"n":%d,' % (size - 1)), line)
        sizes.append(size)
    return sizes


@scenario
def a_growing_log_is_never_called_damaged():
    grow(LOG, FIRST)
    write(KEPT, read(f"{LOG}/checkpoint"))
    with subprocess.Popen([os.environ["LOG_SAMPLE"], LOG, str(MORE)]) as writer:
        sizes = looks(writer)
    check(writer.returncode == 0, "the writer")
    between = {size for size in sizes if FIRST < size < FIRST + MORE}
    check(len(between) > 2, f"looked only at {sizes}")
    check(verify(LOG, "--checkpoint", KEPT) == [], "and when it rests")


@scenario
def an_unfinished_tile_that_is_gone_is_missed_when_nobody_writes():
    part = f"{LOG}/tile/0"
    found = [os.path.join(place, name) for place, _, names in os.walk(part)
             for name in names if place.endswith(".p")]
    check(len(found) == 1, found)
    os.unlink(found[0])
    check([where for where, _ in verify(LOG, sound=False)] ==
          [os.path.relpath(found[0], LOG)], "the unfinished tile")


run()
