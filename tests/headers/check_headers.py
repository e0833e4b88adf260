#!/usr/bin/env python3
"""Compiles every public header alone, included twice, with warnings as errors.

usage: check_headers.py [--compiler NAME]... [HEADER]...

Without HEADER: every header under include/. One check per header and compiler.
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402


def check(compiler, header):
    flags = toolchain.include_flags() + toolchain.warnings(compiler)
    source = f'#include <{header}>\n#include <{header}>\n'
    language = 'c++'
    if header.endswith('.h'):  # a C header must be C as well; the C++ side is covered by its users
        language = 'c'
        flags = [f'-I{toolchain.ROOT / "include"}', '-std=c11', '-Wall', '-Wextra', '-Wpedantic',
                 '-Werror']
    result = subprocess.run([compiler, *flags, '-fsyntax-only', '-x', language, '-'],
                            input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, timeout=300)
    return None if result.returncode == 0 else result.stdout[:4000]


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', action='append')
parser.add_argument('headers', nargs='*')
args = parser.parse_args()

include = toolchain.ROOT / 'include'
headers = args.headers or sorted(str(p.relative_to(include)) for p in include.rglob('*.h*'))
sys.exit(toolchain.run_all([
    (f'{header} ({compiler})', lambda c=compiler, h=header: check(c, h))
    for header in headers for compiler in toolchain.compilers(args.compiler)
]))
