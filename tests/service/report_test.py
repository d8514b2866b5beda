#!/usr/bin/python3
"""The report of a job's tables, read by parsers that are not ours.

Usage: report_test.py PATH_TO_PERFECTHASHD PATH_TO_PERFECTHASH [arguments]
"""

import csv
import io
import json
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

SERVER, CLIENT = None, None
DEADLINE_S = 120
README = pathlib.Path(__file__).resolve().parents[2] / "cli" / "README.md"

# Names that a reader of CSV may stumble over.
NAMES = ["plain", "with,comma", 'with "quotes"', "with;semicolon", "a b", "=1+1"]


def key_file(path, keys):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<%dI" % len(keys), *sorted(keys)))


def random_keys(count, seed):
    return random.Random(seed).sample(range(1, 1 << 32), count)


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.address = "unix:%s" % (cls.folder / "socket")
        server = subprocess.Popen(
            [SERVER, "--listen", cls.address, "--data-dir",
             str(cls.folder / "data")], stdin=subprocess.DEVNULL)

        def stop():
            server.send_signal(signal.SIGTERM)
            server.wait(DEADLINE_S)

        cls.addClassCleanup(stop)
        cls.run_client("server", "health", "--wait-for-server=60s", "-o",
                       "none")
        for index, name in enumerate(NAMES):
            key_file(cls.folder / "keys" / (name + ".keys"),
                     random_keys(10 + 300 * index, index))

    @classmethod
    def run_client(cls, *arguments, code=0):
        done = subprocess.run(
            [CLIENT, *map(str, arguments)], capture_output=True, text=True,
            timeout=DEADLINE_S, stdin=subprocess.DEVNULL, cwd=cls.folder,
            env=dict(os.environ, PERFECTHASH_ADDRESS=cls.address,
                     PERFECTHASH_PROGRESS="none"))
        if done.returncode != code:
            raise AssertionError("exit code %d: %s" % (done.returncode,
                                                       done.stderr))
        return done.stdout

    def bulk(self, *flags, keys="keys", name="report", code=0):
        """Returns the rows of the CSV, and the items of the JSON."""
        self.run_client("bulk", self.folder / keys, "--file-io", "none",
                        "--report", name + ".csv", "--display-name", name,
                        *flags, code=code)
        with open(self.folder / (name + ".csv"), newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        jobs = json.loads(self.run_client("job", "list", "-o", "json"))
        job = jobs["jobs"][0]["name"]
        self.run_client("job", "report", job, "--report", name + ".json")
        report = json.loads((self.folder / (name + ".json")).read_text())
        self.assertEqual(report["job"]["name"], job)
        self.assertFalse(list(self.folder.glob("*.tmp")))
        return rows, report["jobItems"]

    def create(self, key_path, *flags):
        job = json.loads(self.run_client(
            "create", key_path, "--file-io", "none", "-o", "json", *flags))
        return job["job"]["tableResult"]

    def test_every_row_is_a_table_and_says_what_the_api_says(self):
        rows, items = self.bulk()
        self.assertEqual(sorted(row["item_id"] for row in rows), sorted(NAMES))
        self.assertEqual(len(rows), len(items))
        for row, item in zip(rows, items):
            result = item["result"]
            search = result["search"]
            with self.subTest(item=item["itemId"]):
                self.assertEqual(row["item_id"], item["itemId"])
                self.assertEqual(row["state"], "SUCCEEDED")
                self.assertEqual(row["key_count"], result["keyCount"])
                self.assertEqual([int(seed, 16)
                                  for seed in row["seeds"].split()],
                                 result["seeds"])
                self.assertEqual(float(row["density"]), result["density"])
                self.assertEqual(float(row["rank"]),
                                 result["coverage"]["rank"])
                self.assertEqual(
                    row["cache_lines_by_assigned_count"].split(),
                    result["coverage"]["cacheLinesByAssignedCount"])
                self.assertEqual(int(row["attempts"]),
                                 sum(int(row[kind]) for kind in (
                                     "solutions", "loop_failures",
                                     "cyclic_failures", "preparations")))
                self.assertEqual(row["winning_attempt"], result["attempts"])
                self.assertEqual(row["search_end"], "FIRST_SOLUTION")
                self.assertEqual(search["end"], "END_FIRST_SOLUTION")
                self.assertTrue(row["trials"].endswith(" SOLVED"))
                self.assertGreaterEqual(float(row["expected_attempts"]), 1)
                self.assertAlmostEqual(
                    float(row["search_seconds"]) + float(row["build_seconds"]),
                    float(result["solveDuration"].rstrip("s")))

    def test_lines_end_as_the_standard_says(self):
        self.bulk(name="lines")
        text = (self.folder / "lines.csv").read_bytes()
        self.assertEqual(text.count(b"\r\n"), 1 + len(NAMES))
        self.assertEqual(text.count(b"\n"), 1 + len(NAMES))

    def test_standard_output_has_the_same(self):
        rows, _ = self.bulk(name="output")
        jobs = json.loads(self.run_client("job", "list", "-o", "json"))
        text = self.run_client("job", "report", jobs["jobs"][0]["name"])
        self.assertEqual(list(csv.DictReader(io.StringIO(text, newline=""))),
                         rows)

    def test_every_column_is_documented(self):
        text = self.run_client("job", "report", json.loads(
            self.run_client("job", "list", "-o", "json"))["jobs"][0]["name"])
        documented = set(re.findall(r"`(\w+)`", README.read_text()))
        for column in next(csv.reader(io.StringIO(text, newline=""))):
            with self.subTest(column=column):
                self.assertIn(column, documented)

    def test_what_failed_says_how_far_it_came(self):
        # As many keys as edges: one attempt hardly ever solves them.
        key_file(self.folder / "full" / "full.keys", random_keys(16384, 1))
        rows, items = self.bulk("--hash-function", "MultiplyShiftRX",
                                "--max-attempts", "3", keys="full",
                                name="failed", code=1)
        self.assertEqual(items[0]["state"], "STATE_FAILED")
        (row,) = rows
        self.assertEqual(row["state"], "FAILED")
        self.assertEqual(row["error_reason"], "NO_SOLUTION")
        self.assertEqual(row["attempts"], "3")
        self.assertEqual(
            int(row["loop_failures"]) + int(row["cyclic_failures"]), 3)
        self.assertEqual(row["trials"], "MultiplyShiftRX 3 ATTEMPT_LIMIT")
        self.assertEqual(row["key_count"], "")

    def test_seeds_given_back_make_the_table_in_one_attempt(self):
        for flags in ([], ["--seed-search", "plain"],
                      ["--hash-function", "Mulshrolate4RX", "--best-graph",
                       "LowestScore", "--best-graph-solutions", "20"],
                      ["--table-resizes", "1"]):
            with self.subTest(flags=flags):
                keys = self.folder / "keys" / "a b.keys"
                found = self.create(keys, *flags)
                again = self.create(
                    keys, "--hash-function", found["hashFunction"],
                    "--seeds", ",".join(map(str, found["seeds"])),
                    "--table-resizes", found["tableResizes"])
                self.assertEqual(again["attempts"], "1")
                self.assertEqual(again["tableDigest"], found["tableDigest"])

    def test_the_best_graph_is_the_same_at_every_concurrency(self):
        keys = self.folder / "keys" / "=1+1.keys"
        best = ["--best-graph", "LowestNumberOfUsedCacheLines",
                "--best-graph-solutions", "200"]
        first = self.create(keys)
        results = [
            self.create(keys, *best),
            self.create(keys, *best, "--initial-lanes", 8, "--max-lanes", 8),
            self.create(keys, *best, "--kernel", "scalar", "--initial-lanes",
                        3)]
        for result in results:
            self.assertEqual(result["tableDigest"], results[0]["tableDigest"])
            self.assertEqual(result["search"]["solutions"], "200")
            self.assertEqual(result["search"]["end"], "END_SOLUTIONS")
            self.assertEqual(result["bestGraph"]["value"],
                             float(result["coverage"]["usedCacheLines"]))
        self.assertLessEqual(int(results[0]["coverage"]["usedCacheLines"]),
                             int(first["coverage"]["usedCacheLines"]))

    def test_a_target_ends_the_search_early(self):
        result = self.create(self.folder / "keys" / "plain.keys",
                             "--best-graph", "HighestNumberOfEmptyVertices",
                             "--best-graph-target", "0")
        self.assertEqual(result["search"]["end"], "END_TARGET_VALUE")
        self.assertEqual(result["search"]["solutions"], "1")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    SERVER, CLIENT = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
