#!/usr/bin/python3
"""Holds mutations.py to the text that its bugs are planted in."""

import pathlib
import unittest

import mutations

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class MutationsTest(unittest.TestCase):
    def test_each_has_its_place(self):
        for mutation in mutations.MUTATIONS:
            text = (ROOT / mutation.file).read_text(encoding="utf-8")
            with self.subTest(mutation.name):
                self.assertEqual(text.count(mutation.before), 1)
                self.assertNotEqual(mutation.before, mutation.after)


if __name__ == "__main__":
    unittest.main()
