# SPDX-License-Identifier: Apache-2.0
"""The ledger writes itself: what was viewed stands in it, with who and why.

A view, a live picture and a view of another camera; then haechi ledger as a
table and on paper, by the person who signs in, and by nobody else.
"""
import csv
import io
import os
import shutil
import subprocess
import tempfile

from scenario import (Demo, HAECHI, PASSWORD, check, run, scenario, until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET, WRONG = os.path.join(WORK, "password"), os.path.join(WORK, "wrong")
CAMERAS = (6, 3)
S = 1_000_000
HEADINGS = ["번호", "구분", "일시", "파일명/형태", "담당자", "목적/사유",
            "이용·제공받는 제3자/열람등 요구자", "이용·제공 근거",
            "이용·제공 형태", "기간"]


def ledger(directory, *words, secret=SECRET, expected=0):
    done = subprocess.run(
        [HAECHI, "ledger", "--dir", directory, "--name", "홍길동",
         "--password-file", secret, *words],
        capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stderr[-500:]}")
    return done


def rows(done):
    return list(csv.reader(io.StringIO(done.stdout.decode("utf-8-sig"))))


@scenario
def what_was_viewed_stands_in_the_ledger():
    for path, words in ((SECRET, PASSWORD), (WRONG, "not this one")):
        with open(path, "w") as file:
            file.write(words + "\n")
    with Demo() as demo:
        api = demo.api()
        until(lambda: api.coverage(CAMERAS[0])["recorded"], 30, "a recording")
        now = api.coverage(CAMERAS[0])["clock_us"]
        views = [api.open_view(camera, now - 5 * S, now) for camera in CAMERAS]
        table = rows(ledger(demo.directory, "--format", "csv"))
        check(table[0] == HEADINGS, table[0])
        # The short group's first keys may have died meanwhile: their own row.
        numbers = [row[0] for row in table[1:]]
        check(numbers == [str(n + 1) for n in range(len(numbers))], table)
        viewed = [row for row in table[1:] if row[1] == "열람"]
        check(len(viewed) == len(views), table)
        for row, view, camera in zip(viewed, views, CAMERAS):
            check(f"카메라 {camera} " in row[3], row)
            check(f"[기록 {view['entry']}]" in row[3], row)
            check(row[4].startswith("홍길동 "), row)
            check(row[5] and "파기됨" not in row[5], row)
        english = rows(ledger(demo.directory, "--format", "csv", "--lang",
                              "en"))
        viewed = [row for row in english[1:] if row[1] == "viewing"]
        check(len(viewed) == 2 and "camera 6" in viewed[0][3], english)
        none = rows(ledger(demo.directory, "--format", "csv", "--to",
                           "2026-01-01"))
        check(none == [HEADINGS], "an earlier day has no row")
        path = os.path.join(WORK, "ledger.pdf")
        ledger(demo.directory, "--format", "pdf", "--out", path)
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True,
                              capture_output=True, text=True).stdout
        check("개인영상정보 관리대장" in text and "홍길동" in text, text)
        ledger(demo.directory, "--format", "csv", secret=WRONG, expected=3)
        ledger(demo.directory, "--format", "csv", "--from", "2026-13-01",
               expected=2)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
