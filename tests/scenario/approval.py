# SPDX-License-Identifier: Apache-2.0
"""Four eyes: a camera with a mask. One person asks, another says yes, the first
one makes the package; it says so, and whoever alters that is found. Alone nobody
gets a byte, neither as a package nor as a file of a view.
"""
import datetime
import json
import os
import shutil
import subprocess
import tempfile
import zipfile

from scenario import (Demo, HAECHI, PASSWORD, Api, check, edit, entries, run,
                      scenario, until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
S = 1_000_000
MASKED = 6
FREE = 3
MASK = ('    masks: [{what: 수유실, by: display, region: "0,0 300,0 300,1000"}]')
UNTIL = (datetime.date.today() + datetime.timedelta(30)).isoformat()


def call(*words, expected=0):
    done = subprocess.run([HAECHI, *words], capture_output=True, timeout=120,
                          stdin=subprocess.DEVNULL)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stdout[-800:]} {done.stderr[-800:]}")
    return done.stdout.decode()


def stamp(us):
    time = datetime.datetime.fromtimestamp(us / S, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def who(name):
    return ("--name", name, "--password-file", SECRET)


def ask(demo, camera, span, out, expected):
    return call("export", "--dir", demo.directory, "--camera", str(camera),
                "--from", stamp(span[0]), "--to", stamp(span[1]),
                "--purpose", demo.purpose, "--reason", "분실물 \"확인\"",
                "--ground", "제18조 제2항", "--receiver", "홍길동 경찰서",
                "--conditions", "목적 외 이용 금지", "--until", UNTIL,
                "--out", out, *who("보는이"), expected=expected)


def of_kind(demo, kind):
    return [entry for entry in entries(demo.directory) if entry["kind"] == kind]


def signed_in(demo, name):
    api = Api(demo.web_port)
    api.login(name)
    return api


def masked_demo(directory):
    """A demo whose camera 6 has a mask, and a second person."""
    demo = Demo(directory=directory)
    api = demo.api()
    api.json("POST", "/accounts", {"name": "보는이", "password": PASSWORD,
                                   "role": "access_holder",
                                   "person": "okpo-viewer"})
    demo.stop()
    edit(directory, "plant.yaml", r"^    group: sharing-okpo$",
         "    group: sharing-okpo\n" + MASK)
    demo.start("demo", "--dir", directory, "--web-port", str(demo.web_port),
               "--camera-port", str(demo.camera_port))
    return demo


def check_altered(package):
    """A word of the manifest changed: its sum in the log is another."""
    altered = os.path.join(WORK, "altered.zip")
    for old, new in ((b'"masked": true', b'"masked": false'),
                     (b'"approval": ', b'"approval":  ')):
        with zipfile.ZipFile(package) as source, \
                zipfile.ZipFile(altered, "w") as target:
            for info in source.infolist():
                content = source.read(info)
                if info.filename == "manifest.json":
                    check(old in content, old)
                    content = content.replace(old, new)
                target.writestr(info.filename, content)
        call("verify", altered, expected=1)
        os.unlink(altered)


@scenario
def nobody_takes_a_masked_camera_out_alone():
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    with masked_demo(os.path.join(WORK, "site")) as demo:
        api = demo.api(first=False)
        since = api.coverage(MASKED)["clock_us"]
        holder = signed_in(demo, "보는이")
        demo.purpose = api.json("GET", "/cameras")["purposes"][0]["id"]
        # What the recorder before this one recorded does not count.
        end = until(lambda: last_of_eight_s(api, since), 60, "eight s")
        span = (end - 6 * S, end - 1 * S)
        out = os.path.join(WORK, "package.zip")
        # Neither as a file of a view ...
        view = holder.open_view(MASKED, *span)["view"]
        answer, content = holder.request(
            "GET", f"/api/v1/views/{view}/download.mp4")
        check(answer.status == 409 and b"needs_approval" in content, content)
        # ... nor as a package: the command only asks.
        said = ask(demo, MASKED, span, out, 1)
        check("waits for another person" in said, said)
        check(not os.path.exists(out), "a package")
        order = of_kind(demo, "export.asked")[0]
        check(order["masked"] == str(MASKED) and order["second"] == 1, order)
        call("export", "--dir", demo.directory, "--order", str(order["n"]),
             "--out", out, *who("보는이"), expected=3)
        path = f"/exports/orders/{order['n']}/answer"
        holder.json("POST", path, {"approved": 1},
                    expected=(409,))
        until(lambda: [entry["cause"] for entry in
                       of_kind(demo, "export.denied")] ==
              ["approval", "approval", "own"], 10, "three refusals told")
        check(not of_kind(demo, "export"), "an export")
        listed = api.json("GET", "/exports/orders")["orders"][0]
        check(listed["why"] == "분실물 \"확인\"" and
              listed["receiver"] == "홍길동 경찰서" and
              listed["state"] == "waiting" and not listed["own"], listed)
        approval = said_at_the_command_line(demo, order["n"])
        call("export", "--dir", demo.directory, "--order", str(order["n"]),
             "--out", out, *who("홍길동"), expected=3)  # not who asked
        call("export", "--dir", demo.directory, "--order", str(order["n"]),
             "--out", out, *who("보는이"))
        said = json.loads(call("verify", out, "--json"))
        check(said["ok"] and said["masked"] and
              said["approval"] == approval["entry"], said)
        with zipfile.ZipFile(out) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            page = archive.read("verification.html").decode()
        check(manifest["order"] == order["n"] and
              manifest["cameras"][0]["masked"] is True and
              manifest["about"]["reason"] == "분실물 \"확인\"", manifest["about"])
        check("수유실" in page and "화면에서만 가림" in page, "the page")
        taken = of_kind(demo, "export")[0]
        check(taken["approval"] == approval["entry"] and
              taken["order"] == order["n"], taken)
        call("export", "--dir", demo.directory, "--order", str(order["n"]),
             "--out", out + ".2", *who("보는이"), expected=3)  # once
        print(f"# {said}")
        declined_at_the_command_line(demo, span)
    check_altered(out)


def said_at_the_command_line(demo, order):
    """A place without a browser: shown first, then the yes; its entry."""
    words = ("export", "approve", str(order), "--dir", demo.directory, "--yes")
    call(*words, *who("보는이"), expected=3)  # their own
    check(not of_kind(demo, "export.approved"), "an approval")
    said = call(*words, *who("홍길동"))
    for shown in ("분실물", "홍길동 경찰서", "제18조 제2항", "masked ones among"):
        check(shown in said, said)
    approved = of_kind(demo, "export.approved")
    check(len(approved) == 1 and approved[0]["order"] == order, approved)
    call(*words, *who("홍길동"), expected=3)  # once
    return {"entry": approved[0]["n"]}


def declined_at_the_command_line(demo, span):
    out = os.path.join(WORK, "declined.zip")
    ask(demo, MASKED, span, out, 1)
    order = str(of_kind(demo, "export.asked")[-1]["n"])
    call("export", "decline", order, "--dir", demo.directory, *who("홍길동"),
         expected=2)  # without a reason
    said = call("export", "decline", order, "--dir", demo.directory,
                "--reason", "근거가 없음", *who("홍길동"))
    check("is declined" in said, said)
    call("export", "--dir", demo.directory, "--order", order, "--out", out,
         *who("보는이"), expected=3)
    listed = json.loads(call("export", "orders", "--dir", demo.directory,
                             "--json", *who("홍길동")))
    check([one["state"] for one in listed] == ["declined", "made"], listed)


def last_of_eight_s(api, since):
    """Where a span ends that has eight seconds behind since, or None."""
    for begin, end in api.coverage(MASKED)["recorded"]:
        if end - max(begin, since) > 8 * S:
            return end
    return None


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
