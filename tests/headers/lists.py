#!/usr/bin/env python3
"""Compares the lists in include/meson.build and tests/meson.build with the files on disk.

usage: lists.py [--root DIR] [--fix]

--fix rewrites the lists from the disk. Each list is one check; the last line counts them.
"""
import argparse
import pathlib
import re
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
parser.add_argument('--fix', action='store_true')
args = parser.parse_args()

include_file = args.root / 'include' / 'meson.build'
tests_file = args.root / 'tests' / 'meson.build'
passed, failed = 0, 0


def compare(what, listed, on_disk):
    """One check: same names, sorted."""
    global passed, failed
    problems = [f'not on disk: {name}' for name in listed if name not in on_disk]
    problems += [f'not listed: {name}' for name in on_disk if name not in listed]
    if not problems and listed != on_disk:
        problems.append('not sorted')
    for problem in problems:
        print(f'{what}: {problem}. Fix: tests/headers/lists.py --fix')
    if problems:
        failed += 1
    else:
        passed += 1


def names_in(text):
    return re.findall(r"'([^']+)'", re.sub(r'#.*', '', text))


# The headers.
text = include_file.read_text()
match = re.search(r'^headers = \[\n(.*?)^\]\n', text, re.S | re.M)
on_disk = sorted(str(p.relative_to(args.root / 'include'))
                 for p in (args.root / 'include').rglob('*.hpp'))
on_disk += sorted(str(p.relative_to(args.root / 'include'))
                  for p in (args.root / 'include').rglob('*.h'))
on_disk.sort()
if args.fix:
    body = ''.join(f"  '{name}',\n" for name in on_disk)
    new = text[:match.start(1)] + body + text[match.end(1):]
    if new != text:
        include_file.write_text(new)
        print(f'wrote {include_file}')
else:
    compare('include/meson.build', names_in(match.group(1)), on_disk)

# The unit tests: one table entry per room.
text = tests_file.read_text()
table = re.search(r'^test_rooms = \{\n(.*?)^\}\n', text, re.S | re.M)
rooms = re.findall(r"^  '(\w+)': \[\n(.*?)^  \],\n", table.group(1), re.S | re.M)
body = ''
for room, names in rooms:
    on_disk = sorted(p.stem for p in (args.root / 'tests' / room).glob('*.cpp'))
    body += f"  '{room}': [\n" + ''.join(f"    '{name}',\n" for name in on_disk) + '  ],\n'
    if not args.fix:
        compare(f'tests/meson.build, room {room}', names_in(names), on_disk)
if args.fix:
    new = text[:table.start(1)] + body + text[table.end(1):]
    if new != text:
        tests_file.write_text(new)
        print(f'wrote {tests_file}')

# Every public header has a test of the same path; a room's door and internals are covered by it.
if not args.fix:
    print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
