# SPDX-License-Identifier: Apache-2.0
"""A camera that signs its video: what an evidence package has of it still
proves itself, with openssl alone.

The camera is one of ours with a clip that is signed as ONVIF's media signing
does: an SEI with the camera's certificate before the first slice of each group,
and beside it the signature over all slices of the group before. So the package
must begin with the certificate, and must have the SEI behind the last group."""
import base64
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile

from scenario import (HAECHI, PASSWORD, Installation, check, free_port,
                      fresh_site, run, scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
SECRET = os.path.join(WORK, "password")
CAMERA, S = 3, 1_000_000
SLICES, SEI, SPS = (1, 5), 6, 7
CERTIFICATE, SIGNATURE = b"haechi-test-cert", b"haechi-test-sign"  # UUIDs
START = b"\0\0\0\1"


def openssl(*words, given=None):
    done = subprocess.run(["openssl", *words], input=given,
                          capture_output=True, timeout=30)
    return done.returncode == 0, done.stdout


def units(stream):
    return [one for one in re.split(b"\0\0\0\1|\0\0\1", stream) if one]


def sei(uuid, text):
    """User data, unregistered; plain letters need no emulation prevention."""
    body = uuid + text
    sizes = b"\xff" * (len(body) // 255) + bytes([len(body) % 255])
    return b"\x06\x05" + sizes + body + b"\x80"


def said(unit, uuid):
    """What an SEI of this kind says; None: it is none."""
    if unit[0] & 31 != SEI or unit[1] != 5:
        return None
    at = 2
    while unit[at] == 255:
        at += 1
    return unit[at + 17:-1] if unit[at + 1:at + 17] == uuid else None


def digest(group):
    return b"".join(hashlib.sha256(unit).digest() for unit in group
                    if unit[0] & 31 in SLICES)


def sign(group):
    path = os.path.join(WORK, "group")
    with open(path, "wb") as file:
        file.write(digest(group))
    good, signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey",
                              WORK + "/camera.key", "-in", path)
    check(good, "signed")
    return base64.b64encode(signature)


def signed_clip():
    check(openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-subj",
                  "/CN=camera.example", "-days", "2", "-keyout",
                  WORK + "/camera.key", "-out", WORK + "/camera.crt")[0], "key")
    with open(WORK + "/camera.crt", "rb") as file:
        certificate = base64.b64encode(file.read())
    groups = []
    with open(f"{CLIPS}/cam-{CAMERA}.h264", "rb") as file:
        for unit in units(file.read()):
            if unit[0] & 31 == SPS:
                groups.append([])
            groups[-1].append(unit)
    path = os.path.join(WORK, "signed.h264")
    with open(path, "wb") as out:
        for number, group in enumerate(groups):  # the clip goes round
            first = next(i for i, unit in enumerate(group)
                         if unit[0] & 31 in SLICES)
            whole = group[:first] + [
                sei(CERTIFICATE, certificate),
                sei(SIGNATURE, sign(groups[number - 1]))] + group[first:]
            out.write(b"".join(START + unit for unit in whole))
    return path


def stamp(us):
    time = datetime.datetime.fromtimestamp(us / S, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def export(api, site, span):
    path = os.path.join(WORK, "package.zip")
    until_day = (datetime.date.today() + datetime.timedelta(9)).isoformat()
    done = subprocess.run(
        [HAECHI, "export", "--dir", site, "--camera", str(CAMERA), "--from",
         stamp(span[0]), "--to", stamp(span[1]), "--purpose",
         api.purpose_of(CAMERA), "--reason", "사고 확인", "--ground",
         "개인정보 보호법 제18조", "--receiver", "○○경찰서", "--conditions",
         "목적 외 이용 금지", "--provide", "--until", until_day,
         "--out", path, "--name", "홍길동", "--password-file", SECRET],
        capture_output=True, timeout=100, stdin=subprocess.DEVNULL)
    check(done.returncode == 0, done)
    done = subprocess.run([HAECHI, "verify", path, "--json"],
                          capture_output=True, timeout=60)
    check(json.loads(done.stdout)["ok"], done.stdout)
    return path


def samples_of(package):
    """NAL units of each sample, by ffprobe's positions; and the manifest."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(WORK + "/package")
    with open(WORK + "/package/manifest.json") as file:
        camera = json.load(file)["cameras"][0]
    path = f"{WORK}/package/{camera['file']}"
    rows = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
         "packet=pos,size", "-of", "csv=p=0", path],
        capture_output=True, check=True, timeout=60).stdout.decode().split()
    with open(path, "rb") as file:
        content = file.read()
    samples = []
    for row in rows:
        size, at = [int(word) for word in row.split(",")[:2]]
        end, found = at + size, []
        while at < end:
            length = int.from_bytes(content[at:at + 4], "big")
            found.append(content[at + 4:at + 4 + length])
            at += 4 + length
        samples.append(found)
    return samples, camera


def proves_itself(samples, camera):
    """How many groups the signature in the next one's SEI proves."""
    groups, proven = [], 0
    for group in camera["groups"]:
        mine, samples = samples[:group["samples"]], samples[group["samples"]:]
        groups.append([unit for sample in mine for unit in sample])
    first = [said(unit, CERTIFICATE) for unit in groups[0]]
    slice_at = next(i for i, unit in enumerate(groups[0])
                    if unit[0] & 31 in SLICES)
    certificate = [one for one in first[:slice_at] if one]
    check(len(certificate) == 1, "the certificate before the first slice")
    with open(WORK + "/found.crt", "wb") as file:
        file.write(base64.b64decode(certificate[0]))
    good, key = openssl("x509", "-in", WORK + "/found.crt", "-noout", "-pubkey")
    check(good, "a certificate, whole")
    with open(WORK + "/found.pub", "wb") as file:
        file.write(key)
    for group, behind in zip(groups, groups[1:]):
        words = [said(unit, SIGNATURE) for unit in behind]
        signature = base64.b64decode(next(one for one in words if one))
        for name, data in (("sum", digest(group)), ("signature", signature)):
            with open(f"{WORK}/{name}", "wb") as file:
                file.write(data)
        proven += openssl("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey",
                          WORK + "/found.pub", "-in", WORK + "/sum",
                          "-sigfile", WORK + "/signature")[0]
    return proven


def sent_as_kept(samples, clip):
    """Each sample's units, byte for byte, stand in what was sent."""
    with open(clip, "rb") as file:
        sent = set(units(file.read()))
    for sample in samples:
        for unit in sample:
            check(unit in sent, unit[:40])


@scenario
def a_signed_camera_proves_itself_out_of_the_package():
    with open(SECRET, "w") as file:
        file.write(PASSWORD + "\n")
    site = os.path.join(WORK, "site")
    fresh_site(site)
    clip, port = signed_clip(), free_port()
    with open(site + "/plant.yaml") as file:
        head, cameras = file.read().split("\ncameras:\n")
    with open(site + "/plant.yaml", "w") as file:
        file.write(head + "\ncameras:\n" +
                   re.sub(r"port: \d+", f"port: {port}", cameras))
    camera = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         "haechi", "--password", "demo-camera", "--clip", clip + ":15"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    web_port = int(re.search(r"^  port: (\d+)", head, re.M).group(1))
    installation = Installation(site, web_port)
    try:
        api = installation.api()
        until(lambda: (lambda spans: spans and spans[-1][1] - spans[0][0] >
                       9 * S)(api.coverage(CAMERA)["recorded"]), 40, "nine s")
        now = api.coverage(CAMERA)["clock_us"]
        now -= now % S  # an order is given in whole seconds
        asked = (now - 7 * S, now - 3 * S)
        samples, said_of = samples_of(export(api, site, asked))
        sent_as_kept(samples, clip)
        whole = [group for group in said_of["groups"]
                 if group["from_us"] < asked[1]]
        check(len(said_of["groups"]) == len(whole) + 1, "and the one behind")
        proven = proves_itself(samples, said_of)
        check(proven == len(whole) >= 4, f"{proven} of {len(whole)} groups")
        last = max(i for i, sample in enumerate(samples)
                   if any(said(unit, SIGNATURE) for unit in sample))
        samples[last] = [unit for unit in samples[last]
                         if not said(unit, SIGNATURE)]
        try:
            proves_itself(samples, said_of)
        except StopIteration:
            pass
        else:
            check(False, "without the last SEI nothing is amiss")
        check(installation.stop() == 0, "an orderly stop")
    finally:
        if installation.process.poll() is None:
            installation.stop()
        camera.kill()
        camera.wait()


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
