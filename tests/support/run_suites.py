#!/usr/bin/env python3
"""Runs meson test suites and counts the test cases inside.

usage: run_suites.py BUILD_DIR SUITE...

A doctest program counts its test cases, a program that prints "N passed, N failed" those, any
other program one. Prints what failed, and the closing line.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

if len(sys.argv) < 3:
    sys.exit(__doc__)
build, suites = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
jobs = os.environ.get('TC_JOBS', '2')


def info(name):
    return json.loads((build / 'meson-info' / f'intro-{name}.json').read_text())


# The list of tests is as old as the last configuration: a test added since would not be seen.
if subprocess.run(['ninja', '-C', str(build), 'build.ninja'], stdout=subprocess.DEVNULL).returncode:
    print('meson could not configure; see the log above\n0 passed, 1 failed')
    sys.exit(1)

# Only what these suites need is built. A program that does not build fails alone.
files = {t['id']: t['filename'] for t in info('targets')}
programs = {}
for test in info('tests'):
    if any(suite.split(':')[-1] in suites for suite in test['suite']):
        programs[test['name']] = [str(pathlib.Path(name).relative_to(build))
                                  for target in test['depends'] for name in files[target]]
unbuilt = []
every = sorted({name for names in programs.values() for name in names})
if every and subprocess.run(['ninja', '-C', str(build), '-k', '0', '-j', jobs, *every]).returncode:
    for test, names in programs.items():
        if subprocess.run(['ninja', '-C', str(build), '-j', jobs, *names],
                          stdout=subprocess.DEVNULL).returncode:
            unbuilt.append(test)

runnable = [test for test in programs if test not in unbuilt]
log = build / 'meson-logs' / 'testlog.json'
log.unlink(missing_ok=True)
status = 0
if runnable:
    status = subprocess.run(['meson', 'test', '-C', str(build), '--no-rebuild', '--num-processes',
                             jobs, *runnable]).returncode

COLOUR = re.compile(r'\x1b\[[0-9;]*m')
DOCTEST = re.compile(r'\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed')
PLAIN = re.compile(r'^(\d+) passed, (\d+) failed', re.M)
passed, failed = 0, len(unbuilt)
for line in log.read_text().splitlines() if log.exists() else []:
    test = json.loads(line)
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
for test in unbuilt:
    print(f'FAILED {test}: does not build')
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
