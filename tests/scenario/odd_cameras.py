# SPDX-License-Identifier: Apache-2.0
"""Cameras of a test's own, over RTSP inside the connection: each plays a clip, and
what it does wrong with times and packets is a function of its number."""
import re
import socket
import struct
import threading
import time

TICKS_A_S = 90000
FRAMES_A_S = 15
PAYLOAD_MAX = 1400


def pictures(path):
    """NAL units of each picture of an Annex B file of H.264."""
    found, units = [], []
    with open(path, "rb") as clip:
        split = re.split(b"\0\0\0\1|\0\0\1", clip.read())
    for unit in filter(None, split):
        kind = unit[0] & 31
        ends = units and any(one[0] & 31 in (1, 5) for one in units)
        if ends and (kind not in (1, 5) or unit[1] & 0x80):
            found.append(units)
            units = []
        units.append(unit)
    return found + [units]


def is_key(units):
    return any(unit[0] & 31 == 5 for unit in units)


class Rtp:
    """Pictures as interleaved packets of one source."""

    def __init__(self):
        self.sequence = 100

    def pack(self, units, ticks, lost=None):
        """lost: the packet that is left away."""
        payloads = []
        for at, unit in enumerate(units):
            is_last = at + 1 == len(units)
            if len(unit) <= PAYLOAD_MAX:
                payloads.append((unit, is_last))
                continue
            for begin in range(1, len(unit), PAYLOAD_MAX):
                end = min(begin + PAYLOAD_MAX, len(unit))
                ends = end == len(unit)
                head = bytes([unit[0] & 0xe0 | 28,
                              (begin == 1) << 7 | ends << 6 | unit[0] & 31])
                payloads.append((head + unit[begin:end], is_last and ends))
        out = b""
        for at, (payload, has_marker) in enumerate(payloads):
            self.sequence = self.sequence + 1 & 0xffff
            if at != lost:
                packet = struct.pack(">BBHII", 0x80, 96 | has_marker << 7,
                                     self.sequence, ticks & 0xffffffff,
                                     0x1234) + payload
                out += b"$\0" + struct.pack(">H", len(packet)) + packet
        return out


class Play:
    """One connection that plays: send(k, ...) at its time, from the start."""

    def __init__(self, connection, clip):
        self.connection, self.clip, self.rtp = connection, clip, Rtp()
        self.begun = time.monotonic()

    def past(self):
        return time.monotonic() - self.begun

    def wait(self, past_s):
        time.sleep(max(0, past_s - self.past()))

    def send(self, units, ticks, lost=None):
        self.connection.sendall(self.rtp.pack(units, int(ticks), lost))

    def frames(self):
        """Numbers and pictures of the clip for ever, each at its time."""
        at = 0
        while True:
            self.wait(at / FRAMES_A_S)
            yield at, self.clip[at % len(self.clip)]
            at += 1


def plain(play):
    for at, units in play.frames():
        play.send(units, at * TICKS_A_S / FRAMES_A_S)


ANSWERS = {
    "OPTIONS": ("Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n",
                ""),
    "DESCRIBE": ("Content-Type: application/sdp\r\n",
                 "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                 "a=fmtp:96 packetization-mode=1\r\na=control:t1\r\n"),
    "SETUP": ("Session: 7;timeout=60\r\n"
              "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", ""),
}


class OddCameras:
    """manners: number of a camera -> function of a Play; others are plain."""

    def __init__(self, clip, port, manners):
        self.clip, self.manners = pictures(clip), manners
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def play(self, connection, number):
        try:
            self.manners.get(number, plain)(Play(connection, self.clip))
        except OSError:
            pass

    def serve(self, connection):
        number, waiting = 0, b""
        with connection:
            while data := self.read(connection):
                waiting += data
                while found := re.search(rb"(\w+) \S*?(?:/cam/(\d+))?\S* RTSP/"
                                         rb".*?\r\nCSeq: (\d+).*?\r\n\r\n",
                                         waiting, re.DOTALL):
                    waiting = waiting[found.end():]
                    method = found[1].decode()
                    path = re.search(rb"/cam/(\d+)", found[0])
                    number = int(path[1]) if path else number
                    head, body = ANSWERS.get(method, ("", ""))
                    connection.sendall(
                        f"RTSP/1.0 200 OK\r\nCSeq: {found[3].decode()}\r\n"
                        f"{head}Content-Length: {len(body)}\r\n\r\n"
                        f"{body}".encode())
                    if method == "PLAY":
                        threading.Thread(target=self.play, daemon=True,
                                         args=(connection, number)).start()

    @staticmethod
    def read(connection):
        try:
            return connection.recv(65536)
        except OSError:
            return b""

    def close(self):
        self.listener.close()
