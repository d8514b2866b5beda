#!/usr/bin/python3
"""Plants bugs in a copy of the project and sees whether the tests find them.

    tests/mutation/plant.py                 # all of mutations.py, some minutes
    tests/mutation/plant.py --only token    # those whose name has this word

The copy and its build are kept below build/mutation. A bug is found when its
tests fail, or do not end in time. Returns 1 if one is not found, or if the
tests fail without a bug.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

import mutations

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build" / "mutation"
SECONDS_MAX = 300
SEEDS = "1000"  # of the simulation


def refresh_copy():
    """Brings the copy up to date; what is the same keeps its time."""
    for folder in ("engine", "proto", "service", "cli", "tests", "deploy"):
        shutil.copytree(ROOT / folder, COPY / folder, dirs_exist_ok=True,
                        copy_function=copy_changed)
    for name in ("CMakeLists.txt", "CMakePresets.json", "README.md"):
        copy_changed(ROOT / name, COPY / name)


def copy_changed(source, target):
    source, target = pathlib.Path(source), pathlib.Path(target)
    if (not target.exists()
            or source.read_bytes() != target.read_bytes()):
        shutil.copy(source, target)
    return str(target)


def build(programs):
    for command in (
            ["cmake", "--preset", "release", "-DPERFECTHASH_ENGINE_ONLY=ON"],
            ["cmake", "--build", "--preset", "release", "--target",
             *sorted(program.split("/")[-1] for program in programs)]):
        done = subprocess.run(command, cwd=COPY, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.exit("%s fails:\n%s" % (" ".join(command), done.stdout[-4000:]))


def run(program, test_filter):
    """Returns what the tests say to it; "" when all is well."""
    try:
        done = subprocess.run(
            [COPY / "build/release/tests" / program, "--gtest_brief=1",
             "--gtest_filter=" + test_filter],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=SECONDS_MAX,
            env=dict(os.environ, PERFECTHASH_SIMULATION_SEEDS=SEEDS))
    except subprocess.TimeoutExpired:
        return "no end in %d s" % SECONDS_MAX
    if done.returncode == 0:
        return ""
    told = [line.strip() for line in done.stdout.splitlines()
            if "CHECK failed" in line or "Failure" in line
            or "deadlock" in line or "Expected" in line or "SEED" in line]
    return " | ".join(told[:3]) or "exit code %d" % done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORD")
    word = parser.parse_args().only
    chosen = [mutation for mutation in mutations.MUTATIONS
              if word in mutation.name]
    refresh_copy()
    build({mutation.program for mutation in chosen})
    for program, tests in sorted({(m.program, m.filter) for m in chosen}):
        told = run(program, tests)
        if told:
            sys.exit("%s fails without a bug: %s" % (program, told))
    missed = 0
    for mutation in chosen:
        path = COPY / mutation.file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(mutation.before, mutation.after),
                        encoding="utf-8")
        try:
            build({mutation.program})
            start = time.monotonic()
            told = run(mutation.program, mutation.filter)
        finally:
            path.write_text(text, encoding="utf-8")
        missed += not told
        print("%-9s %s (%s, %.1f s): %s" %
              ("found" if told else "NOT FOUND", mutation.name,
               mutation.program, time.monotonic() - start, told), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
