# SPDX-License-Identifier: Apache-2.0
"""/proc/PID/fd of each role is the table in docs/design/processes.md."""
import os
import re

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


def difference(demo, role, row):
    """What a role holds otherwise than its row says, in words; or None."""
    sockets, bells, others = row
    found = held(demo.role(role), demo.directory)
    count = int(sockets.split("+")[0])
    count += CAMERAS if "cameras" in sockets else 0
    if found.pop("socket", 0) != count:
        return f"not {count} sockets"
    if found.pop("[eventfd]", 0) != int(bells):
        return f"not {bells} eventfds"
    extra = set(found) - COMMON - set(others.split())
    missing = {name for name in others.split()
               if not name.endswith("-wal")} - set(found)
    return f"more: {extra}, missing: {missing}" if extra or missing else None


def settles(demo, role, row):
    """A connection that has been answered is closed a moment later; what stays
    is what the role holds."""
    last = [None]

    def is_settled():
        last[0] = difference(demo, role, row)
        return last[0] is None
    try:
        until(is_settled, 20, "as the table says")
    except AssertionError as error:
        raise AssertionError(f"{role}: {last[0]} ({error})") from None


@scenario
def every_role_holds_what_the_table_says_and_nothing_else():
    rows = table()
    with Demo() as demo:
        api = demo.api()
        until(lambda: all(api.coverage(camera)["recorded"]
                          for camera in range(1, CAMERAS + 1)), 60,
              "all cameras recorded")
        for role, row in rows.items():
            settles(demo, role, row)


run()
