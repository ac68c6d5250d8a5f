# SPDX-License-Identifier: Apache-2.0
"""/proc/PID/fd of each role is the table in docs/design/processes.md."""
import os
import re
import time

from scenario import Demo, SOURCE_ROOT, check, run, scenario, until

CAMERAS = 9
COMMON = {"/dev/null", "[eventpoll]", "pipe"}


def table():
    rows = {}
    with open(SOURCE_ROOT + "/docs/design/processes.md") as text:
        section = text.read().split("## Descriptors")[1]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in ("role", "---"):
            rows[cells[0]] = cells[1:]
    check(len(rows) == 5, rows)
    return rows


def held(pid, directory):
    """name -> how many, numbers in names as N."""
    found = {}
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{number}")
        except FileNotFoundError:
            continue
        if int(number) in (1, 2):
            continue  # the parent's output
        name = target.removeprefix(directory + "/")
        name = name.removeprefix("anon_inode:")
        name = re.sub(r"^(pipe|socket):.*", r"\1", name)
        name = re.sub(r"^/memfd:haechi-ring.*", "ring", name)
        name = name if name.startswith("/") else re.sub(r"\d+", "N", name)
        found[name] = found.get(name, 0) + 1
    return found


@scenario
def every_role_holds_what_the_table_says_and_nothing_else():
    rows = table()
    with Demo() as demo:
        demo.api()
        time.sleep(4)  # all cameras play, the login's connection is closed
        for role, (sockets, bells, others) in rows.items():
            found = until(lambda role=role: held(demo.role(role),
                                                 demo.directory), 5, role)
            count = int(sockets.split("+")[0])
            count += CAMERAS if "cameras" in sockets else 0
            check(found.pop("socket", 0) == count, f"{role}: {found}")
            check(found.pop("[eventfd]", 0) == int(bells), f"{role}: {found}")
            extra = set(found) - COMMON - set(others.split())
            check(not extra, f"{role} holds {extra}")
            missing = {name for name in others.split()
                       if not name.endswith("-wal")} - set(found)
            check(not missing, f"{role} lacks {missing}")


run()
