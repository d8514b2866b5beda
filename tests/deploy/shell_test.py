#!/usr/bin/python3
"""Checks every shell script of the project with shellcheck."""

import pathlib
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def shell_scripts():
    for folder in ("deploy", ".ci", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if not path.is_file():
                continue
            with path.open("rb") as file:
                first = file.readline()
            if path.suffix == ".sh" or (
                    first.startswith(b"#!") and b"sh" in first.split(b"/")[-1]):
                yield path


class ShellTest(unittest.TestCase):
    def test_shellcheck_has_nothing_to_say(self):
        if shutil.which("shellcheck") is None:
            self.skipTest("no shellcheck here")
        scripts = list(shell_scripts())
        self.assertIn(ROOT / "deploy" / "quickstart", scripts)
        result = subprocess.run(
            ["shellcheck", "--external-sources", *scripts], cwd=ROOT,
            capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_scripts_are_strict(self):
        for path in shell_scripts():
            if path.suffix == ".sh":  # sourced: the caller is strict
                continue
            with self.subTest(script=path.name):
                self.assertIn("set -euo pipefail", path.read_text())


if __name__ == "__main__":
    unittest.main()
