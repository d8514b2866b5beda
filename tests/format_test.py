#!/usr/bin/python3
"""Checks that every C++ source is formatted as .clang-format says."""

import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("engine", "service", "cli", "tests")


class FormatTest(unittest.TestCase):
    def test_sources_are_formatted(self):
        files = sorted(str(path.relative_to(ROOT))
                       for folder in FOLDERS
                       for path in (ROOT / folder).rglob("*")
                       if path.suffix in (".h", ".cc"))
        result = subprocess.run(
            ["clang-format-19", "--dry-run", "-Werror", *files], cwd=ROOT,
            capture_output=True, text=True, check=False)
        wrong = sorted({line.split(":")[0]
                        for line in result.stderr.splitlines()
                        if ": error:" in line})
        self.assertEqual(result.returncode, 0,
                         "run: clang-format-19 -i %s\n%s"
                         % (" ".join(wrong), result.stderr[:2000]))


if __name__ == "__main__":
    unittest.main()
