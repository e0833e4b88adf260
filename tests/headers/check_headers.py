#!/usr/bin/env python3
"""Compiles every public header alone, included twice, with warnings as errors.

usage: check_headers.py [--all] [--compiler NAME]... [HEADER]...

Without HEADER: all headers in one file, in several orders, with each compiler; and with --all every
header alone, with clang where it is installed. One check per file that is compiled.
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402


ROTATIONS = 4  # orders in which all headers are included in one file


def check(compiler, header):
    # As with the library, which leaves the definitions out: they see what their header includes.
    flags = [*toolchain.include_flags(), *toolchain.warnings(compiler), '-DTC_COMPILED']
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


def check_rotated(compiler, headers, start):
    """All headers in one file, beginning with the one at `start`."""
    source = ''.join(f'#include <{header}>\n' for header in headers[start:] + headers[:start])
    result = subprocess.run([compiler, *toolchain.include_flags(), *toolchain.warnings(compiler),
                             '-fsyntax-only', '-x', 'c++', '-'],
                            input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, timeout=300)
    return None if result.returncode == 0 else result.stdout[:4000]


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', action='append')
parser.add_argument('--all', action='store_true')
parser.add_argument('headers', nargs='*')
args = parser.parse_args()

include = toolchain.ROOT / 'include'
headers = args.headers or sorted(str(p.relative_to(include)) for p in include.rglob('*.h*'))
compilers = toolchain.compilers(args.compiler)
# clang is the quicker one, and alone takes minutes: --all.
alone = compilers[-1:] if args.all or args.headers else []
checks = [(f'{header} ({compiler})', lambda c=compiler, h=header: check(c, h))
          for header in headers for compiler in alone]
if not args.headers:
    cpp = [header for header in headers if header.endswith('.hpp')]
    starts = range(0, len(cpp), -(-len(cpp) // ROTATIONS))
    checks += [(f'all headers from {cpp[start]} on ({compiler})',
                lambda c=compiler, s=start: check_rotated(c, cpp, s))
               for compiler in compilers for start in starts]
sys.exit(toolchain.run_all(checks))
