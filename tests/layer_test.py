#!/usr/bin/python3
"""Holds the architecture: reads the sources and checks what they include.

The table below is the architecture. Sizes are reported, not failed.
"""

import pathlib
import re
import sys
import unittest

# Folder -> the folders that its files may include besides their own. Layers
# from bottom to top; "engine" is engine/engine.h and its sources.
LAYERS = {
    "engine/base": [],
    "engine/metrics": ["engine/base"],
    "engine/coroutine": ["engine/base"],
    "engine/numa": ["engine/base"],
    "engine/perfect_hash": ["engine/base"],
    "engine/codegen": ["engine/perfect_hash", "engine/base"],
    "engine/memory": ["engine/numa", "engine/coroutine", "engine/base"],
    "engine/io": ["engine/coroutine", "engine/base"],
    "engine/runtime": ["engine/io", "engine/memory", "engine/numa",
                       "engine/coroutine", "engine/metrics", "engine/base"],
    "engine/pipeline": ["engine/runtime", "engine/codegen",
                        "engine/perfect_hash", "engine/io", "engine/memory",
                        "engine/coroutine", "engine/base"],
    "engine/job": ["engine/pipeline", "engine/runtime", "engine/coroutine",
                   "engine/metrics", "engine/base"],
    # io and memory for the counters that EngineStats hands out.
    "engine": ["engine/job", "engine/runtime", "engine/io", "engine/memory",
               "engine/numa", "engine/base"],
    "service/process": ["engine/*"],
    "service/rpc": ["service/process", "engine/*", "proto"],
    "service/files": ["service/rpc", "engine/*", "proto"],
    "service/job": ["service/files", "service/rpc", "service/process",
                    "engine/*", "proto"],
    "service/watch": ["service/job", "service/rpc", "engine/*", "proto"],
    "service/transfer": ["service/job", "service/files", "service/rpc",
                         "engine/*", "proto"],
    "service": ["service/watch", "service/transfer", "service/job",
                "service/files", "service/rpc", "service/process",
                "engine/*", "proto"],
    "cli": ["engine/base", "engine/perfect_hash", "proto"],
}

PRODUCT = ("engine", "service", "cli")
ROOT = pathlib.Path(__file__).resolve().parent.parent

# A source whose name ends so is the one place where its platform shows.
PLATFORM = re.compile(r"_(linux|windows|io_uring|iocp|threads)$")
# A kernel is one source per instruction set behind one header and one test.
KERNEL = re.compile(r"_(scalar|avx2|avx512)$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
OS_CONDITION = re.compile(
    r"^\s*#\s*(?:if|elif|ifdef|ifndef|elifdef|elifndef)\b.*"
    r"\b(?:_?WIN(?:32|64)|__linux(?:__)?|linux|__gnu_linux__|__unix(?:__)?"
    r"|__APPLE__|__MINGW\d\d__|_MSC_VER|__CYGWIN__|__\w*BSD__|__ANDROID__)\b",
    re.MULTILINE)
OS_HEADER = re.compile(
    r"(?:sys|linux|asm|netinet|arpa|net)/.*|liburing.*|windows\.h|win\w+\.h|"
    r"(?:unistd|fcntl|pthread|sched|poll|dirent|signal|dlfcn|termios|"
    r"syscall|spawn|pwd|grp|netdb|mqueue|semaphore|ucontext|execinfo)\.h")
RPC_HEADER = re.compile(r"(?:grpc|google/protobuf)[+/p].*|.*\.pb\.h")


def sources(*folders):
    """Returns the C++ files below folders, as paths from the root."""
    found = [path.relative_to(ROOT)
             for folder in folders
             for path in sorted((ROOT / folder).rglob("*"))
             if path.suffix in (".h", ".cc") and path.is_file()]
    return found


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def includes(path):
    """Returns the names that a file includes."""
    return [name for _, name in INCLUDE.findall(read(path))]


def layer_of(path):
    """Returns the row of LAYERS that a path, or an include, belongs to."""
    parts = pathlib.PurePath(path).parts
    if str(path).startswith("perfecthash/v1/"):
        return "proto"
    folder = "/".join(parts[:2])
    if len(parts) > 2 and (parts[0] == "engine" or folder in LAYERS):
        return folder
    return parts[0]


def allowed(layer, target):
    rows = LAYERS[layer]
    return (target == layer or target in rows
            or ("engine/*" in rows and target.split("/")[0] == "engine"))


def without_platform(path):
    """Returns a source's path as its header has it, without the suffix."""
    return path.with_name(KERNEL.sub("", PLATFORM.sub("", path.stem)))


class LayerTest(unittest.TestCase):
    maxDiff = None

    def assert_none(self, violations, rule):
        self.assertFalse(violations,
                         "\n%s:\n  %s" % (rule, "\n  ".join(violations)))

    def test_table_points_down(self):
        seen = set()
        for layer, rows in LAYERS.items():
            for row in rows:
                self.assertIn(row, seen | {"proto", "engine/*"}, layer)
            seen.add(layer)

    def test_every_folder_is_a_layer(self):
        unknown = {str(path.parent) for path in sources(*PRODUCT)
                   if layer_of(path) not in LAYERS}
        self.assert_none(sorted(unknown), "Folders that LAYERS does not know")

    def test_includes_point_down(self):
        self.assert_none(
            ["%s includes %s" % (path, name)
             for path in sources(*PRODUCT)
             for name in includes(path)
             if name.split("/")[0] in PRODUCT + ("tests", "perfecthash")
             and not allowed(layer_of(path), layer_of(name))],
            "Includes that LAYERS forbids")

    def test_link_dependencies_point_down(self):
        violations = []
        for layer in LAYERS:
            lists = ROOT / layer / "CMakeLists.txt"
            if not layer.startswith("engine/") or not lists.exists():
                continue
            for name in re.findall(r"\bperfecthash_(\w+)", read(lists)):
                target = "engine/" + name
                if target in LAYERS and not allowed(layer, target):
                    violations.append("%s links %s" % (layer, target))
        self.assert_none(violations, "Link dependencies that LAYERS forbids")

    def test_includes_start_at_the_root(self):
        self.assert_none(
            ['%s: "%s"' % (path, name)
             for path in sources(*PRODUCT, "tests")
             for mark, name in INCLUDE.findall(read(path))
             if mark == '"' and "/" not in name],
            "Includes relative to the folder")

    def test_no_condition_on_the_system(self):
        self.assert_none(
            ["%s: %s" % (path, match.group().strip())
             for path in sources(*PRODUCT, "tests")
             for match in OS_CONDITION.finditer(read(path))],
            "#if on the operating system")

    def test_system_headers_stay_in_platform_sources(self):
        self.assert_none(
            ["%s includes <%s>" % (path, name)
             for path in sources(*PRODUCT)
             for name in includes(path)
             if OS_HEADER.fullmatch(name)
             and (path.suffix == ".h" or not PLATFORM.search(path.stem))],
            "System headers outside *_linux.cc and the like")

    def test_rpc_headers_stay_in_service_and_cli(self):
        self.assert_none(
            ["%s includes %s" % (path, name)
             for path in sources("engine", "tests/engine")
             for name in includes(path) if RPC_HEADER.fullmatch(name)],
            "gRPC or protobuf in the engine")

    def test_headers_say_pragma_once(self):
        self.assert_none(
            [str(path) for path in sources(*PRODUCT, "tests")
             if path.suffix == ".h" and "#pragma once\n" not in read(path)],
            "Headers without #pragma once")

    def test_sources_include_their_header_first(self):
        # So it compiles alone; tests/headers shows it of headers without one.
        self.assert_none(
            [str(path) for path in sources(*PRODUCT)
             if path.suffix == ".cc"
             and (ROOT / path).with_suffix(".h").exists()
             and includes(path)[0] != str(path.with_suffix(".h"))],
            "Sources that do not include their header first")

    def test_every_source_has_its_test(self):
        # x.cc is tested by x_test.cc in the folder that mirrors its own, or
        # by a test there that includes its header. A platform source or a
        # kernel is tested through the header it implements; main.cc, by the
        # tests that run the program.
        untested = []
        for path in sources(*PRODUCT):
            if path.suffix != ".cc" or path.name == "main.cc":
                continue
            plain = without_platform(path)
            tests = ROOT / "tests" / path.parent
            headers = {str(name) + ".h"
                       for name in (path.with_suffix(""), plain)}
            if not (tests / (plain.name + "_test.cc")).exists() and not any(
                    headers & set(includes(test.relative_to(ROOT)))
                    for test in tests.glob("*_test.cc")):
                untested.append(str(path))
        self.assert_none(untested, "Sources without a test")

    def test_every_source_is_built(self):
        dead = []
        for path in sources(*PRODUCT, "tests"):
            if path.suffix != ".cc":
                continue
            for folder in path.parents:
                lists = ROOT / folder / "CMakeLists.txt"
                name = re.escape(str(path.relative_to(folder)))
                if lists.exists() and re.search(
                        r"(?<![\w./])%s(?![\w.])" % name, read(lists)):
                    break
            else:
                dead.append(str(path))
        self.assert_none(dead, "Sources in no CMakeLists.txt")

    def test_every_header_is_included(self):
        # By somebody besides its own source.
        used = {}
        for path in sources(*PRODUCT, "tests"):
            for name in includes(path):
                used.setdefault(name, set()).add(path)
        dead = [str(path) for path in sources(*PRODUCT, "tests")
                if path.suffix == ".h" and all(
                    without_platform(user) == path.with_suffix("")
                    for user in used.get(str(path), ()))]
        self.assert_none(dead, "Headers that nobody else includes")


def report_sizes():
    """Prints the files that are longer than a reader would like."""
    lengths = sorted(((len(read(path).splitlines()), path)
                      for path in sources(*PRODUCT, "tests")), reverse=True)
    print("%d files, %d lines" % (len(lengths),
                                  sum(length for length, _ in lengths)))
    for length, path in lengths:
        if length > 300:
            print("  %d lines (%s): %s"
                  % (length, "hard limit 400" if length > 400
                     else "think at 300", path))


if __name__ == "__main__":
    report_sizes()
    sys.stdout.flush()
    unittest.main()
