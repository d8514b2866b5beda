#!/usr/bin/python3
"""Tests deploy/sample-keys against libraries made here and real ones."""

import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLE_KEYS = ROOT / "deploy" / "sample-keys"

FUNC, OBJECT, IFUNC = 2, 1, 10
LOCAL, GLOBAL, WEAK = 0, 1, 2
HIDDEN = 2


def library(symbols, wide=True, order="<"):
    """Returns an ELF shared library of one .dynsym section.

    A symbol is (address, type, binding, section, visibility).
    """
    header_size = 64
    body = b""
    for address, kind, binding, section, visibility in symbols:
        info = binding << 4 | kind
        if wide:
            body += struct.pack(order + "IBBHQQ", 0, info, visibility, section,
                                address, 0)
        else:
            body += struct.pack(order + "IIIBBH", 0, address, 0, info,
                                visibility, section)
    table = header_size + len(body)
    shape = order + ("IIQQQQIIQQ" if wide else "IIIIIIIIII")
    sections = struct.pack(shape, *[0] * 10)
    sections += struct.pack(shape, 0, 11, 0, 0, header_size, len(body), 0, 0,
                            0, 0)
    head = bytearray(header_size)
    head[:7] = b"\x7fELF" + bytes([2 if wide else 1,
                                   1 if order == "<" else 2, 1])
    struct.pack_into(order + "H", head, 16, 3)
    struct.pack_into(order + ("Q" if wide else "I"), head,
                     0x28 if wide else 0x20, table)
    struct.pack_into(order + "HH", head, 0x3A if wide else 0x2E,
                     struct.calcsize(shape), 2)
    return bytes(head) + body + sections


def read_keys(path, size=4):
    content = path.read_bytes()
    return [int.from_bytes(content[at:at + size], "little")
            for at in range(0, len(content), size)]


class SampleKeysTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.libraries = pathlib.Path(folder.name, "lib")
        self.libraries.mkdir()
        self.output = pathlib.Path(folder.name, "keys")

    def run_it(self, *arguments):
        return subprocess.run(
            [SAMPLE_KEYS, self.output, "--libraries", self.libraries,
             *arguments], capture_output=True, text=True, check=False)

    def test_exported_functions_alone_become_sorted_keys(self):
        symbols = [(0x3000, FUNC, GLOBAL, 7, 0), (0x1000, FUNC, WEAK, 7, 0),
                   (0x1000, FUNC, GLOBAL, 7, 0), (0x2000, IFUNC, GLOBAL, 7, 0),
                   (0x4000, OBJECT, GLOBAL, 7, 0), (0x5000, FUNC, LOCAL, 7, 0),
                   (0x6000, FUNC, GLOBAL, 0, 0),
                   (0x7000, FUNC, GLOBAL, 7, HIDDEN)]
        for name, wide, order in (("a.so", True, "<"), ("b.so.1", False, "<"),
                                  ("c.so", True, ">"), ("d.so", False, ">")):
            (self.libraries / name).write_bytes(library(symbols, wide, order))
        result = self.run_it()
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("a.so", "b.so.1", "c.so", "d.so"):
            self.assertEqual(read_keys(self.output / (name + "-3.keys")),
                             [0x1000, 0x2000, 0x3000], name)

    def test_what_is_no_library_is_passed_over(self):
        good = library([(0x1000, FUNC, GLOBAL, 7, 0)])
        (self.libraries / "text.so").write_text("INPUT(-lfoo)" * 20)
        (self.libraries / "short.so").write_bytes(good[:100])
        (self.libraries / "none.so").write_bytes(library([]))
        (self.libraries / "program").write_bytes(good)
        (self.libraries / "good.so").write_bytes(good)
        (self.libraries / "link.so").symlink_to("good.so")
        self.assertEqual(self.run_it().returncode, 0)
        self.assertEqual([path.name for path in self.output.glob("*.so*")],
                         ["good.so-1.keys"])

    def test_libraries_of_one_name_are_kept_apart(self):
        for folder in ("x", "y"):
            (self.libraries / folder).mkdir()
            (self.libraries / folder / "same.so").write_bytes(
                library([(0x1000, FUNC, GLOBAL, 7, 0)]))
        self.assertEqual(self.run_it().returncode, 0)
        self.assertEqual(
            sorted(path.name for path in self.output.glob("same*")),
            ["same.so-1.keys", "same.so-2-1.keys"])

    def test_limit_bounds_the_libraries(self):
        for number in range(5):
            (self.libraries / ("l%d.so" % number)).write_bytes(
                library([(0x1000, FUNC, GLOBAL, 7, 0)]))
        result = self.run_it("--limit", "2")
        self.assertEqual(len(list(self.output.glob("l?.so-*"))), 2)
        self.assertIn("2 key sets of shared libraries", result.stdout)

    def test_generated_sets_cover_the_corners(self):
        self.assertEqual(self.run_it("--limit", "0").returncode, 0)
        linear = read_keys(self.output / "linear-from-0-1000.keys")
        self.assertEqual(linear, list(range(1000)))
        self.assertEqual(
            len(read_keys(self.output / "random-power-of-two-4096.keys")),
            4096)
        for key in read_keys(self.output / "ipv4-10.20.0.0-16-20000.keys"):
            self.assertEqual(key >> 16, 10 << 8 | 20)
        for path in self.output.glob("*.keys"):
            keys = read_keys(path)
            self.assertEqual(keys, sorted(set(keys)), path.name)

    def test_wide_keys_differ_in_at_most_32_bits(self):
        self.assertEqual(self.run_it("--limit", "0").returncode, 0)
        keys = read_keys(self.output / "64-bit" / "pointers-5000.keys", 8)
        self.assertEqual(len(set(keys)), 5000)
        differing = 0
        for key in keys:
            differing |= key ^ keys[0]
        self.assertGreater(keys[0], 2**32)
        self.assertLessEqual(bin(differing).count("1"), 32)

    def test_the_same_machine_gives_the_same_files(self):
        (self.libraries / "a.so").write_bytes(
            library([(0x1000, FUNC, GLOBAL, 7, 0)]))
        self.run_it()
        first = {path.name: path.read_bytes()
                 for path in self.output.rglob("*.keys")}
        self.run_it()
        self.assertEqual(first, {path.name: path.read_bytes()
                                 for path in self.output.rglob("*.keys")})

    def test_an_unwritable_output_is_one_clear_line(self):
        self.output.write_text("a file")
        result = self.run_it()
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.startswith("sample-keys: "))
        self.assertIn(str(self.output), result.stderr)

    def test_agrees_with_nm_on_the_c_library(self):
        nm = shutil.which("nm")
        libraries = sorted(pathlib.Path("/usr/lib").glob("*/libc.so.6"))
        if nm is None or not libraries:
            self.skipTest("no nm or no C library here")
        shutil.copy(libraries[0], self.libraries / "libc.so.6")
        listing = subprocess.run(
            [nm, "-D", "--defined-only", libraries[0]], capture_output=True,
            text=True, check=True).stdout
        expected = {int(line.split()[0], 16) for line in listing.splitlines()
                    if line.split()[1] in "TWi"}
        self.assertEqual(self.run_it().returncode, 0)
        (path,) = self.output.glob("libc.so.6-*.keys")
        self.assertEqual(set(read_keys(path)), expected)


if __name__ == "__main__":
    unittest.main()
