# SPDX-License-Identifier: Apache-2.0
"""A hold keeps what would die, shows it, and dies at its own end.

The demo's group whose period is counted in seconds: slot 5 s, rotation 5 s.
The originals die; the held copy plays, downloads as it was sent and leaves as
an evidence package that is proven; the hold ends, and nothing on the machine
opens it any more.
"""
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, PASSWORD, check, copy_of_running, download,
                      ledger, run, scenario, time_us, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE, IMAGES = os.path.join(WORK, "site"), os.path.join(WORK, "images")
SENT, SECRET = os.path.join(WORK, "ledger"), os.path.join(WORK, "password")
PERIOD_S = 40
CAMERA, LONG = 6, 3  # of the group in seconds; of one of 60 days
S = 1_000_000
REASON = "정보주체의 열람 요구"
KEPT = {}


def prepare():
    with Demo("--seconds", "1", directory=SITE) as demo:
        demo.process.wait(120)
    for entry in os.listdir(SITE):
        if entry not in ("notice.yaml", "plant.yaml", "secrets"):
            shutil.rmtree(os.path.join(SITE, entry), ignore_errors=True)
    path = SITE + "/notice.yaml"
    text, count = re.subn(r"seconds: \d+", f"seconds: {PERIOD_S}",
                          open(path).read())
    check(count == 1, "one group in seconds")
    open(path, "w").write(text)
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")


def order(api, expected=202, path="/holds", method="POST", **body):
    answer, content = api.request(method, "/api/v1" + path, body)
    check(answer.status == expected, f"{answer.status}: {content[:300]}")
    return json.loads(content)


def hold(api, number):
    return api.json("GET", f"/holds/{number}")


def made(api, number, seconds=40):
    return until(lambda: (lambda one: one["state"] == "held" and one)(
        hold(api, number)), seconds, f"hold {number} made")


def moment(us):
    """A time as the command line takes it, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(us // S))


def command(*words, expected=0, who=False):
    """haechi hold; what it printed, as JSON where it is."""
    words = [HAECHI, "hold", *map(str, words), "--dir", SITE]
    if who:
        words += ["--name", "홍길동", "--password-file", SECRET]
    done = subprocess.run(words, capture_output=True, text=True, timeout=90)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stderr[-500:]}")
    return json.loads(done.stdout) if "--json" in words else \
        done.stdout + done.stderr


def clock(api):
    return api.coverage(CAMERA)["clock_us"]


def recorded_from(api):
    """The clock, once both cameras record again: nothing behind it is missing
    because a camera begins late."""
    since = clock(api)

    def records(camera):
        return any(span[1] > since
                   for span in api.coverage(camera)["recorded"])
    until(lambda: records(CAMERA) and records(LONG), 60, "recording")
    return clock(api)


def recorded_until(api, end):
    """Waits until what was filmed before is on the disk."""
    until(lambda: api.coverage(CAMERA)["recorded"][-1][1] >= end, 30,
          "recorded")
    return end


def has_died(api, end):
    """Whether the originals up to there have died, as the log says."""
    return any(span["to_us"] >= end
               for span in api.coverage(CAMERA)["destroyed"])


def entries(kind):
    with open(SITE + "/log/entries") as lines:
        return [json.loads(line) for line in lines
                if f'"kind":"{kind}"' in line and line.endswith("\n")]


def find_run(sent, kept):
    hashes = [unit[2] for unit in sent]
    for start in range(len(hashes) - len(kept) + 1):
        if hashes[start:start + len(kept)] == kept:
            return start
    return -1


def same_as_sent(api, camera, begin, end, name):
    """The held span's access units are a run of those that were sent."""
    kept = download(api, camera, begin, end, os.path.join(WORK, name))
    check(kept, f"camera {camera}: nothing kept")
    check(find_run(ledger(SENT)[camera], kept) >= 0,
          f"camera {camera}: {len(kept)} units kept are not a run of what "
          "was sent")
    return len(kept)


def export(api, span, name, expected=0):
    """haechi export of what is held; what haechi verify says of the package."""
    out = os.path.join(WORK, name)
    due = datetime.date.today() + datetime.timedelta(30)
    done = subprocess.run(
        [HAECHI, "export", "--dir", SITE, "--camera", str(CAMERA),
         "--from", moment(span[0]), "--to", moment(span[1]),
         "--purpose", api.purpose_of(CAMERA), "--reason", "사고 확인",
         "--ground", "제18조 제2항", "--receiver", "홍길동 경찰서",
         "--conditions", "목적 외 이용 금지", "--until", due.isoformat(),
         "--provide", "--out", out, "--name", "홍길동",
         "--password-file", SECRET],
        capture_output=True, text=True, timeout=200)
    check(done.returncode == expected,
          f"{done.returncode} {done.stdout} {done.stderr}")
    if expected != 0:
        check(not os.path.exists(out), "a package of nothing")
        return None
    checked = subprocess.run([HAECHI, "verify", out, "--json"],
                             capture_output=True, text=True, timeout=90)
    check(checked.returncode == 0, checked.stdout + checked.stderr)
    return json.loads(checked.stdout)


def status_of_download(api, camera, begin, end):
    view = api.open_view(camera, begin, end)["view"]
    answer, content = api.request(
        "GET", f"/api/v1/views/{view}/download.mp4", timeout=60)
    return answer.status, len(content)


@scenario
def the_copy_outlives_its_originals_and_is_what_was_sent():
    prepare()
    with Demo("--ledger", SENT, directory=SITE) as demo:
        api = demo.api()
        begin = recorded_from(api)
        time.sleep(20)
        end = recorded_until(api, clock(api) - 3 * S)
        for body in ({}, {"camera": CAMERA}, {"camera": CAMERA, "from": begin,
                     "to": end, "reason": REASON}):
            order(api, 400, **body)
        until_us = clock(api) + 110 * S
        one = order(api, camera=CAMERA, **{"from": begin, "to": end},
                    until=until_us, reason=REASON, request="2026-17")
        check(one["hold"] == 1, one)
        kept = made(api, 1)
        print(f"# hold 1: {kept['records']} records, missing "
              f"{kept['missing']}", flush=True)
        check(kept["records"] >= 14, kept)
        # What is held is not destroyed by order; the refusal says by what.
        refused = order(api, 409, "/destructions", camera=CAMERA,
                        reason="시험", **{"from": begin, "to": end})
        check(refused["error"]["name"] == "held" and
              refused["error"]["hold"] == 1, refused)
        # The originals die; then only the copy can be what plays.
        until(lambda: has_died(api, end), PERIOD_S + 40,
              "the originals' death", step=1)
        spans = api.coverage(CAMERA)["held"]
        check(spans and all(span["hold"] == 1 for span in spans), spans)
        units = same_as_sent(api, CAMERA, begin, end, "held.mp4")
        print(f"# {units} access units of the copy, as they were sent",
              flush=True)
        check(units > 100, units)
        check(status_of_download(api, 7, begin, end)[0] == 404,
              "what is not held has died")
        # It leaves like any recording: asked for, entered, proven.
        said = export(api, (begin, end), "held.zip")
        print(f"# a package of what is held: {said}", flush=True)
        check(said["ok"], said)
        row = entries("export")[-1]
        check(row["cameras"] == str(CAMERA) and row["provided"] == 1, row)
        check(entries("export.made")[-1]["export"] == row["n"], "its entry")
        copy_of_running(SITE, IMAGES + "/during")
        KEPT.update(begin=begin, end=end, until=until_us,
                    packed=said["groups_hashed"])
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(SITE)
    print(f"# verify: {result['held_records']} held records open", flush=True)
    check(code == 0 and result["ok"], result["problems"])
    check(result["held_records"] == kept["records"] and
          result["holds_alive"] == 1, result)
    # One group of pictures a second; each is under a root of the log, and its
    # pictures are those of the leaf.
    print(f"# verify: {result['held_leaves']} held leaves", flush=True)
    check(result["held_leaves"] == result["held_leaves_hashed"] and
          result["held_leaves"] >= (KEPT["end"] - KEPT["begin"]) / S - 4,
          result)
    # All of them were in the package; the last may begin behind its span.
    check(KEPT["packed"] >= result["held_leaves"] - 1 > 5, KEPT)
    KEPT["leaves"] = result["held_leaves"]


@scenario
def it_is_proven_when_the_volumes_of_the_originals_are_gone():
    place = os.path.join(WORK, "alone")
    shutil.copytree(IMAGES + "/during", place)
    files = [os.path.join(directory, name)
             for directory, _, names in os.walk(place) for name in names
             if name.startswith("class-")]
    held = [path for path in files if "class-65535-" in path]
    for path in set(files) - set(held):
        os.remove(path)

    def problems():
        _, result = verify(place)
        return ([one["what"] for one in result["problems"]
                 if one["where"].startswith("hold 1 ")],
                result["held_leaves_hashed"])
    check(problems() == ([], KEPT["leaves"]), problems())
    # A leaf that says something else; a salt; a proof.
    leaf = next(path for path in held if path.endswith(".leaf"))
    for place_in, words in ((30, "not under the root"),
                            (256 + 150, "salt does not open"),
                            (512 + 40, "not under the root")):
        with open(leaf, "r+b") as file:
            file.seek(place_in)
            old = file.read(1)
            file.seek(place_in)
            file.write(bytes([old[0] ^ 1]))
        found, hashed = problems()
        check(any(words in one for one in found) and
              hashed <= KEPT["leaves"], f"{place_in}: {found} {hashed}")
        with open(leaf, "r+b") as file:
            file.seek(place_in)
            file.write(old)
    shutil.rmtree(place)


@scenario
def at_its_end_it_is_gone():
    with Demo("--ledger", SENT, directory=SITE) as demo:
        api = demo.api(first=False)
        began = clock(api)
        until(lambda: hold(api, 1)["state"] == "destroyed", 120,
              "the hold's own end", step=1)
        # Where its end came while nothing ran, it goes at the start.
        late = time_us(entries("hold.destroyed")[0]["t"]) - \
            max(began, KEPT["until"])
        print(f"# destroyed {late / S:.1f} s after its end at the latest",
              flush=True)
        check(late < 15 * S, late)
        told = entries("hold.destroyed")
        check(len(told) == 1 and told[0]["hold"] == 1 and
              told[0]["cause"] == "expired", told)
        check(status_of_download(api, CAMERA, KEPT["begin"], KEPT["end"])[0]
              == 404, "it is shown no more")
        export(api, (KEPT["begin"], KEPT["end"]), "late.zip", expected=1)
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result["problems"])
    check(result["held_records"] == 0 and result["holds_alive"] == 0, result)
    # Positive control: all as it was then opens the copies; with the key
    # files of now, none of them does.
    for keys, opens in ((IMAGES + "/during/keys", True),
                        (SITE + "/keys", False)):
        place = os.path.join(WORK, "place")
        shutil.copytree(IMAGES + "/during", place)
        shutil.rmtree(place + "/keys")
        shutil.copytree(keys, place + "/keys")
        _, result = verify(place)
        check("held_records" in result, f"{keys}: {result}")
        check((result["held_records"] > 0) == opens,
              f"{keys}: {result['held_records']} held records open")
        shutil.rmtree(place)


@scenario
def too_late_is_said():
    with Demo("--ledger", SENT, directory=SITE) as demo:
        api = demo.api(first=False)
        begin = recorded_from(api)
        time.sleep(PERIOD_S + 15)
        now = clock(api)
        # Of the first 15 s nothing is left; the rest has seconds to live.
        late = order(api, camera=CAMERA, **{"from": begin, "to": now - 5 * S},
                     until=now + 3600 * S, reason=REASON)["hold"]
        calm = order(api, camera=LONG, **{"from": begin, "to": now - 5 * S},
                     until=now + 3600 * S, reason=REASON)["hold"]
        kept = made(api, late)
        made(api, calm)
        check(kept["records"] > 10 and kept["missing"], kept)
        first = kept["missing"][0]
        print(f"# late: {kept['records']} records; missing "
              f"{[((m['to_us'] - m['from_us']) / S, m['cause']) for m in kept['missing']]}",
              flush=True)
        check(first["cause"] == "expired" and
              first["to_us"] - first["from_us"] > 2 * S, first)
        # Longer, by another hold made from this one; the first one then ends.
        time.sleep(PERIOD_S)
        again = command("extend", late, "--until", moment(now + 7200 * S),
                        "--reason", "연장", "--json", who=True, expected=1)
        longer = again["hold"]
        check(again["extends"] == late and again["state"] == "held", again)
        check(again["records"] == kept["records"], again)
        until(lambda: hold(api, late)["state"] == "destroyed", 40,
              "the end of the hold gone on from", step=1)
        same_as_sent(api, CAMERA, first["to_us"], now - 6 * S, "longer.mp4")
        until(lambda: has_died(api, now - 6 * S), 60, "the originals' death",
              step=1)
        # Ended early, by a person.
        check("not kept" in command("show", longer), "what is missing")
        told = command("destroy", longer, "--reason", "끝남", "--yes",
                       who=True)
        check(re.search(r"destroyed +entry \d+", told), told)
        listed = command("list", "--json")
        check([one["state"] for one in listed if one["hold"] == longer] ==
              ["destroyed"], listed)
        command("end", longer, "--reason", "끝남", "--yes", who=True,
                expected=3)
        check(status_of_download(api, CAMERA, first["to_us"], now - 6 * S)[0]
              == 404, "ended, and still shown")
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result["problems"])
    check(result["holds_alive"] == 1, result)


run()
