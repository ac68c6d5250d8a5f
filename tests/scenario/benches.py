# SPDX-License-Identifier: Apache-2.0
"""The benchmarks, small: what they say makes sense.

Times on the clock are not judged here, only what was done in them; of the log
also what the processor needed, which others on the machine do not lengthen much."""
import glob
import json
import os
import shutil
import subprocess
import tempfile

from scenario import HAECHI, check, run, scenario

CLIP = os.path.join(os.path.dirname(HAECHI), "clips", "cam-1.h264")


def bench(*words, expected=0):
    base = tempfile.mkdtemp(prefix="haechi-benches-")
    try:
        done = subprocess.run([HAECHI, "bench", *words], timeout=240,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "TMPDIR": base})
        check(done.returncode == expected,
              f"{words}: {done.returncode} {done.stderr.decode()[-2000:]}")
        left = glob.glob(base + "/*")
        check(not left, f"{words} leaves {left}")
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return done


def figures(*words):
    return json.loads(bench(*words, "--json").stdout)


@scenario
def an_export_is_whole_and_checked_in_this_process_and_by_download():
    made = figures("export", "--minutes", "2", "--clip", CLIP)
    check(made["verified"] is True and made["peer_same_bytes"] is True, made)
    check(made["minutes"] == 2 and made["bytes"] > 2 * 60 * 10000, made)
    check(made["records"] >= 120 and made["hashes"] == 120, made)
    for name in ("mb_per_s", "peer_mb_per_s", "ratio", "mb_per_s_with_hashes",
                 "download_mb_per_s", "download_first_byte_s"):
        check(made[name] > 0, f"{name}: {made}")


@scenario
def one_order_destroys_all_there_is():
    made = figures("destroy", "--gigabytes", "0.1")
    check(made["verified"] is True, made)
    check(made["forgotten"] == made["records"] >= 400, made)
    check(made["seeds"] >= made["span"]["cameras"] == 100, made)
    check(0 < made["key_death_s"] <= made["space_freed_s"], made)
    check(made["shred_s"] > 0 and made["unlink_s"] > 0, made)
    check(made["left_mb"] < 100, made)
    # The table is that of two months, whatever is recorded.
    check(6 < made["key_table_mb"] <= 10, made)


@scenario
def a_random_minute_of_many_is_found_after_a_start():
    made = figures("seek", "--cameras", "20", "--days", "5")
    check(made["right"] == made["probes"] == 150, made)
    check(0 < made["first_picture_ms"]["p50"] <= made["first_picture_ms"]["p99"],
          made)
    check(0 < made["store_start_s"] + made["keyring_start_s"]
          <= made["startup_s"] + 0.002, made)
    check(made["index_mb"] > 0 and 0 < made["key_table_mb"] < 1, made)


@scenario
def a_sparse_disk_is_destroyed_with_its_index():
    made = figures("destroy", "--gigabytes", "20", "--sparse")
    check(made["verified"] is True and made["sparse"] is True, made)
    check(made["shred_s"] is None and made["unlink_s"] is None, made)
    check(made["volumes"] >= 18 and made["forgotten"] >= 80000, made)


@scenario
def a_log_is_written_proven_and_verified():
    entries = 200_000
    made = figures("log", "--entries", str(entries))
    print(f"# {made}", flush=True)
    check(made["entries"] == entries, made)
    check(made["bytes"] <= entries * 350, f"3.5 GB of ten million: {made}")
    check(entries / made["append_cpu_s"] >= 20_000, made)
    check(made["proof_ms"] < 50 and made["peak_rss_bytes"] < 400 << 20, made)
    # Both threads together; 4.7 is what it cost when lines were copied.
    check(made["verify_cpu_ratio"] <= 2, made)


@scenario
def a_recording_is_measured_in_a_network_of_its_own():
    made = figures("record", "--cameras", "3", "--seconds", "2", "--clip", CLIP,
                   "--namespace")
    check(made["cameras"] == 3 and made["verified"] is True, made)
    check(made["lost_packets"] == 0, made)
    check(made["softirq_s_per_camera_minute"] >= 0, made)
    check(made["floor_cpu_s_per_camera_minute"] >= 0, made)


@scenario
def cameras_over_udp_and_over_tls_are_measured_too():
    for words in (["--transport", "udp"], ["--tls"]):
        made = figures("record", "--cameras", "3", "--seconds", "2", "--clip",
                       CLIP, *words)
        check(made["verified"] is True and made["lost_packets"] == 0,
              f"{words}: {made}")
    done = bench("record", "--tls", "--transport", "udp", expected=2)
    check(b"--tls" in done.stderr, done.stderr)


@scenario
def a_fault_that_is_none_is_refused_before_anything_runs():
    for fault, words in (("nonsense", "KIND:CAMERA"), ("drop:4:1", "--cameras"),
                         ("drop:1", "KIND:CAMERA")):
        done = bench("record", "--cameras", "3", "--fault", fault, expected=2)
        said = done.stderr.decode()
        check(words in said and fault in said, said)


@scenario
def a_measurement_that_lost_something_is_a_finding():
    done = bench("record", "--cameras", "2", "--seconds", "2", "--clip", CLIP,
                 "--fault", "drop:1:0:60", "--json", expected=1)
    made = json.loads(done.stdout)
    check(made["lost_packets"] > 0 and made["verified"] is True, made)
    check(b"packets or pictures were lost" in done.stderr, done.stderr)


@scenario
def what_cannot_be_measured_is_refused_in_words():
    done = bench("destroy", "--gigabytes", "90000", "--sparse", "--dir",
                 "/nowhere/at/all", expected=3)
    check(b"cannot be made" in done.stderr, done.stderr)
    done = bench("destroy", "--gigabytes", "nine", expected=2)
    check(b"--gigabytes" in done.stderr or b"nine" in done.stderr, done.stderr)
    done = bench("export", "--clip", "/nowhere.h264", expected=3)
    check(b"make_clips" in done.stderr, done.stderr)


run()
