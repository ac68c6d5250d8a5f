# SPDX-License-Identifier: Apache-2.0
"""A camera that is not ours and sends over UDP alone: VLC."""
import os
import shutil
import socket
import subprocess
import tempfile

from gst_server import FRAMES_PER_SECOND, encode
from scenario import free_port, until

NOBODY = 65534  # VLC will not run as root


def is_described(port, path):
    """Whether a server has a stream already."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as peer:
            peer.settimeout(1)
            peer.sendall(f"DESCRIBE rtsp://127.0.0.1:{port}{path} "
                         "RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            return b"sprop" in peer.recv(65536)
    except OSError:
        return False


class Vlc:
    """rtsp://127.0.0.1:port/vlc: a clip, a key frame a second, again and
    again."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="haechi-vlc-")
        path = self.directory.name
        os.chmod(path, 0o755)
        self.h264, film = encode(path, "h264", self.seconds,
                                 ["-c:v", "libx264", "-g",
                                  str(FRAMES_PER_SECOND), "-bf", "0",
                                  "-x264-params", "slices=3"])
        clip = os.path.join(path, "clip.ts")
        subprocess.run(["ffmpeg", "-v", "error", "-i", film, "-c", "copy",
                        clip], check=True)
        home = os.path.join(path, "home")
        os.mkdir(home)
        before = []
        if os.geteuid() == 0:
            shutil.chown(home, NOBODY, NOBODY)
            before = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                      "--clear-groups"]
        self.port = free_port()
        self.process = subprocess.Popen(
            [*before, "vlc", "-I", "dummy", "--no-audio", "--loop",
             "file://" + clip, "--sout",
             f"#rtp{{sdp=rtsp://127.0.0.1:{self.port}/vlc}}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home})
        until(lambda: is_described(self.port, "/vlc"), 60, "VLC listens")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.directory.cleanup()
