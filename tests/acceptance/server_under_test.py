"""A perfecthashd of the test's own, and the client that talks to it."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time


class Result:
    """What one run of the client gave."""

    def __init__(self, code, out, err, wall_s):
        self.code, self.out, self.err, self.wall_s = code, out, err, wall_s

    @property
    def json(self):
        return json.loads(self.out)


class Peak(threading.Thread):
    """Samples a process's threads and resident memory until it is left."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.rss_bytes = pid, 0
        self.threads = self.kernel_threads = 0
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            own, kernel = thread_count(self.pid)
            self.threads = max(self.threads, own)
            self.kernel_threads = max(self.kernel_threads, kernel)
            self.rss_bytes = max(self.rss_bytes, resident_bytes(self.pid))
            self.done.wait(0.02)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()


def thread_count(pid):
    """Returns (threads of the program, the kernel's helpers of io_uring)."""
    own = kernel = 0
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            name = pathlib.Path("/proc/%d/task/%s/comm" % (pid, task))
            if name.read_text(encoding="ascii").startswith("iou-"):
                kernel += 1
            else:
                own += 1
        except OSError:  # it has ended meanwhile
            pass
    return own, kernel


def resident_bytes(pid):
    with open("/proc/%d/statm" % pid, encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class ServerUnderTest:
    """Starts perfecthashd from a build; use it in a with statement."""

    def __init__(self, build, folder, *flags, data=None):
        folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.cli_program = build / "cli" / "perfecthash"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8",
                                PERFECTHASH_ADDRESS="unix:%s"
                                % (folder / "socket"))
        self.log = (folder / "log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [build / "service" / "perfecthashd",
             "--listen", self.environment["PERFECTHASH_ADDRESS"],
             "--data-dir", data or folder / "data", *flags],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid

    def __enter__(self):
        health = self.cli("server", "health", "--wait-for-server=30s")
        if health.code != 0:
            self.__exit__()
            raise RuntimeError("perfecthashd does not answer: " + health.err)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.log.seek(0)
            self.said = self.log.read()
            self.log.close()

    def start_cli(self, *arguments):
        return subprocess.Popen(
            [self.cli_program, *map(str, arguments)], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def cli(self, *arguments, timeout=600):
        """Runs the client to its end."""
        start = time.monotonic()
        process = self.start_cli(*arguments)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Result(-1, out, err + "\n(killed: it hung)", timeout)
        return Result(process.returncode, out, err, time.monotonic() - start)

    def stats(self):
        return self.cli("server", "stats", "-o", "json").json

    def outstanding(self):
        """Everything that must be 0 in an idle server, added up."""
        stats = self.stats()
        total = int(stats["workOutstanding"])
        for node in stats["nodes"]:
            total += int(node["operationsOutstanding"])
            total += sum(int(buffers["inUse"])
                         for buffers in node["bufferClasses"])
        return total

    def wait_until(self, condition, timeout_s=60):
        """Polls what the server says about itself; False when it never is."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.02)
        return False

    def newest_job(self):
        jobs = self.cli("job", "list", "-o", "jsonl").out.splitlines()
        return json.loads(jobs[0]) if jobs else None
