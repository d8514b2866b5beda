#!/usr/bin/python3
"""Holds proto/README.md to the reasons that the code gives for errors."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REASON = re.compile(r'"([A-Z]+(?:_[A-Z]+)+|STOPPING|CANCELLED|INTERRUPTED)"')


def arguments_of(call, text):
    """Yields the argument text of every call of a function."""
    for match in re.finditer(r"\b%s\(" % call, text):
        end, depth = match.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[match.end():end]


def given_reasons():
    reasons = set()
    for folder in ("engine", "service"):
        for path in sorted((ROOT / folder).rglob("*.cc")):
            text = path.read_text(encoding="utf-8")
            # Parentheses in strings would not balance.
            plain = re.sub(r'"(?:[^"\\\n]|\\.)*"',
                           lambda m: m[0] if REASON.fullmatch(m[0]) else '""',
                           text)
            for call in ("WithReason", "CancelledBecause"):
                for arguments in arguments_of(call, plain):
                    reasons |= set(REASON.findall(arguments))
    return reasons


class ReasonsTest(unittest.TestCase):
    def test_every_reason_is_documented(self):
        text = (ROOT / "proto" / "README.md").read_text(encoding="utf-8")
        documented = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", text))
        given = given_reasons()
        self.assertGreater(len(given), 30)
        self.assertEqual(sorted(given - documented), [])


if __name__ == "__main__":
    unittest.main()
