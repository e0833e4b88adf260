#!/usr/bin/env python3
"""Gives check_readme.py small pages, right and wrong, and sees that it tells them apart.

usage: test_check_readme.py
"""
import pathlib
import subprocess
import sys
import tempfile

checker = pathlib.Path(__file__).with_name('check_readme.py')
PRINT = '```cpp\n#include <cstdio>\nint main() { std::puts("took 3.2 us\\na\\nb\\nend"); }\n```\n'


def output(text):
    return f'\n<!-- tc: output -->\n```text\n{text}```\n'


# name, page, whether it passes, what must be printed
PAGES = [
    ('the exact output', PRINT + output('took 3.2 us\na\nb\nend\n'), True, '1 passed'),
    ('volatile parts', PRINT + output('took … us\n…\nend\n'), True, '1 passed'),
    ('another output', PRINT + output('took … us\na\nc\nend\n'), False, 'expected:'),
    ('a missing line', PRINT + output('took … us\na\nend\n'), False, 'expected:'),
    ('a block that does not compile', '```cpp\nint main() { return x; }\n```\n', False,
     "'x' was not declared"),
    ('a program that fails', '```cpp\nint main() { return 3; }\n```\n', False, 'exit status 3'),
    ('a skipped block', '<!-- tc: skip a signature -->\n```cpp\nf(;\n```\n', True, '0 passed'),
    ('skipping without a reason', '<!-- tc: skip -->\n```cpp\nf(;\n```\n', False, 'a reason'),
    ('an unknown directive', '<!-- tc: hide -->\n```cpp\n1;\n```\n', False, 'unknown directive'),
    ('an output without a program', output('a\n'), False, 'no program'),
]

passed = failed = 0
for name, page, good, expected in PAGES:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'page.md'
        path.write_text(page)
        result = subprocess.run([sys.executable, checker, path], capture_output=True, text=True)
    text = result.stdout.replace('‘', "'").replace('’', "'")
    if (result.returncode == 0) == good and expected in text:
        passed += 1
    else:
        failed += 1
        print(f'{name}: exit {result.returncode}, expected "{expected}" in:\n{result.stdout}')
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
