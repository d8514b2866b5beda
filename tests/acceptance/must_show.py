#!/usr/bin/python3
"""Measures, on a release build, what the project promises for its main job.

Reads the reference keys from PERFECTHASH_SHARED or ../shared; prints a line
with figures and a verdict for each promise. Returns 1 if one is not kept, 0
if all are, also when there are no reference keys here.
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from server_under_test import Peak, ServerUnderTest, resident_bytes

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SYS32_FILES = 13637
SYS32_WALL_S = 4.0
HASH_FUNCTIONS = ("MultiplyShiftR", "MultiplyShiftRX", "Mulshrolate1RX",
                  "Mulshrolate2RX", "Mulshrolate3RX", "Mulshrolate4RX",
                  "Jenkins")
M4RX = ("--hash-function", "Mulshrolate4RX")
COMPUTE_ONLY = ("--file-io", "none", *M4RX)
QUIET = ("--progress", "none", "-o", "json")
MIB = 1 << 20

EXIT_FAILED, EXIT_USAGE, EXIT_CANNOT_CONNECT = 1, 2, 3
EXIT_CANCELLED, EXIT_INTERRUPTED = 5, 130


class Broken(Exception):
    """A promise is not kept; says which."""


class Skipped(Exception):
    """Cannot be shown here; says why."""


def require(condition, text):
    if not condition:
        raise Broken(text)


def progress_of(job):
    """Returns (succeeded, failed, cancelled, total) of a job as JSON."""
    progress = job["progress"]
    return tuple(int(progress[name]) for name in (
        "itemsSucceeded", "itemsFailed", "itemsCancelled", "itemsTotal"))


def require_all_succeeded(result, count):
    require(result.code == 0, "exit code %d: %s" % (result.code, result.err))
    report = result.json
    require(progress_of(report["job"]) == (count, 0, 0, count),
            "progress %s" % report["job"]["progress"])
    require(not report["failures"] and not report["localFailures"],
            "failures are reported")
    return report


def require_serving(server, keys):
    """The server still does its work, and holds nothing."""
    result = server.cli("create", keys, "--file-io", "none", *QUIET,
                        timeout=60)
    require(result.code == 0, "no longer serving: " + result.err)
    require(server.wait_until(lambda: server.outstanding() == 0),
            "outstanding: %d" % server.outstanding())


def tree_digest(folder):
    """Returns (digest of all names and bytes, files, bytes)."""
    digest, files, size = hashlib.sha256(), 0, 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(content).digest())
        files += 1
        size += len(content)
    return digest.hexdigest(), files, size


class Acceptance:
    def __init__(self, build, shared, folder, runs):
        self.build, self.folder, self.runs = build, folder, runs
        keys = shared / "keys"
        subprocess.run(["tar", "-C", folder, "-xf", keys / "sys32.tar.xz"],
                       check=True)
        self.sys32 = folder / "sys32"
        self.sets = [keys / "hard", keys / "set1"]
        self.one_file = next(iter(sorted(self.sys32.glob("*.keys"))))
        self.two_hundred = folder / "two-hundred"
        self.two_hundred.mkdir()
        for path in sorted(self.sys32.glob("*.keys"))[::68][:200]:
            shutil.copy(path, self.two_hundred)

    def server(self, *flags, **options):
        return ServerUnderTest(self.build, self.folder, *flags, **options)

    # ---------------------------------------------------------- the main job

    def compute(self, *flags):
        walls, first = [], None
        with self.server() as server:
            first = server.cli("create", self.one_file, *COMPUTE_ONLY, *QUIET)
            require(first.code == 0, first.err)
            before = resident_bytes(server.pid)
            with Peak(server.pid) as peak:
                for _ in range(self.runs):
                    result = server.cli("bulk", self.sys32, *COMPUTE_ONLY,
                                        *flags, *QUIET, timeout=120)
                    require_all_succeeded(result, SYS32_FILES)
                    walls.append(result.wall_s)
            budget = server.cli("server", "info", "-o",
                                "json").json["load"]["threadsBudget"]
            nodes = server.cli("server", "nodes", "-o", "jsonl").out
            workers = sum(json.loads(node)["threads"]
                          for node in nodes.splitlines())
            require(server.wait_until(lambda: server.outstanding() == 0),
                    "outstanding: %d" % server.outstanding())
            after = resident_bytes(server.pid)
        figures = ("wall %.2f s first (with upload), then %.2f-%.2f s; "
                   "threads <= %d of %d (and %d of the kernel's); resident "
                   "%.0f MiB before, %.0f most, %.0f after" % (
                       walls[0], min(walls[1:] or walls),
                       max(walls[1:] or walls), peak.threads, budget,
                       peak.kernel_threads,
                       before / MIB, peak.rss_bytes / MIB, after / MIB))
        require(max(walls) <= SYS32_WALL_S, "too slow: " + figures)
        require(peak.threads <= budget, "too many threads: " + figures)
        # The kernel's rule for one ring; every worker has a ring.
        kernel_max = 4 * os.cpu_count() * workers
        require(peak.kernel_threads <= kernel_max,
                "too many of the kernel's threads: " + figures)
        return figures

    def sys32_compute(self):
        return self.compute()

    def sys32_concurrency_64(self):
        return self.compute("--max-concurrency", "64")

    def memory_returns(self):
        """No run adds to the one before, and what stays is small."""
        # The job before is forgotten a moment later: both may be there.
        allowed, allowed_growth = 20 * MIB, 20 * MIB
        sizes = []
        with self.server("--finished-jobs-max", "1") as server:
            require_serving(server, self.one_file)
            sizes.append(resident_bytes(server.pid))
            for _ in range(self.runs):
                result = server.cli("bulk", self.sys32, *COMPUTE_ONLY, *QUIET)
                require_all_succeeded(result, SYS32_FILES)
                sizes.append(resident_bytes(server.pid))
            require_serving(server, self.one_file)  # pushes out the last one
            returned = server.wait_until(
                lambda: resident_bytes(server.pid) <= sizes[0] + allowed,
                timeout_s=5)
            sizes.append(resident_bytes(server.pid))
        figures = ("resident before, after each run, and when the last job is "
                   "forgotten, MiB: " + " ".join(
                       "%.0f" % (size / MIB) for size in sizes))
        require(returned, figures)
        require(max(sizes[1:-1]) <= sizes[1] + allowed_growth, figures)
        return figures

    def sys32_files(self):
        trees, digests, figures = {}, {}, []
        with self.server() as server:
            for file_io in ("overlapped", "mapped", "none"):
                output = self.folder / ("tables-" + file_io)
                result = server.cli("bulk", self.sys32, "--file-io", file_io,
                                    *M4RX, "-O", output, *QUIET)
                report = require_all_succeeded(result, SYS32_FILES)
                items = server.cli("job", "items", report["job"]["name"],
                                   "-o", "jsonl")
                digests[file_io] = [
                    (item["itemId"], item["result"]["tableDigest"])
                    for item in map(json.loads, items.out.splitlines())]
                require(len(digests[file_io]) == SYS32_FILES,
                        "%d items are listed" % len(digests[file_io]))
                figure = "%s %.1f s" % (file_io, result.wall_s)
                if file_io != "none":
                    digest, files, size = tree_digest(output)
                    trees[file_io] = digest
                    require(len(list(output.iterdir())) == SYS32_FILES,
                            "directories are missing")
                    require(str(files) == str(report["download"]["files"]),
                            "partial: %d files of %s" % (
                                files, report["download"]["files"]))
                    figure += " (%d files, %d bytes)" % (files, size)
                    shutil.rmtree(output)
                figures.append(figure)
            require_serving(server, self.one_file)
        require(len(set(trees.values())) == 1, "the files differ")
        require(digests["overlapped"] == digests["mapped"] == digests["none"],
                "the digests differ")
        return ", ".join(figures) + "; equal bytes and digests"

    def server_directory(self):
        trees, figures = {}, []
        with self.server("--allow-directory", self.folder) as server:
            for file_io in ("overlapped", "mapped"):
                output = self.folder / ("server-" + file_io)
                result = server.cli("bulk", "--server-directory", self.sys32,
                                    "--server-output", output, "--file-io",
                                    file_io, *M4RX, *QUIET)
                require_all_succeeded(result, SYS32_FILES)
                trees[file_io], files, size = tree_digest(output)
                shutil.rmtree(output)
                figures.append("%s %.1f s (%d files, %d bytes)"
                               % (file_io, result.wall_s, files, size))
            require_serving(server, self.one_file)
        require(trees["overlapped"] == trees["mapped"], "the files differ")
        return ", ".join(figures) + "; equal bytes"

    def hard_sets(self):
        limit_s, figures = 2, []
        with self.server() as server:
            for folder in self.sets:
                files = len(list(folder.glob("*.keys")))
                for function in HASH_FUNCTIONS:
                    result = server.cli(
                        "bulk", folder, "--file-io", "none",
                        "--hash-function", function, "--max-solve-time",
                        "%ds" % limit_s, *QUIET, timeout=60 + files * limit_s)
                    require(result.code in (0, EXIT_FAILED),
                            "%s: exit code %d: %s"
                            % (function, result.code, result.err))
                    report = result.json
                    good, bad, cancelled, total = progress_of(report["job"])
                    require((good + bad, cancelled, total)
                            == (files, 0, files), "%s: %s" % (
                                function, report["job"]["progress"]))
                    for item in report["failures"]:
                        said = json.dumps(item["error"])
                        require("TIME_LIMIT" in said or "HOPELESS" in said,
                                "%s: %s" % (item["itemId"], item["error"]))
                    figures.append("%s %s %d/%d %.1f s" % (
                        folder.name, function, good, total, result.wall_s))
            require_serving(server, self.one_file)
        return "; ".join(figures)

    def small_job_is_not_behind(self):
        with self.server() as server:
            big = server.cli("bulk", self.sys32, *M4RX, "--detach", "-o",
                             "name").out.strip()
            small = server.cli("bulk", self.two_hundred, *COMPUTE_ONLY,
                               "--fairness-key", "small", *QUIET)
            require_all_succeeded(small, 200)
            at_end = server.cli("job", "get", big, "-o", "json").json
            done = int(at_end["progress"]["itemsSucceeded"])
            waited = server.cli("job", "wait", big, "-o", "json")
            require(waited.code == 0, waited.err)
            require(progress_of(waited.json)[0] == SYS32_FILES, "incomplete")
        figures = ("200 files done in %.2f s, when %d of %d of the big job "
                   "were" % (small.wall_s, done, SYS32_FILES))
        require(done < SYS32_FILES * 3 // 4, figures)
        return figures

    # ------------------------------------------------------ what may go wrong

    def start_endless(self, server, *flags):
        """Starts a client on a job of many seconds; returns it when at work."""
        client = server.start_cli("bulk", self.sys32, *M4RX, "--max-threads",
                                  "1", "--progress", "none", *flags)
        require(server.wait_until(
            lambda: (server.newest_job() or {}).get("state")
            == "STATE_RUNNING"), "the job never ran")
        return client

    def interrupted_client(self):
        with self.server() as server:
            client = self.start_endless(server, *("-O", self.folder / "int"))
            client.send_signal(signal.SIGINT)
            out, err = client.communicate(timeout=20)
            job = server.newest_job()
            require(client.returncode == EXIT_INTERRUPTED,
                    "exit code %d: %s%s" % (client.returncode, out, err))
            require(job["name"] in err, "no way back is named: " + err)
            server.cli("job", "cancel", job["name"])
            require_serving(server, self.one_file)
        return "exit code %d, the job went on and was named: %s" % (
            client.returncode, err.strip().splitlines()[-1])

    def stalled_client(self):
        with self.server() as server:
            before = resident_bytes(server.pid)
            client = self.start_endless(server, "--file-io", "none")
            client.send_signal(signal.SIGSTOP)
            try:
                job = server.newest_job()["name"]
                waited = server.cli("job", "wait", job, "-o", "json")
                require(progress_of(waited.json)[0] == SYS32_FILES,
                        "the job did not end")
                grown = resident_bytes(server.pid) - before
            finally:
                client.send_signal(signal.SIGCONT)
            client.communicate(timeout=60)
            require(client.returncode == 0, "client: %d" % client.returncode)
            require_serving(server, self.one_file)
        return ("job ended beside it, resident +%.0f MiB; woken, the client "
                "ended with 0" % (grown / MIB))

    def cancel_in_mid_run(self):
        with self.server() as server:
            client = self.start_endless(server, "--file-io", "none", "-o",
                                        "json")
            job = server.newest_job()["name"]
            start = time.monotonic()
            server.cli("job", "cancel", job)
            out, err = client.communicate(timeout=20)
            wall = time.monotonic() - start
            require(client.returncode == EXIT_CANCELLED,
                    "exit code %d: %s" % (client.returncode, err))
            good, bad, cancelled, total = progress_of(json.loads(out)["job"])
            require(good + bad + cancelled == total and cancelled > 0,
                    "progress does not add up")
            require_serving(server, self.one_file)
        return "over after %.2f s, %d done, %d cancelled, exit code 5" % (
            wall, good, cancelled)

    @contextlib.contextmanager
    def small_disk(self, mib):
        if os.geteuid() != 0:
            raise Skipped("a small disk needs root")
        disk = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % mib,
                        "tmpfs", disk], check=True)
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", disk], check=True)

    def full_disk(self):
        with self.small_disk(4) as disk, self.server(
                "--allow-directory", self.folder) as server:
            result = server.cli("bulk", "--server-directory",
                                self.two_hundred, "--server-output",
                                disk / "tables", *M4RX, *QUIET)
            require(result.code == EXIT_FAILED, "exit code %d: %s"
                    % (result.code, result.err))
            good, bad, _, _ = progress_of(result.json["job"])
            require(good + bad == 200 and bad > 0, "%d failed" % bad)
            said = result.json["failures"][0]["error"]["message"]
            partial = [path for path in (disk / "tables").rglob("*")
                       if path.is_file() and ".tmp" in path.name]
            require(not partial, "temporary files stay: %s" % partial[:3])
            require_serving(server, self.one_file)
        return "exit code 1, %d failed: %s" % (bad, said)

    def full_data_disk(self):
        with self.small_disk(4) as disk, self.server(data=disk) as server:
            result = server.cli("bulk", self.sys32, *COMPUTE_ONLY, *QUIET)
            require(result.code not in (0, -1), "exit code %d" % result.code)
            require(server.cli("server", "health").code == 0, "not healthy")
            require(server.outstanding() == 0, "outstanding")
        return "exit code %d: %s" % (result.code,
                                     result.err.strip().splitlines()[0])

    def bad_key_files(self):
        folder = self.folder / "bad"
        folder.mkdir()
        for path in list(self.two_hundred.iterdir())[:10]:
            shutil.copy(path, folder)
        (folder / "odd.keys").write_bytes(b"seven b")
        (folder / "twice.keys").write_bytes(b"\x07\0\0\0" * 2)
        unreadable = folder / "unreadable.keys"
        unreadable.symlink_to(folder / "nowhere")
        with self.server("--allow-directory", self.folder) as server:
            local = server.cli("bulk", folder, *COMPUTE_ONLY, *QUIET)
            require(local.code == EXIT_FAILED, "exit code %d: %s"
                    % (local.code, local.err))
            require(progress_of(local.json["job"])[0] == 10, "of 10 good ones")
            told = json.dumps(local.json)
            for name in ("odd", "twice", "unreadable"):
                require(name in told, "%s.keys is not named" % name)
            remote = server.cli("bulk", "--server-directory", folder,
                                *COMPUTE_ONLY, *QUIET)
            require(remote.code == EXIT_FAILED, "on the server: exit code %d: "
                    "%s" % (remote.code, remote.err))
            require(progress_of(remote.json["job"]) == (10, 3, 0, 13),
                    "on the server: %s" % remote.json["job"]["progress"])
            require_serving(server, self.one_file)
        return ("odd length, duplicate, unreadable: exit code 1, each named, "
                "the 10 others made")

    def empty_directory(self):
        folder = self.folder / "empty"
        folder.mkdir()
        with self.server() as server:
            result = server.cli("bulk", folder, *QUIET)
            require(result.code == EXIT_USAGE and str(folder) in result.err,
                    "exit code %d: %s" % (result.code, result.err))
            require_serving(server, self.one_file)
        return "exit code 2: " + result.err.strip().splitlines()[0]

    def wrong_address(self):
        with self.server() as server:
            figures = []
            for address in ("unix:/nowhere/at/all", "127.0.0.1:1"):
                result = server.cli("server", "info", "--address", address,
                                    timeout=20)
                require(result.code == EXIT_CANNOT_CONNECT
                        and address in result.err, "%s: exit code %d: %s"
                        % (address, result.code, result.err))
                figures.append("%s: exit code 3 after %.1f s"
                               % (address, result.wall_s))
        return "; ".join(figures)


CASES = ("sys32_compute", "sys32_concurrency_64", "memory_returns",
         "sys32_files", "server_directory", "hard_sets",
         "small_job_is_not_behind", "interrupted_client", "stalled_client",
         "cancel_in_mid_run", "full_disk", "full_data_disk", "bad_key_files",
         "empty_directory", "wrong_address")


def run_case(acceptance, name):
    """Returns (verdict, figures)."""
    try:
        return "PASS", getattr(acceptance, name)()
    except Skipped as skipped:
        return "SKIP", str(skipped)
    except Broken as broken:
        return "FAIL", str(broken)
    except (OSError, ValueError, KeyError, RuntimeError,
            subprocess.SubprocessError) as error:
        return "FAIL", "%s: %s" % (type(error).__name__, error)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build" / "release",
                        help="build directory (%(default)s)")
    parser.add_argument("--runs", type=int, default=10,
                        help="of sys32 in a row (%(default)s)")
    parser.add_argument("--only", metavar="REGEX", default="",
                        help="cases: " + ", ".join(CASES))
    arguments = parser.parse_args()
    shared = pathlib.Path(os.environ.get("PERFECTHASH_SHARED",
                                         ROOT.parent / "shared"))
    if not (shared / "keys" / "sys32.tar.xz").exists():
        print("skipped: no reference keys in %s (set PERFECTHASH_SHARED)"
              % shared)
        return 0
    failed = 0
    with tempfile.TemporaryDirectory(prefix="perfecthash-") as folder:
        acceptance = Acceptance(arguments.build.resolve(), shared,
                                pathlib.Path(folder), arguments.runs)
        for name in CASES:
            if not re.search(arguments.only, name):
                continue
            verdict, figures = run_case(acceptance, name)
            failed += verdict == "FAIL"
            print("%s  %-24s %s" % (verdict, name, figures), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
