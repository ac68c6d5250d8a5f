# SPDX-License-Identifier: Apache-2.0
"""Reports out of the log: what was recorded, viewed, refused and seen to.

A view, a refused view, duties entered by hand, one done and one overdue; then
both reports as figures, as text and on paper, while the recorder runs and after
it has ended.
"""
import datetime
import json
import os
import shutil
import subprocess
import tempfile

from scenario import (Demo, HAECHI, PASSWORD, check, run, scenario, until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
S = 1_000_000
KOREA = datetime.timezone(datetime.timedelta(hours=9))


def today():
    return datetime.datetime.now(KOREA)


def haechi(*words, expected=(0,)):
    done = subprocess.run([HAECHI, *words], capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    check(done.returncode in expected,
          f"{words}: {done.returncode} {done.stderr[-500:]}")
    return done.stdout


def as_person(directory, *words, expected=(0,)):
    return haechi(*words, "--dir", directory, "--name", "홍길동",
                  "--password-file", SECRET, expected=expected)


def monthly(directory, *words):
    return haechi("report", "monthly", "--dir", directory, "--month",
                  today().strftime("%Y%m"), *words)


def yearly(directory, *words):
    return haechi("report", "yearly", "--dir", directory, "--year",
                  today().strftime("%Y"), *words)


def figures(directory, of=monthly):
    return json.loads(of(directory, "--json"))


def paper(directory, of, *words):
    path = os.path.join(WORK, "report.pdf")
    of(directory, "--out", path, *words)
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True,
                          capture_output=True, text=True).stdout


def one_line(text):
    return " ".join(text.split())


def enter_duties(directory):
    """One that was done, one that never was; both by the same person."""
    day = today().strftime("%Y-%m-%d")
    long_ago = (today() - datetime.timedelta(days=3)).strftime("%Y-%m-%d")
    as_person(directory, "duty", "add", "--what", "locks", "--due", day,
              "--months", "12", "--reason", "방재실 잠금장치")
    as_person(directory, "duty", "add", "--what", "signs", "--due", long_ago,
              "--of", "no-such-site", "--reason", "안내판", expected=(2,))
    as_person(directory, "duty", "add", "--what", "signs", "--due", long_ago,
              "--reason", "안내판")
    as_person(directory, "duty", "done", "1", "--result", "good", "--done",
              day + "T00:00", "--reason", "이상 없음")
    as_person(directory, "duty", "done", "3", "--result", "good", "--done",
              day + "T00:00", "--reason", "없는 번호", expected=(2,))
    due = haechi("duty", "due", "--dir", directory, expected=(1,)).decode()
    check("duty 2  signs on the wall" in due and "OVERDUE" in due, due)
    check(due.count("OVERDUE") == 1 and "nothing wrong" in due, due)


def what_ended_is_read_all_the_same(directory):
    text = one_line(paper(directory, monthly))
    for words in ("월간 운영 보고서", "거제시가족센터", "3층 상담실",
                  "안내판 점검", "기한 지남", "검증에서 나온 문제: 0"):
        check(words in text, f"{words}: {text}")
    text = one_line(paper(directory, yearly))
    for words in ("자체점검 보고서", "8. 설치·운영이 계속 필요한지",
                  "잠금장치 점검", "이상 없음", "열쇠 보유자 확인: 프로그램이 "
                  "보지 못함"):
        check(words in text, f"{words}: {text}")
    text = one_line(paper(directory, yearly, "--lang", "en"))
    check("holders of keys: not seen by software; no hand entry since the log "
          "began" in text, text)
    check("locks: not seen" not in text, text)
    haechi("report", "monthly", "--dir", directory, "--month", "202613",
           expected=(2,))


@scenario
def reports_say_what_the_log_says_and_no_more():
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    with Demo() as demo:
        api = demo.api()
        until(lambda: api.coverage(6)["recorded"], 60, "a recording")
        now = api.coverage(6)["clock_us"]
        api.open_view(6, now - 5 * S, now)
        enter_duties(demo.directory)
        status = api.json("GET", "/status")
        check(status["duties_overdue"] == 1, status["duties_overdue"])
        # Two entries of the roots in between: something was counted.
        found = until(lambda: (lambda f: f if f["groups"][0]["recorded_s"] > 0
                               else None)(figures(demo.directory)), 60,
                      "seconds in the report")
        check([g["group"] for g in found["groups"]] ==
              ["counselling", "sharing-aju", "sharing-okpo",
               "sharing-sangmun"], found)
        for group in found["groups"]:
            check(group["installed"] == group["promised"], group)
            check(group["recorded_s"] <= group["promised_s"], group)
        check(found["deeds"]["viewed"] == 1, found["deeds"])
        check(found["log"]["problems"] == [], found["log"])
        check(found["duties"]["overdue"] == 1 and
              len(found["duties"]["done"]) == 1, found["duties"])
        text = monthly(demo.directory, "--text").decode()
        check("녹화 영상 열람\t1" in text, text)
        demo.stop()
        what_ended_is_read_all_the_same(demo.directory)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
