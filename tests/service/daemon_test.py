#!/usr/bin/python3
"""perfecthashd as a process: start, signals, exit codes, addresses, limits.

Usage: daemon_test.py PATH_TO_PERFECTHASHD PATH_TO_PERFECTHASH [arguments]
"""

import ctypes
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SERVER, CLIENT = None, None
DEADLINE_S = 60


class Daemon:
    """One perfecthashd; what it says on standard error is kept."""

    def __init__(self, folder, *flags, files_max=None):
        self.folder = pathlib.Path(folder)
        self.address_file = self.folder / "addresses"
        arguments = [SERVER, "--data-dir", self.folder / "data",
                     "--address-file", self.address_file, *flags]
        if not any(flag == "--listen" for flag in flags):
            arguments += ["--listen", "127.0.0.1:0"]

        def limit_files():
            if files_max:
                resource.setrlimit(resource.RLIMIT_NOFILE,
                                   (files_max, files_max))

        self.process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=limit_files)
        self.first_line = self.process.stderr.readline()

    def addresses(self):
        return self.address_file.read_text().split()

    def run_client(self, *arguments):
        return subprocess.run(
            [CLIENT, *map(str, arguments)], capture_output=True, text=True,
            timeout=DEADLINE_S, stdin=subprocess.DEVNULL,
            env=dict(os.environ, PERFECTHASH_ADDRESS=self.addresses()[0]))

    def stop(self, number=signal.SIGTERM):
        """Returns (exit code, what else it said)."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=DEADLINE_S)
        assert out == "", out
        return self.process.returncode, err


def key_file(path, keys):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<%dI" % len(keys), *keys))


class DaemonTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.daemons = []
        self.addCleanup(self.kill_all)

    def kill_all(self):
        for daemon in self.daemons:
            if daemon.process.poll() is None:
                daemon.process.kill()
            daemon.process.communicate()

    def start(self, *flags, folder=None, **options):
        daemon = Daemon(folder or self.folder, *flags, **options)
        self.daemons.append(daemon)
        return daemon

    def test_says_where_it_is_and_stops_when_told(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.start("--listen", "127.0.0.1:0", "--listen",
                                "unix:%s" % (self.folder / "socket"))
            tcp, unix = daemon.addresses()
            self.assertRegex(tcp, r"^127\.0\.0\.1:[1-9]\d*$")
            self.assertIn(tcp, daemon.first_line)
            self.assertIn(unix, daemon.first_line)
            self.assertRegex(daemon.first_line, "io (io_uring|threads)")
            self.assertRegex(daemon.first_line, "kernel ")
            self.assertEqual(daemon.run_client("server", "health").returncode,
                             0)
            code, err = daemon.stop(number)
            self.assertEqual(code, 0, err)
            # Quiet: a line when the signal came, one at the end.
            self.assertEqual(len(err.splitlines()), 2, err)
            self.assertFalse((self.folder / "socket").exists())

    def test_a_second_signal_ends_it_at_once(self):
        daemon = self.start()
        keys = self.folder / "endless.keys"
        key_file(keys, range(0, 1 << 24, 2))
        # Reading eight million keys takes longer than both signals.
        client = subprocess.Popen(
            [CLIENT, "create", keys, "--file-io", "none", "--address",
             daemon.addresses()[0], "--progress", "none"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.send_signal(signal.SIGINT)
        code = daemon.process.wait(DEADLINE_S)
        client.kill()
        client.wait()
        # In order when it was quicker than the second signal. (Of two that
        # are pending the system delivers the lower number first.)
        self.assertIn(code, (0, 128 + signal.SIGINT, 128 + signal.SIGTERM))

    def test_a_job_in_mid_run_does_not_hold_up_the_stop(self):
        daemon = self.start()
        keys = self.folder / "keys" / "hard.keys"
        key_file(keys, range(0, 1 << 16, 2))
        made = daemon.run_client("bulk", keys.parent, "--detach", "-o", "name",
                                 "--hash-function", "Mulshrolate1RX",
                                 "--file-io", "none", "--progress", "none")
        self.assertEqual(made.returncode, 0, made.stderr)
        code, err = daemon.stop()
        self.assertEqual(code, 0, err)

    def test_data_survive_but_not_artifacts(self):
        daemon = self.start()
        key_file(self.folder / "keys" / "a.keys", range(100))
        bulk = ("bulk", self.folder / "keys", "-O", self.folder / "out",
                "--progress", "none")
        self.assertEqual(daemon.run_client(*bulk).returncode, 0)
        artifacts = self.folder / "data" / "artifacts"
        self.assertNotEqual(list(artifacts.iterdir()), [])
        self.assertEqual(daemon.stop()[0], 0)
        daemon = self.start()
        again = daemon.run_client(*bulk)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("there already", again.stdout + again.stderr)
        self.assertEqual(len(list(artifacts.iterdir())), 1)

    def test_refuses_to_start_with_a_reason(self):
        self.start()
        other = self.folder / "other"
        other.mkdir()
        busy = self.daemons[0].addresses()[0]
        for code, expected, data, listen, *flags in (
                (1, "is in use by another server", self.folder / "data",
                 "127.0.0.1:0"),
                (1, "another program listens there", self.folder / "new", busy),
                (1, "the host is not known", self.folder / "new",
                 "no-such-host.invalid:0"),
                (1, "not one of this machine's", self.folder / "new",
                 "192.0.2.1:0"),
                (2, "give HOST:PORT", other, "nowhere"),
                (1, "allow the directory", other, "127.0.0.1:0",
                 "--allow-directory", "/no/such")):
            result = subprocess.run(
                [SERVER, "--data-dir", data, "--listen", listen, *flags],
                capture_output=True, text=True, timeout=DEADLINE_S,
                stdin=subprocess.DEVNULL)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(expected, result.stderr)
            self.assertNotIn("chttp2", result.stderr)  # gRPC's own log
        # What was not there is not made for a server that does not start.
        self.assertFalse((self.folder / "new").exists())
        self.assertEqual(
            self.daemons[0].run_client("server", "health").returncode, 0)

    def test_a_stale_socket_is_replaced(self):
        address = "unix:%s" % (self.folder / "socket")
        daemon = self.start("--listen", address)
        daemon.process.kill()
        daemon.process.communicate()
        self.assertTrue((self.folder / "socket").exists())
        daemon = self.start("--listen", address)
        self.assertEqual(daemon.run_client("server", "health").returncode, 0)
        other = self.folder / "other"
        other.mkdir()
        result = subprocess.run(
            [SERVER, "--data-dir", other, "--listen", address],
            capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual(result.returncode, 1)
        self.assertIn("answers there", result.stderr)

    def test_open_addresses_are_warned_of(self):
        daemon = self.start("--listen", "0.0.0.0:0")
        self.assertIn("trusted networks", daemon.first_line)

    def test_a_crash_leaves_a_trace(self):
        names = {"node0-worker0", "executor", "fan-out", "heartbeat"}
        for number in (signal.SIGSEGV, signal.SIGABRT):
            crashes = self.folder / ("crashes%d" % number)
            daemon = self.start("--crash-dir", crashes)
            pid = daemon.process.pid
            self.wait_for_threads(pid, names)
            # To the main thread, whose number is that of the process.
            self.assertEqual(ctypes.CDLL(None).tgkill(pid, pid, number), 0)
            out, err = daemon.process.communicate(timeout=DEADLINE_S)
            self.assertEqual(daemon.process.returncode, -number, err)
            [trace] = crashes.iterdir()
            self.assertRegex(trace.name, r"^perfecthashd-\d+-\d+\.crash$")
            self.assertIn("trace in %s" % trace, err)
            text = trace.read_text().partition("\nmap of the memory:")[0]
            self.assertIn("perfecthashd: %s\n" % number.name, text)
            self.assertRegex(text, r"\n  #\d+ 0x\w+ main\n")
            self.assertIn("\n  %d * perfecthashd\n" % pid, text)
            for name in names:
                self.assertRegex(text, r"\n  \d+   %s\n" % name)

    def wait_for_threads(self, pid, names):
        """Threads name themselves, a moment after they have been started."""
        deadline = time.monotonic() + DEADLINE_S
        found = set()
        while not names <= found:
            self.assertLess(time.monotonic(), deadline, found)
            found = {path.read_text().strip() for path in pathlib.Path(
                "/proc/%d/task" % pid).glob("*/comm")}

    def test_a_crash_directory_that_cannot_be_is_refused(self):
        path = self.folder / "file"
        path.write_text("text")
        result = subprocess.run(
            [SERVER, "--data-dir", self.folder / "data", "--listen",
             "127.0.0.1:0", "--crash-dir", path], capture_output=True,
            text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(path), result.stderr)

    def test_the_program_lists_its_tracepoints(self):
        tool = shutil.which("readelf")
        if tool is None:
            self.skipTest("readelf is not installed")
        notes = subprocess.run([tool, "-n", SERVER], capture_output=True,
                               text=True, check=True).stdout
        if "stapsdt" not in notes:
            self.skipTest("built without <sys/sdt.h>")
        probes = set(re.findall(
            r"Provider: perfecthash\n\s+Name: (\w+)", notes))
        self.assertEqual(probes, {
            "operation_submit", "operation_complete", "slice_begin",
            "slice_end", "lane_added", "memory_wait_begin",
            "memory_wait_end"})

    def test_threads_stay_within_the_budget(self):
        daemon = self.start()
        for i in range(300):
            key_file(self.folder / "keys" / ("k%d.keys" % i),
                     range(i, 3000 * (i + 1), i + 1))
        host, port = daemon.addresses()[0].rsplit(":", 1)
        connections = [socket.create_connection((host, int(port)))
                       for _ in range(100)]
        most, budget = 0, 0
        clients = [subprocess.Popen(
            [CLIENT, "bulk", self.folder / "keys", "-O",
             self.folder / ("out%d" % i), "--address", daemon.addresses()[0],
             "--progress", "none"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for i in range(6)]
        while any(client.poll() is None for client in clients):
            info = daemon.run_client("server", "info").stdout
            threads, budget = map(int, re.search(
                r"Threads\s+(\d+) of at most (\d+)", info).groups())
            most = max(most, threads)
        self.assertEqual([client.returncode for client in clients], [0] * 6)
        self.assertGreater(most, 0)
        self.assertLessEqual(most, budget)
        for connection in connections:
            connection.close()


if __name__ == "__main__":
    SERVER, CLIENT = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main()
