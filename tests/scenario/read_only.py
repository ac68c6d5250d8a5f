# SPDX-License-Identifier: Apache-2.0
"""An installation whose recorder was killed, on a disk mounted read-only, as an
examiner has it: verify finds it whole, and leaves every file as it was."""
import hashlib
import os
import shutil
import signal
import subprocess

import mounts
from scenario import Demo, check, children, run, scenario, until, verify

WORK = mounts.enter()
SITE, VIEW = os.path.join(WORK, "site"), os.path.join(WORK, "view")
RECORDS = 50


def files():
    """What stands below the site, by path: bytes and last change."""
    found = {}
    for folder, _, names in os.walk(SITE):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                found[path] = (hashlib.sha256(file.read()).hexdigest(),
                               os.stat(path).st_mtime_ns)
    return found


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def end_at_once(supervisor):
    """All its processes, none of which hears of the others' end first."""
    everybody = [supervisor.pid, *(pid for pid, _ in
                                   children(supervisor.pid))]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for process in everybody:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                # Its parent's death was its own.
                check(number == signal.SIGKILL, "who was stopped has gone")
    supervisor.wait(10)
    until(lambda: not any(map(runs, everybody)), 10, "all have ended")


@scenario
def a_copy_that_cannot_be_written_is_verified():
    with Demo(directory=SITE) as demo:
        until(lambda: verify(SITE)[1].get("records", 0) >= RECORDS, 90,
              "recording: " + " | ".join(demo.lines[-5:]), step=1)
        end_at_once(demo.process)
    check(os.path.exists(SITE + "/index/runs.db-wal"),
          "the database was left as its last user had it")
    before = files()
    os.mkdir(VIEW)
    subprocess.run(["mount", "--bind", SITE, VIEW], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", VIEW], check=True)
    code, result = verify(VIEW)
    subprocess.run(["umount", VIEW], check=True)
    check(code == 0 and result["ok"] and result["records"] > 0, result)
    check(files() == before, "a file has changed")


@scenario
def nothing_but_the_lock_changes_where_it_could_be():
    before = files()
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result)
    changed = {path for path, state in files().items()
               if before.get(path) != state}
    check(changed <= {SITE + "/run/lock"}, changed)


@scenario
def a_copy_whose_records_were_changed_is_told_all_the_same():
    name = next(name for name in sorted(os.listdir(SITE + "/volumes"))
                if name.endswith(".vol"))
    copied = os.path.join(WORK, "copied")
    shutil.copytree(SITE, copied, ignore=shutil.ignore_patterns("*.sock"))
    with open(os.path.join(copied, "volumes", name), "r+b") as volume:
        volume.seek(4096 + 4096)
        byte = volume.read(1)
        volume.seek(-1, os.SEEK_CUR)
        volume.write(bytes([byte[0] ^ 1]))
    code, result = verify(copied)
    check(code == 1 and not result["ok"], result)


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
