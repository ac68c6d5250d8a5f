# SPDX-License-Identifier: Apache-2.0
"""Holds under fire: vault, keeper and gate are killed while a copy is made.

The copy goes on; nothing half counts as held; what is held is, unit by unit,
what the cameras sent, without a hole. What is about to die is copied before
what has time. What does not fit into the reserve is refused before it begins.
"""
import json
import os
import random
import signal
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, PASSWORD, boot_us, check, copy_of_running,
                      download, edit, entries, fresh_site, ledger, run,
                      scenario, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE, SMALL = os.path.join(WORK, "site"), os.path.join(WORK, "small")
SENT, SECRET = os.path.join(WORK, "ledger"), os.path.join(WORK, "password")
PERIOD_S, SPAN_S = 150, 65
CAMERA, LONG = 6, 3  # of the group in seconds; of one of 60 days
S = 1_000_000
ROLES = ("vault", "keeper", "gate", "vault", "keeper", "gate")


def order(api, camera, begin, end, seconds=3600, expected=(202,)):
    body = {"camera": camera, "from": begin, "to": end,
            "until": clock(api) + seconds * S, "reason": "정보주체의 열람 요구"}
    answer, content = api.request("POST", "/api/v1/holds", body)
    check(answer.status in expected, f"{answer.status}: {content[:300]}")
    return json.loads(content)


def hold(api, number):
    return api.json("GET", f"/holds/{number}")


def clock(api):
    return api.coverage(CAMERA)["clock_us"]


def recorded_from(api):
    """The clock, once both cameras record: nothing behind it is missing
    because a camera begins late."""
    since = clock(api)

    def records(camera):
        return any(span[1] > since
                   for span in api.coverage(camera)["recorded"])
    until(lambda: records(CAMERA) and records(LONG), 60, "recording")
    return clock(api)


def recorded_until(api, end):
    """Waits until what was filmed before is on the disk: so that each hold of
    it is of the same records."""
    until(lambda: api.coverage(CAMERA)["recorded"][-1][1] >= end, 30,
          "recorded")
    return end


def calm(api, question):
    """The answer, or None while something is being started again."""
    try:
        return question(api)
    except (AssertionError, OSError, json.JSONDecodeError):
        return None


def is_in_part(api, number):
    """Something of it is in the hold store, and it is not made."""
    held = api.coverage(CAMERA)["held"]
    return any(span["hold"] == number for span in held)


def kill(demo, name):
    victim = demo.role(name)
    os.kill(victim, signal.SIGKILL)
    until(lambda: demo.role(name) not in (None, victim), 20, f"a new {name}")


def made(api, number, seconds=60):
    return until(lambda: calm(api, lambda one: (
        lambda it: it["state"] == "held" and it)(hold(one, number))),
        seconds, f"hold {number} made")


def compare(api, begin, end, offset_us, missing, name):
    """Each unit sent in the span is there, or in a stretch said as missing."""
    sent = [unit for unit in ledger(SENT)[CAMERA]
            if begin <= unit[1] + offset_us < end]
    path = os.path.join(WORK, name)
    kept = download(api, CAMERA, begin, end, path)
    at, lost = 0, []
    for unit in kept:
        start = at
        while at < len(sent) and sent[at][2] != unit:
            at += 1
        check(at < len(sent), f"{name}: a unit that was not sent there")
        lost += sent[start:at]
        at += 1
    lost += sent[at:]
    os.unlink(path)
    # Where the span begins and ends within a picture's way to the recorder.
    edge = [one for one in lost
            if one[1] + offset_us < begin + 2 * S or
            one[1] + offset_us > end - S]
    silent = [one for one in lost if one not in edge and not any(
        span["from_us"] - S <= one[1] + offset_us <= span["to_us"] + S
        for span in missing)]
    check(not silent, f"{name}: {len(silent)} of {len(sent)} units are not "
          f"there and nothing says so: {silent[:3]}")
    print(f"# {name}: {len(kept)} of {len(sent)} units, {len(edge)} at the "
          f"edges, missing {len(missing)}", flush=True)
    check(len(kept) > 0.9 * len(sent), f"{len(kept)} of {len(sent)}")


@scenario
def killed_in_the_middle_a_copy_goes_on_without_a_hole():
    fresh_site(SITE)
    edit(SITE, "notice.yaml", r"seconds: \d+", f"seconds: {PERIOD_S}")
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    with Demo("--ledger", SENT, directory=SITE) as demo:
        api = demo.api()
        begin = recorded_from(api)
        offset_us = clock(api) - boot_us()
        time.sleep(SPAN_S)
        end = recorded_until(api, clock(api) - 3 * S)
        numbers, middle = [], 0
        for name in ROLES:
            number = order(api, CAMERA, begin, end)["hold"]
            numbers.append(number)
            until(lambda: is_in_part(api, number), 20, "a beginning", 0.02)
            state = hold(api, number)["state"]
            time.sleep(random.uniform(0, 0.3))
            kill(demo, name)
            kept = made(api, number)
            middle += state == "copying"
            check(not kept["missing"], f"killed {name}: {kept}")
        print(f"# killed in the middle of {middle} of {len(ROLES)} copies",
              flush=True)
        check(middle >= 3, middle)
        records = [hold(api, number)["records"] for number in numbers]
        check(len(set(records)) == 1 and records[0] > 20, records)
        # The originals die; then the newest hold is what is read, and when
        # it has ended the one before.
        until(lambda: calm(api, lambda one: any(
            span["to_us"] >= end for span in
            one.coverage(CAMERA)["destroyed"])), PERIOD_S + 60,
              "the originals' death", step=1)
        copy_of_running(SITE, WORK + "/then")
        for number in reversed(numbers):
            compare(api, begin, end, offset_us, hold(api, number)["missing"],
                    f"hold-{number}.mp4")
            done = subprocess.run(
                [HAECHI, "hold", "destroy", str(number), "--dir", SITE,
                 "--reason", "시험", "--yes", "--name", "홍길동",
                 "--password-file", SECRET], capture_output=True, timeout=60)
            check(done.returncode == 0, done.stderr)
        check(demo.stop() == 0, "an orderly stop")
    told = [one for one in entries(SITE) if one["kind"] == "hold.made"]
    check([one["hold"] for one in told] == numbers, "each is made once")
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result["problems"])
    print(f"# crash: a hold's makers killed while it is copied: {len(ROLES)} "
          "schedules, 0 violations", flush=True)
    check(result["held_records"] == 0 and result["holds_alive"] == 0, result)
    # As it was: every record that the entries speak of opens.
    code, result = verify(WORK + "/then")
    check(result["held_records"] == sum(records), result["held_records"])
    # What goes of a held copy behind our back is noticed: leaves, records.
    names = sorted(name for name in os.listdir(WORK + "/then/volumes")
                   if name.startswith("class-65535-"))
    check(result["held_leaves"] >= sum(one["leaves"] for one in told) > 100,
          (result["held_leaves"], told))
    leaves = next(name for name in names if name.endswith(".leaf"))
    os.unlink(f"{WORK}/then/volumes/{leaves}")
    code, result = verify(WORK + "/then")
    check(code == 1 and any("leaves of" in one["what"]
                            for one in result["problems"]),
          result["problems"][:5])
    volume = next(name for name in names if name.endswith(".vol"))
    os.unlink(f"{WORK}/then/volumes/{volume}")
    code, result = verify(WORK + "/then")
    check(code == 1 and any("records are held; there are 0" in one["what"]
                            for one in result["problems"]),
          result["problems"][:5])


@scenario
def what_dies_within_a_minute_is_copied_first():
    with Demo("--ledger", SENT, directory=SITE) as demo:
        api = demo.api(first=False)
        begin = recorded_from(api)
        time.sleep(PERIOD_S - 55)
        now = clock(api)
        patient = order(api, LONG, begin, now - 2 * S)["hold"]
        urgent = order(api, CAMERA, begin + 5 * S, begin + 35 * S)["hold"]
        kept = made(api, urgent)
        other = made(api, patient)
        check(kept["made_entry"] < other["made_entry"],
              "what dies first is copied first")
        check(not kept["missing"] and kept["records"] > 20, kept)
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result["problems"])


@scenario
def what_does_not_fit_is_refused_before_it_begins():
    """One volume is reserved. In the first minute nothing is measured yet, and
    2 Mbit/s is assumed of a camera: two or three holds of 40 s fit, while
    they are not made, and no fourth. Made, they take what they take."""
    fresh_site(SMALL)
    edit(SMALL, "plant.yaml", r"  volume: .*", "  volume: 32 MiB")
    edit(SMALL, "plant.yaml", r"  hold_reserve: .*", "  hold_reserve: 32 MiB")
    with Demo(directory=SMALL) as demo:
        api = demo.api()
        begin = recorded_from(api)
        time.sleep(42)
        span = LONG, begin, begin + 40 * S
        fitted = [order(api, *span)["hold"] for _ in range(2)]
        third = order(api, *span, expected=(202, 409))
        if "hold" in third:
            fitted.append(third["hold"])
            third = order(api, *span, expected=(409,))
        refused = third["error"]
        check(refused["name"] == "no_hold_space" and
              refused["needed_bytes"] > refused["free_bytes"] and
              "hold_reserve" in refused["ko"], refused)
        print(f"# {refused['en']}", flush=True)
        for number in fitted:
            kept = made(api, number)
            # The span is widened to the minute, when nothing was recorded.
            check(all(one["to_us"] < begin for one in kept["missing"]), kept)
        last = order(api, *span)["hold"]
        check(last == len(fitted) + 1, "what was refused has no number")
        made(api, last)
        check(demo.stop() == 0, "an orderly stop")
    told = [one["kind"] for one in entries(SMALL)]
    check(told.count("hold.intent") == last, "what was refused has no entry")
    code, result = verify(SMALL)
    check(code == 0 and result["ok"], result["problems"])


run()
