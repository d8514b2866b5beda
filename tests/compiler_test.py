#!/usr/bin/python3
"""Checks that a compiler which miscompiles coroutines is refused."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class CompilerTest(unittest.TestCase):
    def test_old_gcc_is_refused_with_the_reason(self):
        compiler = shutil.which("g++-12") or shutil.which("g++")
        if compiler is None:
            self.skipTest("no g++ here")
        version = subprocess.run([compiler, "-dumpfullversion"],
                                 capture_output=True, text=True, check=True)
        if int(version.stdout.split(".")[0]) >= 14:
            self.skipTest("g++ %s is good" % version.stdout.strip())
        with tempfile.TemporaryDirectory() as build:
            result = subprocess.run(
                ["cmake", "-G", "Ninja", "-S", ROOT, "-B", build,
                 "-DCMAKE_CXX_COMPILER=" + compiler],
                capture_output=True, text=True, check=False)
        message = re.sub(r"\s+", " ", result.stderr)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("GCC %s is refused" % version.stdout.strip(), message)
        self.assertIn("miscompiles coroutines", message)
        self.assertIn("cmake --preset release", message)


if __name__ == "__main__":
    unittest.main()
