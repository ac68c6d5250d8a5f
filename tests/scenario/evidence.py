# SPDX-License-Identifier: Apache-2.0
"""An evidence package: made from a running demo, checked by haechi verify, by
ffprobe and GStreamer, and by arithmetic that is not ours; every flipped bit is
found; the ledger has its row.
"""
import base64
import csv
import datetime
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import tempfile
import zipfile

from scenario import Demo, HAECHI, PASSWORD, check, run, scenario, until

WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
S = 1_000_000
CAMERAS = (6, 3)
FLIPS = 120
UNTIL = (datetime.date.today() + datetime.timedelta(30)).isoformat()
GROUND = "개인정보 보호법 제18조 제2항"


def write(path, words):
    with open(path, "w") as file:
        file.write(words + "\n")


def call(*words, expected=0):
    done = subprocess.run([HAECHI, *words], capture_output=True, timeout=90,
                          stdin=subprocess.DEVNULL)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stdout[-800:]} {done.stderr[-800:]}")
    return done.stdout.decode()


def stamp(us):
    time = datetime.datetime.fromtimestamp(us / S, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def export(demo, out, span, *more, cameras=CAMERAS, expected=0):
    words = [word for camera in cameras
             for word in ("--camera", str(camera))]
    return call("export", "--dir", demo.directory, *words,
                "--from", stamp(span[0]), "--to", stamp(span[1]),
                "--purpose", demo.purpose, "--reason", "사고 확인",
                "--ground", GROUND, "--receiver", "홍길동 경찰서",
                "--conditions", "목적 외 이용 금지", "--until", UNTIL,
                "--provide", "--out", out, "--name", "홍길동",
                "--password-file", SECRET, *more, expected=expected)


def verify(path, *more, expected=0):
    return json.loads(call("verify", path, "--json", *more,
                           expected=expected))


def packets(path):
    """(position, size) of each sample, as ffprobe reads the file."""
    rows = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
         "packet=pos,size", "-of", "csv=p=0", path],
        capture_output=True, check=True, timeout=60).stdout.decode()
    found = []
    for row in rows.split():
        size, position = [int(word) for word in row.split(",")[:2]]
        found.append((position, size))
    return found


def check_by_hand(package, folder):
    """Hashes of all groups from the packets that ffprobe finds."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    with open(os.path.join(folder, "manifest.json")) as file:
        manifest = json.load(file)
    groups = 0
    for camera in manifest["cameras"]:
        path = os.path.join(folder, camera["file"])
        with open(path, "rb") as file:
            content = file.read()
        check(hashlib.sha256(content).hexdigest() == camera["sha256"], path)
        left = packets(path)
        for group in camera["groups"]:
            mine, left = left[:group["samples"]], left[group["samples"]:]
            left = left[group["loose"]:]
            check(group["whole"], group["sequence"])
            pictures = hashlib.sha256()
            for position, size in mine:
                pictures.update(content[position:position + size])
            leaf = base64.b64decode(group["leaf"])
            said = hashlib.sha256(bytes.fromhex(group["salt"]) +
                                  pictures.digest()).digest()
            check(leaf[96:128] == said, f"group {group['sequence']}")
            check(hashlib.sha256(b"\0" + leaf).hexdigest() ==
                  group["leaf_sha256"], f"leaf {group['sequence']}")
            groups += 1
        check(left == [], f"{len(left)} pictures in no group")
        subprocess.run(["gst-launch-1.0", "-q", "filesrc", f"location={path}",
                        "!", "qtdemux", "!", "h264parse", "!", "fakesink"],
                       check=True, timeout=60, capture_output=True)
    return manifest, groups


def flip_everywhere(package, folder):
    """One bit, in many places: found and named each time."""
    chance = random.Random(7)
    with open(package, "rb") as file:
        whole = file.read()
    with zipfile.ZipFile(package) as archive:
        places = [info.header_offset + 5 for info in archive.infolist()]
        places += [archive.start_dir + 3, len(whole) - 3]
        for info in archive.infolist()[:6]:
            places.append(info.header_offset + 40 + info.file_size // 2)
    places += [chance.randrange(len(whole)) for _ in range(FLIPS)]
    path = os.path.join(folder, "flipped.zip")
    for place in places[:FLIPS]:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        with open(path, "wb") as file:
            file.write(flipped)
        said = verify(path, expected=1)
        check(not said["ok"] and said["problems"][0]["where"], said)


def words_matter(sealed, words):
    """No password, and a wrong one: said as what they are, and not damage."""
    wrong = os.path.join(WORK, "wrong")
    write(wrong, "open sesame 13")
    for more, told in (((), "it is sealed: give its password"),
                       (("--zip-password-file", wrong), "the password is wrong")):
        done = subprocess.run([HAECHI, "verify", sealed, *more],
                              capture_output=True, timeout=60)
        check(done.returncode == 3, done)
        check(told in done.stderr.decode() and done.stdout == b"", done)
    check(verify(sealed, "--zip-password-file", words)["problems"] == [], "it")


def others_open(sealed):
    """7-Zip and libarchive read what we sealed, byte for byte alike."""
    taken = []
    for tool in (["7z", "x", "-popen sesame 12", "-o{}", sealed],
                 ["bsdtar", "--passphrase", "open sesame 12", "-xf", sealed,
                  "-C", "{}"]):
        place = os.path.join(WORK, "by-" + tool[0])
        os.mkdir(place)
        done = subprocess.run([word.replace("{}", place) for word in tool],
                              capture_output=True, timeout=60)
        check(done.returncode == 0, done)
        taken.append({name: read(os.path.join(place, name))
                      for name in os.listdir(place)
                      if os.path.isfile(os.path.join(place, name))})
    check(taken[0] == taken[1] and taken[0]["manifest.json"], taken[0].keys())
    manifest = json.loads(taken[0]["manifest.json"])
    for camera in manifest["cameras"]:
        check(hashlib.sha256(taken[0][camera["file"]]).hexdigest() ==
              camera["sha256"], "the video that the manifest names")


def last_of_eight_s(api):
    """Where what is recorded of all cameras ends, or None before eight s."""
    ends = []
    for camera in CAMERAS:
        spans = api.coverage(camera)["recorded"]
        if not spans or spans[-1][1] - spans[-1][0] < 8 * S:
            return None
        ends.append(spans[-1][1])
    return min(ends)


@scenario
def a_package_is_made_and_checked():
    write(SECRET, PASSWORD)
    with Demo() as demo:
        api = demo.api()
        demo.purpose = api.json("GET", "/cameras")["purposes"][0]["id"]
        end = until(lambda: last_of_eight_s(api), 60, "eight s of each")
        span = (end - 6 * S, end - 1 * S)
        package = os.path.join(WORK, "package.zip")
        print("# " + export(demo, package, span).replace("\n", "\n# "))
        said = verify(package)
        print(f"# {said}")
        check(said["ok"] and said["cameras"] == 2, said)
        manifest, groups = check_by_hand(package, os.path.join(WORK, "all"))
        check(groups == said["groups"] > 4, said)
        sealed = os.path.join(WORK, "sealed.zip")
        words = os.path.join(WORK, "words")
        write(words, "open sesame 12")
        export(demo, sealed, span, "--zip-password-file", words,
               cameras=(CAMERAS[1],))
        check(verify(sealed, "--zip-password-file", words)["ok"], "sealed")
        words_matter(sealed, words)
        others_open(sealed)
        vkey = call("log", "key", "--dir", demo.directory).split("\n")[1]
        check(verify(package, "--vkey", vkey)["ok"], "the log's own key")
        table = call("ledger", "--dir", demo.directory, "--format", "csv",
                     "--name", "홍길동", "--password-file", SECRET)
        rows = [row for row in csv.reader(io.StringIO(table.lstrip("\ufeff")))
                if row[1] == "제공"]
        check(len(rows) == 2 and "홍길동 경찰서" in rows[0][6] and
              rows[0][7] == GROUND and "목적 외 이용 금지" in rows[0][8] and
              rows[0][9].startswith("~ "), rows)
        listed = api.json("GET", "/exports")["exports"]
        check([one["state"] for one in listed] == ["made", "made"], listed)
        check(listed[1]["export"] == manifest["export"], listed)
        api.json("DELETE", f"/exports/{manifest['export']}",
                 {"reason": "돌려받아 파기함"})
        listed = api.json("GET", "/exports")["exports"]
        check(listed[1]["state"] == "destroyed", listed)
    # The installation is gone: the package stands alone.
    check(verify(package)["ok"], "offline")
    flip_everywhere(package, WORK)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
