# SPDX-License-Identifier: Apache-2.0
"""What people type cannot break a line of the log, a terminal or a page.

Line ends, terminal sequences, reversed text, broken UTF-8, a NUL and 64 KB,
in every field that a person fills in: refused, and the log has no trace. What
is only odd (markup, quotation marks, formulas) stands as it was typed, in the
log's texts, in the table and on paper.
"""
import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, PASSWORD, check, entries, run, scenario,
                      until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
CAMERA = 6
S = 1_000_000
HOSTILE = ["둘째 줄\n{\"n\":1}", "되돌림\r줄", "화면\x1b[2J\x1b]0;x\x07 지움",
           "C1 \x9b31m", "뒤집힘 \u202egpj.exe", "가둠 \u2066x\u2069",
           "나눔 \u2028 줄", "널 \x00 글", "지움 \x7f", "가" * 21846]
# Bytes that no JSON text may have.
BROKEN = [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x80", b"\n", b"\x1b"]
ODD = ["<img src=x onerror=alert(1)>", '"; DROP \\ \'', "=1+1|'x'!A1", "+1", "-1+1",
       "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", "\u3000=1",
       "가\u0301나다 \U0001f511", "%s%n {0} ${x} &lt;"]


def views(api, **changed):
    now = api.coverage(CAMERA)["clock_us"]
    return {"camera": CAMERA, "from": now - 5 * S, "to": now,
            "purpose": api.purpose_of(CAMERA), "reason": "분실물 확인",
            **changed}


def copies(**changed):
    now = int(time.time() * S)
    return {"use": "provision", "medium": "usb", "done": now - 60 * S,
            "due": now + 86400 * S, "reason": "수사 협조",
            "receiver": "○○경찰서", "ground": "공문 2026-17", **changed}


def refused(api, path, body):
    answer, content = api.request("POST", "/api/v1" + path, body)
    check(answer.status in (400, 413, 422), f"{path}: {answer.status}")
    check(all(c >= 0x20 or c in b"\r\n" for c in content), content)


def ledger(directory, *words):
    done = subprocess.run(
        [HAECHI, "ledger", *words, "--dir", directory, "--name", "홍길동",
         "--password-file", SECRET], capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL)
    check(b"\x1b" not in done.stdout + done.stderr, done)
    return done


def lines(demo):
    with open(os.path.join(demo.directory, "log", "entries"), "rb") as file:
        return file.read().split(b"\n")


def hostile_is_refused_everywhere(demo, api):
    before = len([e for e in entries(demo.directory)
                  if e["kind"] in ("view.open", "ledger.added")])
    for text in HOSTILE:
        refused(api, "/views", views(api, reason=text))
        refused(api, "/views", views(api, purpose=text))
    for number, text in enumerate(HOSTILE):
        field = ("reason", "receiver", "ground", "form", "request", "use",
                 "medium")[number % 7]
        refused(api, "/ledger/items", copies(**{field: text}))
    for text in HOSTILE[:3]:
        answer, _ = api.request("POST", "/api/v1/session",
                                {"name": text, "password": "x" * 12})
        check(answer.status in (400, 401, 403), answer.status)
    after = [e for e in entries(demo.directory)
             if e["kind"] in ("view.open", "ledger.added")]
    check(len(after) == before, after)


def broken_bytes_are_refused(api):
    text = json.dumps(views(api, reason="XX")).encode()
    for broken in BROKEN:
        body = text.replace(b"XX", b"a" + broken + b"b")
        answer, _ = api.request("POST", "/api/v1/views", body)
        check(answer.status == 400, f"{broken}: {answer.status}")


def odd_stands_as_typed(demo, api):
    for text in ODD:
        api.json("POST", "/ledger/items", copies(reason=text, receiver=text))
    table = list(csv.reader(io.StringIO(
        ledger(demo.directory, "--format", "csv").stdout.decode("utf-8-sig"))))
    reasons = [row[5] for row in table]
    receivers = [row[6] for row in table]
    for text in ODD:
        # A spreadsheet takes no formula out of it.
        safe = "'" + text if text.strip()[0] in "=+-@＝＋－＠" else text
        check(safe in reasons, (safe, reasons))
        check(safe in receivers, (safe, receivers))
    path = os.path.join(WORK, "ledger.pdf")
    check(ledger(demo.directory, "--format", "pdf", "--out",
                 path).returncode == 0, "on paper")
    due = ledger(demo.directory, "due").stdout.decode()
    for text in ODD:
        check(text in due, (text, due))


def the_log_is_sound(demo):
    for line in lines(demo)[:-1]:
        check(line.startswith(b'{"n":') and line.endswith(b"}"), line)
        check(all(c >= 0x20 for c in line), line)
        text = line.decode()
        check(not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
                      for c in text), text)
    done = subprocess.run([HAECHI, "verify", "--log",
                           os.path.join(demo.directory, "log")],
                          capture_output=True, timeout=60)
    check(done.returncode == 0, done.stdout[-500:])


@scenario
def what_is_typed_breaks_nothing():
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    with Demo() as demo:
        api = demo.api()
        until(lambda: api.coverage(CAMERA)["recorded"], 30, "a recording")
        hostile_is_refused_everywhere(demo, api)
        time.sleep(1)
        broken_bytes_are_refused(api)
        odd_stands_as_typed(demo, api)
        api.json("POST", "/views", views(api, reason=ODD[0]))
        shown, content = api.request("GET", "/api/v1/entries?count=50")
        check(shown.getheader("Content-Type").startswith("application/json")
              and shown.getheader("X-Content-Type-Options") == "nosniff",
              "texts are never taken for a page")
        check(ODD[0] in str(json.loads(content)), "as it was typed")
        demo.stop()
        the_log_is_sound(demo)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
