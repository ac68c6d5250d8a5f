# SPDX-License-Identifier: Apache-2.0
"""haechi camera test against streams that fail: each failure has its own
finding, and so its own remedy; what is recorded has none."""
import time

from camera_site import CLIP, DOUBTS, Site
from rtsp_device import RtspDevice
from scenario import check, run, scenario


def with_device(site, path="/cam/1", **faults):
    device = RtspDevice(CLIP, **faults)
    site.write(port=device.port, path=path)
    return device


def finds(site, finding, code=1, seconds=1, **faults):
    """A device with these faults has this finding, and no other."""
    device = with_device(site, **faults)
    try:
        said, found = site.test(code=code, seconds=seconds)
    finally:
        device.stop()
    check(found == DOUBTS | ({finding} if finding else set()),
          (faults, found, said["stream"]))
    return said


@scenario
def each_transport_is_the_cameras_own():
    with Site() as site:
        site.simulate("--transport", "udp")
        said, found = site.test(code=1)
        check(found == DOUBTS | {"stream_tcp_refused"}, found)
        for transport in ("udp", "any"):
            site.write(transport=transport)
            said, found = site.test()
            check(found == DOUBTS, (transport, found, said["stream"]))
            check((said["stream"]["transport"], said["stream"]["codec"]) ==
                  ("udp", "H.264"), said["stream"])
            check(1300 < said["stream"]["fps_100"] < 1700, said["stream"])
        site.simulate("--transport", "tcp")
        said, found = site.test()  # any: tcp is what it takes first
        check(found == DOUBTS and said["stream"]["transport"] == "tcp", found)
        site.write(transport="udp")
        said, found = site.test(code=1)
        check(found == DOUBTS | {"stream_udp_refused"}, found)
        # No answer, and one of another protocol, at the stream's port.
        site.write(transport=None)
        site.simulate("--fault", "noreply:1:0:0")
        said, found = site.test(code=1)
        check(found == DOUBTS | {"stream_not_rtsp"}, found)
        site.simulate()
        site.write(tls="true", onvif_port=None)
        said, found = site.test(code=1)
        check("stream_no_tls" in found and "no_connection" not in found, found)
        site.simulate("--tls")
        site.write(tls=None)
        said, found = site.test(code=1)
        check("stream_not_rtsp" in found, found)


@scenario
def each_answer_has_its_own_remedy():
    with Site() as site:
        finds(site, None, code=0, seconds=3)
        for refuse, finding in (({"SETUP": 453}, "stream_busy"),
                                ({"DESCRIBE": 503}, "stream_busy"),
                                ({"DESCRIBE": 404}, "stream_absent"),
                                ({"DESCRIBE": 403}, "stream_forbidden"),
                                ({"SETUP": 461}, "stream_tcp_refused")):
            said = finds(site, finding, refuse=refuse)
            check(said["stream"]["rtsp_code"] in refuse.values(), said)
        # Where it is said to be is shown, where that is an address at all.
        for location, place in (
                ("rtsp://127.0.0.1:1/elsewhere", "rtsp://127.0.0.1:1/elsewhere"),
                ("http://a/elsewhere", ""), ("rtsp://a/" + "x" * 2000, "")):
            said = finds(site, "stream_moved", refuse={"DESCRIBE": 302},
                         headers=f"Location: {location}")
            check(said["stream"]["moved_to"] == place, said["stream"])
        device = with_device(site, refuse={"DESCRIBE": 302},
                             headers="Location: rtsp://127.0.0.1:1/elsewhere")
        try:
            for language, words in (("ko", "가리키는 곳"), ("en", "points to")):
                text = site.camera("test", "--camera", "1", "--lang", language,
                                   code=1).stdout
                check(words + ": rtsp://127.0.0.1:1/elsewhere\n" in text, text)
        finally:
            device.stop()
        finds(site, "stream_basic", refuse={"DESCRIBE": 401},
              headers='WWW-Authenticate: Basic realm="x"')
        finds(site, "stream_codec", codec="JPEG")
        finds(site, "sound_on", sound=True, seconds=2)
        device = with_device(site, codec=None)
        try:
            said, found = site.test(code=1)
        finally:
            device.stop()
        check(found == DOUBTS | {"stream_no_video", "sound_on"}, found)
        finds(site, "stream_silent", sends=False)
        site.write(transport="udp")
        finds(site, "stream_no_datagrams", sends=False)


@scenario
def key_pictures_are_waited_for():
    with Site() as site:
        said = finds(site, "key_pictures_rare", code=0, key_s=20,
                     first_key_s=10, seconds=1)
        check(said["stream"]["arrives"] and said["stream"]["gop"] == 0, said)
        device = with_device(site, key_s=20, first_key_s=None)
        try:
            began = time.monotonic()
            text = site.camera("test", "--camera", "1", "--lang", "en",
                               code=1).stdout
            check("set the I-frame interval" in text and
                  "[key_pictures_missing]" in text and
                  "H.265" not in text, text)
            check(time.monotonic() - began < 50, "it waits no longer")
            # Nothing but words: no name of a cause, none of a status.
            check("arrives: nothing\n" in text and "unsupported" not in text,
                  text)
        finally:
            device.stop()
        # What a second is too short for is not said as a number.
        device = with_device(site, key_s=20)
        try:
            text = site.camera("test", "--camera", "1", "--seconds",
                               "1").stdout
            check("GOP: 아직 알 수 없음" in text and "GOP 0" not in text, text)
        finally:
            device.stop()


@scenario
def the_smaller_stream_is_looked_at():
    with Site() as site:
        site.write(sub_path="/cam/2", onvif_port=None)
        said, found = site.test()
        check("stream_absent" not in found, found)
        sub = said["sub_stream"]
        check(sub["arrives"] and sub["codec"] == "H.264" and sub["width"] > 0 and
              1300 < sub["fps_100"] < 1700 and sub["kbps"] > 10, sub)
        site.write(sub_path="/cam/77")
        said, found = site.test(code=1)
        check(said["stream"]["arrives"] and "stream_absent" in found, said)
        check([one["stream"] for one in said["findings"]
               if one["name"] == "stream_absent"] == ["sub"], said)
        text = site.camera("test", "--camera", "1", "--seconds", "1", "--lang",
                           "en", code=1).stdout
        check("fault (smaller stream):" in text and "sub_path" in text and
              "smaller stream: nothing (RTSP 404)" in text, text)


run()
