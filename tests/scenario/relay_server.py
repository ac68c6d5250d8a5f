# SPDX-License-Identifier: Apache-2.0
"""A camera that is not ours: RTSP::Server (Debian's librtsp-server-perl), to
which ffmpeg sends a clip; it passes the packets on over UDP, without a
Content-Base, and from SETUP on."""
import subprocess
import tempfile

from gst_server import FRAMES_PER_SECOND, encode
from scenario import free_port, until
from vlc_server import is_described

SERVER = """
use AnyEvent; use RTSP::Server;
RTSP::Server->new_with_options->listen; AnyEvent->condvar->recv;
"""


class Relay:
    """rtsp://127.0.0.1:port/live: a clip, a key frame a second, again and
    again."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="haechi-relay-")
        self.h264, film = encode(self.directory.name, "h264", self.seconds,
                                 ["-c:v", "libx264", "-g",
                                  str(FRAMES_PER_SECOND), "-bf", "0",
                                  "-x264-params", "slices=3"])
        self.port, source = free_port(), free_port()
        self.processes = [self.start(
            "perl", "-e", SERVER, "--",
            "--client_listen_address", "127.0.0.1", "--clientport",
            str(self.port), "--source_listen_address", "127.0.0.1",
            "--serverport", str(source), "--rtp_start_port",
            str(free_port() & ~1))]
        # It may listen a moment later.
        until(lambda: self.feeds(film, source), 60, "the relay has a stream")
        return self

    @staticmethod
    def start(*command):
        return subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def feeds(self, film, source):
        """Whether the stream is described already; sends it if nobody does."""
        if len(self.processes) > 1 and self.processes[-1].poll() is not None:
            self.processes.pop()
        if len(self.processes) == 1:
            self.processes.append(self.start(
                "ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i",
                film, "-c", "copy", "-f", "rtsp", "-rtsp_transport", "udp",
                f"rtsp://127.0.0.1:{source}/live"))
        return is_described(self.port, "/live")

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(20)
        self.directory.cleanup()
