# SPDX-License-Identifier: Apache-2.0
"""Our reader of parameter sets beside ffprobe's, on fuzz_parameter_sets'
corpus: what ffprobe takes for the stream's size is a size that we read, unless
it is beyond our limit.

compare_headers.py HEADER_PROBE CORPUS"""
import os
import subprocess
import sys
import tempfile

# A key picture by which ffprobe takes the sets for those of a stream.
SLICES = {"h264": bytes.fromhex("0000016588ffffffffffffffff80"),
          "hevc": bytes.fromhex("0000012601af09400000000000")}
ENOUGH = 10  # sizes that both have read
SIZE_MAX = 16384  # media/sample.h: VIDEO_WIDTH_MAX


def ours(program, paths):
    """path -> [(width, height)]"""
    text = subprocess.run([program, *paths], check=True, capture_output=True,
                          text=True).stdout
    found = {path: [] for path in paths}
    for line in text.splitlines():
        path, *size = line.rsplit(" ", 2)
        found[path].append(tuple(map(int, size)))
    return found


def theirs(directory, path):
    with open(path, "rb") as file:
        content = file.read()
    codec = "hevc" if content[0] & 1 else "h264"
    stream = os.path.join(directory, "stream")
    with open(stream, "wb") as file:
        file.write(content[1:] + SLICES[codec] * 3)
    text = subprocess.run(
        ["ffprobe", "-v", "quiet", "-f", codec, "-show_entries",
         "stream=width,height", "-of", "csv=p=0", stream],
        capture_output=True, text=True, timeout=60).stdout.split()
    if not text:
        return None
    size = tuple(map(int, text[0].strip(",").split(",")))
    return size if all(size) else None


def main(program, corpus):
    paths = sorted(entry.path for entry in os.scandir(corpus))
    both, wrong = 0, []
    with tempfile.TemporaryDirectory() as directory:
        for path, sizes in ours(program, paths).items():
            size = theirs(directory, path)
            if size is None or max(size) > SIZE_MAX:
                continue
            both += size in sizes
            if size not in sizes:
                wrong.append(f"{os.path.basename(path)}: {sizes}, "
                             f"ffprobe {size}")
    print("1..1")
    for line in wrong:
        print(f"# {line}")
    print("ok 1" if not wrong and both >= ENOUGH else "not ok 1",
          f"- sizes as ffprobe reads them, {both} times")
    return wrong or both < ENOUGH


sys.exit(1 if main(*sys.argv[1:]) else 0)
