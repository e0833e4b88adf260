#!/usr/bin/env python3
"""Runs meson test suites and counts the test cases inside.

usage: run_suites.py BUILD_DIR SUITE...

A doctest program counts its test cases, a program that prints "N passed, N failed" those, any
other program one. Prints what failed, and the closing line.
"""
import json
import pathlib
import re
import subprocess
import sys

if len(sys.argv) < 3:
    sys.exit(__doc__)
build, suites = pathlib.Path(sys.argv[1]), sys.argv[2:]
command = ['meson', 'test', '-C', str(build), '--no-rebuild', '--num-processes', '2']
for name in suites:
    command += ['--suite', name]
log = build / 'meson-logs' / 'testlog.json'
log.unlink(missing_ok=True)
status = subprocess.run(command).returncode

COLOUR = re.compile(r'\x1b\[[0-9;]*m')
DOCTEST = re.compile(r'\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed')
PLAIN = re.compile(r'^(\d+) passed, (\d+) failed', re.M)
passed = failed = programs = 0
for line in log.read_text().splitlines() if log.exists() else []:
    test = json.loads(line)
    programs += 1
    output = COLOUR.sub('', test.get('stdout') or '')
    good = test['result'] == 'OK'
    counts = DOCTEST.findall(output) or PLAIN.findall(output)
    p, f = map(int, counts[-1]) if counts else (int(good), int(not good))
    if not good:
        f = max(f, 1)  # a crash prints no count, or one before it
        print(f'FAILED {test["name"]} ({test["result"]})\n{output[-6000:]}\n'
              f'{(test.get("stderr") or "")[-6000:]}')
    passed, failed = passed + p, failed + f
if status != 0 and failed == 0:
    failed = 1
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
