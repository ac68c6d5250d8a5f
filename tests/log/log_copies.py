# SPDX-License-Identifier: Apache-2.0
"""Logs to damage: one is made, each test takes a copy of it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests/scenario"))
from scenario import HAECHI, check  # noqa: E402

WORK = tempfile.TemporaryDirectory(prefix="haechi-")
DERIVED = ("checkpoint", "index", "tile", "unsigned")


def grow(log, count, *cosigned):
    os.makedirs(log, exist_ok=True)
    subprocess.run([os.environ["LOG_SAMPLE"], log, str(count), *cosigned],
                   check=True, timeout=60, stderr=subprocess.DEVNULL)


def copy_of(log):
    copy = tempfile.mkdtemp(dir=WORK.name)
    return shutil.copytree(log, f"{copy}/log")


def sign_anew(log):
    """What an owner does who has changed his log: all but lines and key."""
    for name in DERIVED:
        path = f"{log}/{name}"
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    grow(log, 0)


def call(*arguments, expect=0):
    done = subprocess.run([HAECHI, *arguments], capture_output=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    check(done.returncode == expect,
          f"{arguments}: exit {done.returncode}, not {expect}: "
          f"{done.stdout.decode()[:2000]}{done.stderr.decode()[:2000]}")
    return done


def verify(log, *options, sound=True):
    """What haechi verify --log says, as (where, what)."""
    done = call("verify", "--log", log, *options, "--json",
                expect=0 if sound else 1)
    said = json.loads(done.stdout)
    return [(one["where"], one["what"]) for one in said["problems"]]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
