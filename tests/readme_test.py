#!/usr/bin/python3
"""Runs the examples of README.md, so that they stay true.

Usage: readme_test.py PATH_TO_PERFECTHASHD [unittest arguments]
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def example(language):
    """Returns the only code block of a language."""
    (text,) = re.findall(r"^```%s\n(.*?)^```" % language, README,
                         re.MULTILINE | re.DOTALL)
    return text


def commands_before(language):
    """Returns the last indented block before a language's code."""
    before = README[:README.index("```%s\n" % language)]
    return re.findall(r"(?:^ {4}.*\n)+", before, re.MULTILINE)[-1]


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "proto").symlink_to(ROOT / "proto")

    def run_commands(self, *lines):
        return subprocess.run(["bash", "-euc", "\n".join(lines)],
                              cwd=self.folder, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def start_server(self):
        address = "unix:%s" % (self.folder / "socket")
        server = subprocess.Popen(
            [PROGRAM, "--listen", address, "--data-dir", self.folder / "data"],
            stdin=subprocess.DEVNULL)

        def stop():
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(60), 0)

        self.addCleanup(stop)
        cli = pathlib.Path(PROGRAM).parent.parent / "cli" / "perfecthash"
        subprocess.run([cli, "server", "health", "--address", address,
                        "--wait-for-server=30s", "-o", "none"], check=True)
        return address

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#]+)\)", README):
            if "://" not in target:
                with self.subTest(link=target):
                    self.assertTrue((ROOT / target).exists())

    def test_named_files_exist(self):
        for name in re.findall(r"`((?:engine|deploy|tests|proto)/[\w./]+)`",
                               README):
            with self.subTest(name=name):
                self.assertTrue((ROOT / name).exists())

    def test_python_example_prints_the_seeds(self):
        (self.folder / "client.py").write_text(example("python"))
        self.run_commands(commands_before("python"))
        output = self.run_commands(
            "/usr/bin/python3 client.py '%s'" % self.start_server())
        self.assertRegex(output, r"^STATE_SUCCEEDED \w+ \[\d+(, \d+)+\]\n$")

    def test_cpp_example_prints_the_seeds(self):
        (self.folder / "client.cc").write_text(example("cpp"))
        self.run_commands(commands_before("cpp"))
        output = self.run_commands("./client '%s'" % self.start_server())
        self.assertRegex(output, r"^STATE_SUCCEEDED \w+( \d+)+\n$")

    def test_javascript_example_prints_the_seeds(self):
        modules = os.environ.get("NODE_PATH", "")
        if shutil.which("node") is None or not (
                pathlib.Path(modules) / "@grpc").is_dir():
            self.skipTest("needs node and @grpc/grpc-js in NODE_PATH")
        (self.folder / "client.js").write_text(example("javascript"))
        output = self.run_commands(
            "node client.js proto '%s'" % self.start_server())
        self.assertRegex(output, r"^STATE_SUCCEEDED \w+ \[ \d+(, \d+)+ \]\n$")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
