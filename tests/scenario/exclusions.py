# SPDX-License-Identifier: Apache-2.0
"""What the notice excludes from filming, at the command line: a person is shown
the camera's picture under an entry, at a terminal, and signs; and nobody signs
without a look."""
import hashlib
import json
import os
import pty
import select
import shutil
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, PASSWORD, check, entries, run, scenario,
                      until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
CAMERA, PLACES = 6, 6
PLACE = "수유실"
PATIENCE_S = 120


def words(site, deed, *more):
    return [HAECHI, "exclusion", deed, "--dir", site, "--name", "홍길동",
            "--password-file", SECRET, *more]


def sign(site, *more, by="aim", camera=CAMERA):
    return words(site, "sign", "--camera", str(camera), "--place", PLACE,
                 "--by", by, "--reason", "화면을 보고 확인", *more)


def looking(out):
    return ("--purpose", "facility-safety", "--out", out)


def alone(command):
    """Without a terminal: (exit code, what was said)."""
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S,
                          stdin=subprocess.DEVNULL, start_new_session=True)
    return done.returncode, (done.stdout + done.stderr).decode()


def at_terminal(command, answer):
    """The same, with a person who types once they are asked."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    said, asked, deadline = b"", False, time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # it has ended
            break
        if not piece:
            break
        said += piece
        if not asked and b" to sign it: " in said:
            asked = True
            os.write(terminal, answer.encode() + b"\n")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    check(asked, f"nobody was asked: {said}")
    return code, said.decode()


def signed(site):
    return [one for one in entries(site) if one["kind"] == "exclusion.signed"]


def listed(site):
    code, said = alone(words(site, "list", "--json"))
    return code, json.loads(said)["exclusions"]


def what_is_signed_was_shown(site):
    out = os.path.join(WORK, "picture.mp4")
    code, said = at_terminal(sign(site, *looking(out)), str(CAMERA))
    check(code == 0 and PLACE in said, (code, said))
    entry = signed(site)[-1]
    check(entry["camera"] == CAMERA and entry["by"] == "aim", entry)
    with open(out, "rb") as file:
        picture = file.read()
    check(entry["picture_sha256"] == hashlib.sha256(picture).hexdigest(),
          "another picture was signed")
    check(entry["picture_sha256"] in said, "its hash is not said")
    check(os.stat(out).st_mode & 0o077 == 0, "others may read the picture")
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v",
         "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", out],
        capture_output=True, timeout=60, check=True).stdout
    check(int(shown.split(b",")[0]) > 0, "no picture in the file")
    view = [one for one in entries(site) if one["n"] == entry["view"]]
    check(view and view[0]["kind"] == "view.open" and
          view[0]["camera"] == CAMERA and view[0]["n"] < entry["n"], view)
    check(view[0]["from"] <= entry["taken"] <= view[0]["to"], (view, entry))
    code, rows = listed(site)
    check(code == 1 and len(rows) == PLACES, (code, rows))
    check([row["camera"] for row in rows if row["is_proven"]] == [CAMERA],
          rows)


def nobody_signs_unseen(site):
    count = len(signed(site))
    out = os.path.join(WORK, "unseen.mp4")
    code, said = at_terminal(sign(site, *looking(out)), "yes")
    check(code == 1 and not os.path.exists(out), (code, said))
    code, said = alone(sign(site, *looking(out)))
    check(code == 1 and not os.path.exists(out), (code, said))
    code, said = alone(sign(site))
    check(code == 2 and "--purpose and --out" in said, (code, said))
    # It has no mask of its own: the recorder refuses that.
    code, said = at_terminal(sign(site, *looking(out), by="mask"),
                             str(CAMERA))
    check(code == 3 and "refused (409)" in said, (code, said))
    check(len(signed(site)) == count, "something was signed")


def that_it_is_shown_needs_no_picture(site):
    code, said = alone(sign(site, by="none"))
    check(code == 0, (code, said))
    entry = signed(site)[-1]
    check(entry["by"] == "none" and entry["view"] == 0, entry)
    code, rows = listed(site)
    check(code == 1 and not [row for row in rows if row["is_proven"]], rows)


@scenario
def a_person_looks_and_signs():
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    with Demo() as demo:
        api = demo.api()
        until(lambda: api.coverage(CAMERA)["recorded"], 60, "a recording")
        code, said = alone(words(demo.directory, "list"))
        check(code == 1 and said.count("nobody has signed") == PLACES, said)
        what_is_signed_was_shown(demo.directory)
        nobody_signs_unseen(demo.directory)
        that_it_is_shown_needs_no_picture(demo.directory)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
