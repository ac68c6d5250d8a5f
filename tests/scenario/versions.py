# SPDX-License-Identifier: Apache-2.0
"""A new notice is announced, and the recorder follows it from its moment on,
without a restart; what is wrong with an announcement is refused."""
import json
import os
import re
import shutil
import subprocess
import tempfile

from scenario import Demo, HAECHI, check, notice, run, scenario, soon, until

WORK = tempfile.mkdtemp(prefix="haechi-")
SHORT = (6, 7)


def draft(site, name, pattern, replacement):
    text = open(site + "/notice.yaml").read()
    changed, count = re.subn(pattern, replacement, text)
    check(count >= 1, f"nothing to change: {pattern}")
    path = os.path.join(WORK, name)
    open(path, "w").write(changed)
    return path


def versions(site):
    done = subprocess.run([HAECHI, "notice", "versions", "--dir", site,
                           "--json"], capture_output=True, timeout=20)
    return {one["version"]: one for one in
            json.loads(done.stdout)["versions"]}


def entries(site, kind):
    with open(site + "/log/entries") as lines:
        return [json.loads(line) for line in lines
                if f'"kind":"{kind}"' in line and line.endswith("\n")]


@scenario
def the_recorder_follows_the_notice_from_its_moment_on():
    site = os.path.join(WORK, "site")
    bundle = os.path.join(WORK, "bundle")
    with Demo(directory=site) as demo:
        demo.api()
        first = versions(site)
        check(first[1]["state"] == "active" and
              first[1]["exception"] == "first", first)
        before = {demo.role(name) for name in ("gate", "vault", "keeper")}
        path = draft(site, "shorter.yaml", r"seconds: \d+", "seconds: 20")
        rest = ["--reason", "기간을 줄임", "--out", bundle]
        done = notice(site, WORK, "publish", path, "--effective", soon(1),
                      *rest)
        check(done.returncode != 0 and b"7 days" in done.stderr, done.stderr)
        # It is still to come when all that follows has been looked at.
        words = ["--effective", soon(25), *rest]
        done = notice(site, WORK, "publish", path, *words)
        check(done.returncode == 0, done.stderr)
        check("보관기간".encode() in done.stderr, "the difference in words")
        check(versions(site)[2]["state"] == "announced", versions(site))
        done = notice(site, WORK, "publish", path, *words)
        check(done.returncode != 0 and b"announced already" in done.stderr,
              done.stderr)
        sums = subprocess.run(["sha256sum", "--check", "--quiet",
                               "SHA256SUMS"], cwd=bundle, capture_output=True)
        check(sums.returncode == 0, sums.stderr)
        check({"notice.ko.pdf", "notice.en.html", "change.ko.html"} <=
              set(os.listdir(bundle)), os.listdir(bundle))
        until(lambda: versions(site)[2]["state"] == "active", 50, "in force")
        late = (versions(site)[2]["active_us"] -
                versions(site)[2]["effective_us"]) / 1e6
        print(f"# in force {late:.1f} s after its moment", flush=True)
        check(0 <= late < 60, late)
        check(versions(site)[1]["state"] == "superseded", versions(site))
        until(lambda: entries(site, "retention.set")[-1]["effect"] ==
              "shortened", 10, "the shorter period")
        status = json.loads(subprocess.run(
            [HAECHI, "status", "--dir", site, "--json"], capture_output=True,
            timeout=20).stdout)
        check([one["count"] for one in status["groups"]
               if one["unit"] == "seconds"] == [20], status["groups"])
        after = {demo.role(name) for name in ("gate", "vault", "keeper")}
        check(before == after, "somebody was restarted")
        page = os.path.join(bundle, "notice.ko.html")
        done = notice(site, WORK, "confirm", "2", "--page", page)
        check(done.returncode == 0, done.stderr)
        done = notice(site, WORK, "confirm", "2", "--page", path)
        check(done.returncode != 0, "another page is refused")
        drift = until(lambda: [one["n"] for one in entries(site, "drift.found")
                               if one["code"] == "homepage_differs"], 60,
                      "the difference as drift")
        done = notice(site, WORK, "confirm", "2", "--page", page)
        check(done.returncode == 0, done.stderr)
        until(lambda: drift[0] in [one["found"] for one in
                                   entries(site, "drift.ended")], 60,
              "its end")
        check(open(site + "/versions/1/notice.yaml").read() ==
              open(site + "/notice.yaml").read(), "the old one stays")
        check(demo.stop() == 0, "an orderly stop")
    with Demo(directory=site) as demo:
        demo.api(first=False)
        check(versions(site)[2]["state"] == "active", versions(site))
        check(len(entries(site, "notice.version")) == 2, "no new version")
        check(demo.stop() == 0, "an orderly stop")


@scenario
def a_draft_becomes_a_version_and_every_stop_is_orderly():
    """Put there by the administrator, announced by its hash as the console
    does; stopped right behind the announcement and right behind its moment."""
    site = os.path.join(WORK, "drafts")
    with Demo(directory=site) as demo:
        demo.api()
        path = draft(site, "draft.yaml", r"seconds: \d+", "seconds: 25")
        broken = draft(site, "broken.yaml", r"format: 1", "format: 2")
        done = subprocess.run([HAECHI, "notice", "draft", broken, "--dir",
                               site], capture_output=True, timeout=20)
        check(done.returncode == 2, (done.returncode, done.stderr))
        done = subprocess.run([HAECHI, "notice", "draft", path, "--dir", site],
                              capture_output=True, timeout=20)
        check(done.returncode == 0, done.stderr)
        api = demo.api(first=False)
        waiting = api.json("GET", "/drafts")["drafts"]
        check(len(waiting) == 1 and waiting[0]["obstacle"] == "" and
              any(one["after"] for one in waiting[0]["ko"]["changes"]),
              waiting)
        check(len(versions(site)) == 1, "a draft is no version")
        now_us = api.json("GET", "/versions")["clock_us"]
        said = api.json("POST", "/versions", {
            "sha256": waiting[0]["sha256"], "effective": now_us + 25_000_000,
            "at_once": 0, "reason": "기간을 줄임"}, expected=(202,))
        check(said["state"] == "announced", said)
        check(demo.stop() == 0, "a stop right behind the announcement")
    with Demo(directory=site) as demo:
        api = demo.api(first=False)
        check(api.json("GET", "/drafts")["drafts"] == [], "it is announced")
        until(lambda: versions(site)[2]["state"] == "active", 60, "in force")
        check(demo.stop() == 0, "a stop right behind its moment")
    with Demo(directory=site) as demo:
        demo.api(first=False)
        check(versions(site)[2]["state"] == "active", versions(site))
        check(len(entries(site, "notice.version")) == 2, "once each")
        check(demo.stop() == 0, "an orderly stop")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
