# SPDX-License-Identifier: Apache-2.0
"""A camera's RTSP side on loopback, with faults to order: what camsim, which is
a good camera, does not do.

  device = RtspDevice(clip, refuse={"SETUP": 453}, key_s=20, first_key_s=6, ...)
  device.port; device.asked (methods and paths); device.stop()
"""
import base64
import re
import socketserver
import struct
import threading

FRAMES_PER_SECOND = 15
PACKET_BYTES = 1400
VIDEO = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 {}/90000\r\n{}a=control:1\r\n"
SOUND = "m=audio 0 RTP/AVP 0\r\na=control:2\r\n"
SLICE, KEY_SLICE = 1, 5


def kind(unit):
    return unit[0] & 31


def begins_picture(unit):
    """first_mb_in_slice is 0: one bit."""
    return kind(unit) in (SLICE, KEY_SLICE) and unit[1] & 0x80


def two_pictures(clip):
    """The units of its first picture, a key one, and of the one behind it."""
    with open(clip, "rb") as file:
        units = [one.rstrip(b"\0") for one in
                 re.split(b"\0\0\1", file.read(1 << 20))[1:]]
    starts = [i for i, one in enumerate(units) if begins_picture(one)]
    other = [one for one in units[starts[1]:starts[2]] if kind(one) == SLICE]
    return units[:starts[1]], other


class RtspDevice:
    def __init__(self, clip, refuse=None, headers="", codec="H264",
                 sound=False, key_s=1, first_key_s=0, sends=True):
        self.key, self.other = two_pictures(clip)
        self.refuse, self.headers = refuse or {}, headers
        self.codec, self.sound, self.sends = codec, sound, sends
        self.key_s, self.first_key_s = key_s, first_key_s  # None: never
        self.asked = []
        device = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                device.serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.is_stopping = threading.Event()
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self):
        self.is_stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def description(self):
        sets = ",".join(base64.b64encode(one).decode() for one in self.key
                        if kind(one) in (7, 8))
        parameters = ("a=fmtp:96 packetization-mode=1;sprop-parameter-sets="
                      f"{sets}\r\n") if self.codec == "H264" else ""
        return ("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" +
                (VIDEO.format(self.codec, parameters) if self.codec else "") +
                (SOUND if self.sound or not self.codec else ""))

    def serve(self, handler):
        ends = threading.Event()
        try:
            while True:
                first = handler.rfile.read(1)
                if first == b"$":  # a report, between the questions
                    _, size = struct.unpack(">BH", handler.rfile.read(3))
                    handler.rfile.read(size)
                    continue
                line = (first + handler.rfile.readline()).decode()
                if not line:
                    return
                method, address = line.split()[:2]
                headers = {}
                while (line := handler.rfile.readline().decode().strip()):
                    name, value = line.split(":", 1)
                    headers[name.lower()] = value.strip()
                self.asked.append((method, re.sub(r"rtsp://[^/]*", "",
                                                  address)))
                self.answer(handler, method, headers, ends)
        except (OSError, ValueError, KeyError):
            pass
        finally:
            ends.set()

    def answer(self, handler, method, headers, ends):
        code = self.refuse.get(method, 200)
        body = self.description() if method == "DESCRIBE" and code == 200 else ""
        words = [f"RTSP/1.0 {code} Word", f"CSeq: {headers['cseq']}"]
        words += [self.headers] * (code != 200)
        if method == "SETUP" and code == 200:
            words += ["Session: 1", f"Transport: {headers['transport']}"]
        if body:
            words += ["Content-Type: application/sdp",
                      f"Content-Length: {len(body)}"]
        handler.wfile.write(("\r\n".join(words) + "\r\n\r\n" + body).encode())
        if method == "PLAY" and code == 200 and self.sends:
            threading.Thread(target=self.play, args=(handler.connection, ends),
                             daemon=True).start()

    def is_key(self, index):
        if self.first_key_s is None:
            return False
        index -= self.first_key_s * FRAMES_PER_SECOND
        return index >= 0 and index % (self.key_s * FRAMES_PER_SECOND) == 0

    def play(self, connection, ends):
        index = sequence = 0
        try:
            while not self.is_stopping.is_set():
                units = self.key if self.is_key(index) else self.other
                for number, unit in enumerate(units):
                    for payload, is_last in pieces(unit):
                        marker = is_last and number == len(units) - 1
                        packet = struct.pack(
                            ">BBHII", 0x80, 96 | marker << 7,
                            sequence & 0xffff,
                            index * 90000 // FRAMES_PER_SECOND, 7) + payload
                        connection.sendall(
                            struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                        sequence += 1
                index += 1
                if ends.wait(1 / FRAMES_PER_SECOND):
                    return
        except OSError:
            pass  # it had enough


def pieces(unit):
    """RFC 6184: whole, or as fragments (FU-A)."""
    if len(unit) <= PACKET_BYTES:
        yield unit, True
        return
    head, rest = unit[0], unit[1:]
    for at in range(0, len(rest), PACKET_BYTES):
        is_last = at + PACKET_BYTES >= len(rest)
        yield bytes([head & 0xe0 | 28,
                     (at == 0) << 7 | is_last << 6 | head & 31]) + \
            rest[at:at + PACKET_BYTES], is_last
