# SPDX-License-Identifier: Apache-2.0
"""haechi camera discover, add, import, test and show against our own ONVIF
device and its faults; and clients that are not ours against the device."""
import json
import os
import re
import subprocess
import sys
import time

from camera_site import DOUBTS, Site
from machine import late_s
from onvif_device import PASSWORD, USER, OnvifDevice
from scenario import (HAECHI, SOURCE_ROOT, check, edit, free_port, run,
                      scenario)

@scenario
def a_sound_camera_is_described():
    with Site() as site:
        said, found = site.test(seconds=3)
        check(found == DOUBTS, found)
        onvif, stream = said["onvif"], said["stream"]
        check((onvif["manufacturer"], onvif["model"]) == ("시험", "Loopback 1"),
              onvif)
        check(abs(onvif["clock_ahead_us"]) < 1500000, onvif)
        check(onvif["profiles"][0]["gop"] == 30 and onvif["snapshot"], onvif)
        check(onvif["motion_topics"] == 1 and onvif["tamper_topics"] == 1,
              onvif)
        check((stream["codec"], stream["packets_lost"]) == ("H.264", 0), stream)
        check(1300 < stream["fps_100"] < 1700 and stream["kbps"] > 10, stream)
        check("Unsubscribe" in site.device.asked, site.device.asked)
        text = site.camera("test", "--camera", "1", "--seconds", "2").stdout
        check("도착한 영상: H.264" in text and "[not_encrypted]" in text, text)
        text = site.camera("test", "--camera", "1", "--seconds", "2", "--lang",
                           "en").stdout
        check("arrives: H.264" in text and "write tls: true" in text, text)
        shown = json.loads(site.camera("show", "--camera", "1",
                                       "--json").stdout)
        check(shown["onvif_port"] == site.device.port and
              shown["path"] == "/cam/1", shown)
        for host, address in (('"::1"', "[::1]"),
                              ("127.0.0.1", "127.0.0.1")):
            site.write(host=host)
            text = site.camera("show", "--camera", "1").stdout
            check(f"rtsp://{address}:{site.rtsp_port}/cam/1 (tcp)" in text,
                  text)
        text = site.camera("show", "--camera", "1").stdout
        check("암호화      아니요" in text, text)
        text = site.camera("show", "--camera", "1", "--lang", "en").stdout
        check("encrypted   no" in text, text)

        # ---- each fault is named, and what can be mended is
        site.use(clock_ahead_s=-4000, sound=True)
        said, found = site.test(code=1)
        check(found == DOUBTS | {"clock_wrong", "sound_on"}, found)
        check(-4002e6 < said["onvif"]["clock_ahead_us"] < -3998e6, said)
        said, found = site.test("--set-clock", "--audio-off")
        check(found == DOUBTS and said["onvif"]["clock_set"] and
              said["onvif"]["sound_removed"], said)
        check(not site.device.sound, "sound is on")
        check(abs(site.device.ahead.total_seconds()) < 2, site.device.ahead)

        site.use(sound=True, keeps_sound=True, card=True, path="/cam/2",
                 media2=False)
        said, found = site.test("--audio-off", code=1)
        check(found == DOUBTS | {"sound_stays", "keeps_copies",
                                 "path_differs"}, found)

        site.use(http_digest=True)
        said, found = site.test("--mask", "-1,-1,-0.5,0.25")
        check(len(site.device.masks) == 1 and said["onvif"]["masks_on"] == 1,
              said)
        check(site.device.masks[0] == ("vs1", [
            ("-1", "-1"), ("-0.5", "-1"), ("-0.5", "0.25"), ("-1", "0.25")]),
            site.device.masks)

        # ---- hostile answers end in one line
        for answers in ("bomb", "huge", "deep"):
            site.use(answers=answers)
            began = time.monotonic()
            said, found = site.test()
            check(found == DOUBTS | {"onvif_silent"}, (answers, found))
            check(time.monotonic() - began < 15, answers)
        with open(site.path + "/secrets/cameras", "w") as file:
            file.write("wrong\n")
        site.use()
        said, found = site.test(code=1)
        check({"onvif_password", "stream_password"} <= found, found)


SET = {"SetSystemDateAndTime", "RemoveConfiguration", "CreateMask"}
WISHES = ("--set-clock", "--audio-off", "--mask", "-1,-1,-0.5,0.25")
UNDONE = {"clock_stays", "sound_stays", "mask_not_made"}


@scenario
def what_was_set_is_read_back():
    with Site(clock_ahead_s=90, sound=True) as site:
        said, found = site.test(*WISHES)
        check(found == DOUBTS and SET <= set(site.device.asked), found)
        onvif = said["onvif"]
        check(onvif["clock_set"] and onvif["sound_removed"] and
              onvif["mask_made"] and onvif["masks_on"] == 1, onvif)
        for fault in ({"refuses": SET}, {"pretends": SET}):
            site.use(clock_ahead_s=90, sound=True, **fault)
            said, found = site.test(*WISHES, code=1)
            check(found == DOUBTS | UNDONE, (fault, found))
            onvif = said["onvif"]
            check(not (onvif["clock_set"] or onvif["sound_removed"] or
                       onvif["mask_made"]), onvif)
        site.use(media2=False)
        said, found = site.test("--mask", "-1,-1,0,0", code=1)
        check(found == DOUBTS | {"mask_not_made"}, found)
        for mask in ("0,0,0,0", "1,1,-1,-1", "-1,0.5,1,0.5", "0,0,1", "a"):
            for language, words in (("ko", "왼쪽은"), ("en", "left less")):
                done = site.camera("test", "--camera", "1", "--mask", mask,
                                   "--lang", language, code=2)
                check(words in done.stderr, (mask, done.stderr))
        site.use(answers="bomb")
        said, found = site.test(*WISHES, code=1)
        check(found == DOUBTS | UNDONE | {"onvif_silent"}, found)


@scenario
def the_pin_is_that_of_the_stream():
    with Site() as site:
        certificate = site.path + "/onvif.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=camera",
             "-days", "2", "-keyout", certificate, "-out",
             certificate + ".crt"], check=True, capture_output=True)
        with open(certificate, "a") as both, \
                open(certificate + ".crt") as public:
            both.write(public.read())
        site.simulate("--tls")
        site.use(tls=certificate)
        site.write(tls="true")
        said, found = site.test(code=1)
        check(found == {"certificate", "onvif_certificate"}, found)
        check(said["certificate"] != said["onvif_certificate"], said)
        site.camera("accept", "--camera", "1", "--fingerprint",
                    said["certificate"])
        # It records. Nothing tells to accept what the stream does not bear.
        said, found = site.test()
        check(found == {"onvif_certificate"} and said["stream"]["arrives"],
              found)
        check(said["certificate"] == "" and said["onvif_certificate"], said)
        text = site.camera("test", "--camera", "1", "--seconds", "1", "--lang",
                           "en").stdout
        check("camera accept" not in text and
              "certificate of ONVIF (HTTPS): sha256 " in text, text)
        site.use()  # ONVIF in the clear
        said, found = site.test()
        check(found == {"onvif_no_tls"}, found)


@scenario
def what_the_notice_says_otherwise_is_found():
    with Site() as site:
        edit(site.path, "notice.yaml", r"^      - id: counselling$",
             r"\g<0>\n        pixels: 230400")
        said, found = site.test()
        check(found == DOUBTS and said["notice"]["class"] == "fixed" and
              said["notice"]["pixels"] == 230400, (found, said["notice"]))
        site.use(turns=True)
        site.device.resolution = (320, 180)
        site.write(camera_masks="00" * 32)
        said, found = site.test(code=1)
        check(found == DOUBTS | {"camera_turns", "camera_pixels",
                                 "camera_masks"}, found)
        done = site.camera("compare", "--camera", "1", "--json", code=1)
        check({one["code"] for one in json.loads(done.stdout)["differs"]} <=
              found, done.stdout)
        text = site.camera("test", "--camera", "1", "--seconds", "1",
                           code=1).stdout
        check("counselling, 고정형, 소리 없음, 230400화소 이상" in text, text)


@scenario
def rows_are_added_whole_or_not_at_all():
    with Site() as site:
        plant = site.path + "/plant.yaml"

        def text():
            with open(plant) as file:
                return file.read()

        def table(*lines):
            path = site.path + "/new.csv"
            with open(path, "w") as file:
                file.write("\n".join(lines) + "\n")
            return path

        before = text()
        group = re.search(r"group: (\S+)", before).group(1)
        heading = "group,name_ko,name_en,host,path,user,password_file,onvif_port"
        end = ",haechi,secrets/cameras,"
        for wrong, words in (
                (f"nowhere,문,Door,127.0.0.1,/cam/2{end}", "unknown_group"),
                (f"{group},문,Door,http://a/,/cam/2{end}", "is no host"),
                (f"{group},문,Door,127.0.0.1,cam{end}", "no leading slash"),
                (f"{group},문,\"Door", "no table"),
                (f"{group},문,Door", "number of cells"),
                (f"{group},문,Door,127.0.0.1,/cam/3{end}",
                 "new.csv:2 — leave this one out")):
            done = site.camera("import", table(
                heading, f"{group},창,Window,127.0.0.1,/cam/3{end}", wrong),
                "--lang", "en", code=2)
            check("new.csv:3:" in done.stderr and words in done.stderr,
                  (wrong, done.stderr))
            check("nothing was added" in done.stderr or "no table" in
                  done.stderr or "cells" in done.stderr, done.stderr)
            check(text() == before, "changed")
        done = site.camera("import", table(
            "group,name_ko,host,password", f"{group},문,127.0.0.1,x"), code=2)
        check("password_file" in done.stderr and "비밀번호" in done.stderr,
              done.stderr)

        # The second has no path: it is asked over ONVIF. The camera 1 of
        # plant.yaml, it says, or another.
        rows = table(
            heading, f"{group},창,\"A \"\"window\"\", left\",127.0.0.1,/cam/3"
            f"{end}", "", f"{group},문,Door,127.0.0.1,,haechi,secrets/cameras,"
            f"{site.device.port}")
        done = site.camera("import", rows, "--lang", "en", code=2)
        check("new.csv:4:" in done.stderr and "there already" in done.stderr and
              text() == before, done.stderr)
        site.device.path = "/cam/77"
        done = site.camera("import", rows, "--json")
        said = json.loads(done.stdout)
        check([(one["number"], one["path"]) for one in said["added"]] ==
              [(10, "/cam/3"), (11, "/cam/77")], said)
        check(said["added"][1]["port"] == site.rtsp_port, said)
        check(said["counts_differ"][0]["group"] == group, said)
        check(text().startswith(before.rstrip("\n")) or
              all(line in text() for line in before.split("\n")), text())
        check('A \\"window\\", left' in text(), text())

        # Once more: each is there already.
        before = text()
        done = site.camera("import", rows, code=2)
        check("new.csv:2:" in done.stderr and "이미 있습니다" in done.stderr and
              text() == before, done.stderr)

        done = site.camera("add", "--host", "127.0.0.1", "--group", group,
                           "--name", "현관", "--path", "/cam/4", "--lang", "en")
        check("announce a notice" in done.stdout and "number: 12" in text(),
              done.stdout)
        check("sub_path" not in text(), "a sub stream that nobody named")
        before = text()
        site.camera("add", "--host", "127.0.0.1", "--group", group, "--name",
                    "x", "--number", "12", "--path", "/", code=2)
        done = site.camera("add", "--host", "127.0.0.1", "--group", group,
                           "--name", "x", "--onvif-port", str(free_port()),
                           "--lang", "en", code=1)
        check("write its path" in done.stderr and text() == before, done)


@scenario
def a_profile_that_is_passed_over_is_named():
    with Site() as site:
        group = re.search(r"group: (\S+)",
                          open(site.path + "/plant.yaml").read()).group(1)

        def add(language, path):
            done = site.camera(
                "add", "--host", "127.0.0.1", "--group", group, "--name",
                "현관", "--user", USER, "--password-file", "secrets/cameras",
                "--onvif-port", str(site.device.port), "--json", "--lang",
                language)
            check(json.loads(done.stdout)["added"][0]["path"] == path,
                  done.stdout)
            return done.stderr

        for number, (trouble, passed, words) in enumerate((
                ({"encoding": "JPEG"}, "JPEG", ("녹화할 수 없는 형식",
                                                "its format is not recorded")),
                ({"without_address": ("main",)}, "H264",
                 ("주소를 알려주지 않습니다", "does not say its address")))):
            for language, word in zip(("ko", "en"), words):
                for media2 in (True, False):
                    path = f"/small/{number}{language}{media2}"
                    site.use(path="/large", media2=media2, **trouble,
                             more={"small": (path, 320, 180, "vs1")})
                    said = add(language, path)
                    check(re.search(r"^camera add:1: warning: .*main ?\(" +
                                    passed + r" 640x360\).*" + word +
                                    r".*small ?\(H264 320x180\)", said), said)
        site.use(path="/large/1", more={"small": ("/s", 320, 180, "vs1")},
                 without_address=("small",))
        check(add("en", "/large/1") == "", "that is no stream to be recorded")


@scenario
def why_nothing_is_said_stands_in_words():
    with Site() as site:
        group = re.search(r"group: (\S+)",
                          open(site.path + "/plant.yaml").read()).group(1)

        def says(words, *command, code):
            for language, word in zip(("ko", "en"), words):
                done = site.camera(*command, "--lang", language, code=code)
                check(word in done.stderr and "  " not in done.stderr and
                      not re.search(r"bad_input|not_found|denied|conflict|"
                                    r"\bio\b|limit|''", done.stderr),
                      (command, done.stderr))

        def add(host="127.0.0.1", user=USER, port=None):
            return ("add", "--group", group, "--name", "x", "--host", host,
                    "--user", user, "--password-file", "secrets/cameras",
                    "--onvif-port", str(port or site.device.port))

        edit(site.path, "plant.yaml", r"^cameras:$",
             "camera_networks: [127.0.0.0/8]\n\ncameras:")
        says(("응답 없음", "no answer"), *add(port=free_port()), code=1)
        says(("비밀번호를 거부함 (Sender not Authorized)",
              "refuses the password (Sender not Authorized)"),
             *add(user="nobody"), code=1)
        says(("camera_networks에 그 주소의", "write the network of its address"),
             *add(host="192.0.2.1"), code=1)
        site.use(answers="bomb")
        says(("읽을 수 없는 응답", "an answer that cannot be read"), *add(),
             code=1)
        says(("읽을 수 없는 응답", "an answer that cannot be read"), "compare",
             "--camera", "1", code=3)
        with open(site.path + "/new.csv", "w") as out:
            out.write("group,name_ko,host\nx,\"y\n")
        says(("표가 아닙니다 -", "no table -"), "import",
             site.path + "/new.csv", code=2)
        os.makedirs(site.path + "/tls", exist_ok=True)
        with open(site.path + "/tls/cameras", "w") as out:
            out.write("camera one\n")
        says(("손상되었습니다 - 줄마다", "it is damaged - each line"), "accept",
             "--camera", "1", "--fingerprint", "ab" * 32, code=3)
        site.write(tls="true")
        says(("손상되었습니다", "it is damaged"), "test", "--camera", "1", code=3)
        os.remove(site.path + "/tls/cameras")
        os.rename(site.path + "/secrets/cameras", site.path + "/secrets/else")
        says(("파일이 없습니다 - 그 파일의", "there is no such file - write"),
             "test", "--camera", "1", code=3)


@scenario
def rows_go_behind_the_last_camera_whatever_follows():
    with Site() as site:
        plant = site.path + "/plant.yaml"
        with open(plant) as file:
            before = file.read().rstrip("\n") + "\n"
        group = re.search(r"group: (\S+)", before).group(1)
        head, cameras = before.split("cameras:\n")
        storage = re.search(r"(?m)^storage:\n((?:  .*\n)+)", head)
        name = re.search(r"(?m)^installation: (.*)\n", head)
        for found, words in (
                (name, ""), (name, "installation:  geoje\n"),
                (name, "installation:\n  geoje\n...\n"),
                (name, '"installation": geoje\n# the end\n'),
                (storage, "storage:\n" + storage.group(1)),
                (storage, "storage :\n\n  # its own\n" + storage.group(1)),
                (storage, "'storage': # its own\n" + storage.group(1) +
                 "...\n")):
            rest = head.replace(found.group(0), "") if words else head
            behind = "\n# what follows\n" + (words or "...\n")
            with open(plant, "w") as file:
                file.write(rest + "cameras:\n" + cameras + behind)
            site.camera("add", "--host", "127.0.0.1", "--group", group,
                        "--name", "뒤", "--path", "/behind", "--lang", "en")
            with open(plant) as file:
                text = file.read()
            check(text.startswith(rest + "cameras:\n" + cameras +
                                  "  - number: 10\n") and
                  text.endswith('    path: "/behind"\n' + behind),
                  (words, text[-400:]))


# Beside the main one: the smallest of its own source is the sub stream.
def more(path="/cam/1"):
    return {"middle": ("/cam/7", 480, 270, "vs1"),
            "small": ("/cam/8", 320, 180, "vs1"),
            "twice": (path, 160, 90, "vs1"),
            "elsewhere": ("/cam/9", 160, 90, "vs2")}


@scenario
def the_sub_stream_is_found_shown_and_judged():
    with Site() as site:
        group = re.search(r"group: (\S+)",
                          open(site.path + "/plant.yaml").read()).group(1)

        def add(*words):
            done = site.camera(
                "add", "--host", "127.0.0.1", "--group", group, "--name",
                "현관", "--user", USER, "--password-file", "secrets/cameras",
                "--onvif-port", str(site.device.port), "--json", *words)
            one = json.loads(done.stdout)["added"][0]
            return one["number"], one["path"], one["sub_path"]

        for path, media2 in (("/cam/11", True), ("/cam/12", False)):
            site.use(path=path, more=more(path), media2=media2)
            number, *paths = add()
            check(paths == [path, "/cam/8"], paths)
        shown = json.loads(site.camera("show", "--camera", str(number),
                                       "--json").stdout)
        check(shown["sub_path"] == "/cam/8", shown)
        text = site.camera("show", "--camera", str(number), "--lang",
                           "en").stdout
        check(re.search(r"sub stream +/cam/8", text), text)
        site.use(path="/cam/13", more=more("/cam/13"))
        check(add("--sub-path", "-")[1:] == ("/cam/13", ""), "none was wanted")
        site.use(path="/cam/14", more=more("/cam/14"))
        check(add("--sub-path", "/mine")[2] == "/mine", "it was named")
        site.use(path="/cam/15")
        check(add()[1:] == ("/cam/15", ""), "a camera with one stream")
        site.use(path="/cam/16", hides_time=True)
        check(add()[1:] == ("/cam/16", ""), "one that does not say its time")

        # Camera 1 of plant.yaml names it; then the camera does not.
        edit(site.path, "plant.yaml", r"^  - number: 1$",
             "  - number: 1\n    sub_path: /cam/8")
        site.use(more=more())
        said, found = site.test()
        check(found == DOUBTS and said["onvif"]["sub_path"] == "/cam/8", found)
        site.use()
        said, found = site.test()
        check(found == DOUBTS | {"sub_path_differs"}, found)


def discover(*words):
    done = subprocess.run([HAECHI, "camera", "discover", "--interface", "lo",
                           "--seconds", "1", "--json", *words],
                          capture_output=True, text=True, timeout=20)
    check(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


@scenario
def what_answers_is_discovered():
    device = OnvifDevice(discovery=True)
    try:
        mine = [one for one in discover()["cameras"]
                if one["address"] == device.address("/onvif/device_service")]
        check(len(mine) == 1 and mine[0]["name"] == "시험" and
              mine[0]["from"] == "127.0.0.1", mine)
        for words, said in (((), "대가 응답했습니다"),
                            (("--lang", "en"), "cameras answered")):
            done = subprocess.run(
                [HAECHI, "camera", "discover", "--interface", "lo",
                 "--seconds", "1", *words],
                capture_output=True, text=True, timeout=20)
            check(said in done.stdout, done.stdout)
        device.flood = True
        began = time.monotonic()
        said = discover()
        check(time.monotonic() - began < 5 + late_s(began), "endless answers")
        check(len(said["cameras"]) <= 256 and said["refused"] > 0,
              (len(said["cameras"]), said["refused"]))
        check(device.asked == [], device.asked)
    finally:
        device.stop()


NODE = """
const {Cam} = require('onvif');
new Cam({hostname: '127.0.0.1', port: PORT, username: 'USER',
         password: 'PASSWORD', timeout: 5000}, function (error) {
  if (error) { console.error(error); process.exit(1); }
  this.getStreamUri({protocol: 'RTSP'}, (error, stream) => {
    if (error) { console.error(error); process.exit(1); }
    console.log(JSON.stringify({uri: stream.uri,
      profile: this.profiles[0].name,
      width: this.profiles[0].videoEncoderConfiguration.resolution.width}));
    process.exit(0);
  });
});
"""


@scenario
def npm_onvif_understands_our_device():
    browser = os.path.join(SOURCE_ROOT, "tests", "browser")
    if not os.path.isdir(browser + "/node_modules/onvif"):
        subprocess.run(["npm", "ci", "--silent", "--no-fund", "--no-audit"],
                       cwd=browser, check=True, timeout=120)
    device = OnvifDevice(rtsp_port=554, path="/cam/1")
    try:
        script = NODE.replace("PORT", str(device.port), 1).replace(
            "'USER'", f"'{USER}'").replace("'PASSWORD'", f"'{PASSWORD}'")
        done = subprocess.run(
            ["node", "-e", script], timeout=20, capture_output=True, text=True,
            env={**os.environ, "NODE_PATH": browser + "/node_modules"})
        check(done.returncode == 0, done.stderr)
        said = json.loads(done.stdout)
        check(said["uri"] == "rtsp://127.0.0.1:554/cam/1" and
              int(said["width"]) == 640, said)
    finally:
        device.stop()


# It looks for cameras on the machine's first network: here that is loopback.
NETWORK = """
ip link set lo up && ip link set lo multicast on &&
ip route add 224.0.0.0/4 dev lo && ip route add default dev lo &&
exec python3 "$0" onvif-util
"""


@scenario
def onvif_tools_understand_our_device():
    # Within chroot(2) nobody makes a user namespace; root needs none.
    namespaces = "-n" if os.geteuid() == 0 else "-rn"
    done = subprocess.run(
        ["unshare", namespaces, "sh", "-c", NETWORK, __file__],
        capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, done.stdout + done.stderr)
    for words in ("Found 1 cameras", "시험 L1", "serial: 0001",
                  "rtsp://127.0.0.1:554/cam/1", "640 x 360", "Gov Length: 30"):
        check(words in done.stdout, (words, done.stdout))


def speak_with_onvif_util():
    """In a network namespace of its own."""
    device = OnvifDevice(rtsp_port=554, path="/cam/1", media2=False,
                         discovery=True, forgives_repeats=True)
    try:
        for words, said in ((["-a"], ""), (
                ["-u", USER, "-p", PASSWORD, "127.0.0.1"],
                "get rtsp\nget profiles\nget video\nquit\n")):
            subprocess.run(["onvif-util", *words], input=said, text=True,
                           check=True, timeout=20)
    finally:
        device.stop()


if sys.argv[1:] == ["onvif-util"]:
    speak_with_onvif_util()
else:
    run()
