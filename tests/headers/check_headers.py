#!/usr/bin/env python3
"""Compiles every public header alone, included twice, with warnings as errors.

usage: check_headers.py [--compiler NAME]... [HEADER]...

Without HEADER: every header under include/, one check per header and compiler; and one of what
including the umbrella header costs, where there is clang: the bytes of clang's syntax tree, which
unlike a time are the same on every run, against those of <Eigen/Dense>, PFR's core and oneTBB's
parallel_for. `benchmarks/compile_time` prints the time.
"""
import argparse
import pathlib
import re
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


# Bytes of the umbrella header over those of the third parties: 1.20 when this was set, where the
# ratio of times was 1.24 with clang and 1.18 with g++. Each tenth more is about 0.1 s a file.
MOST_BYTES = 1.25
THIRD_PARTIES = ('#include <Eigen/Dense>\n#include <boost/pfr/core.hpp>\n'
                 '#include <oneapi/tbb/parallel_for.h>\n')


def tree_bytes(compiler, source):
    command = [compiler, *toolchain.include_flags(), '-fsyntax-only', '-Xclang', '-print-stats',
               '-x', 'c++', '-']
    result = subprocess.run(command, input=source, capture_output=True, text=True, timeout=300,
                            check=True)
    return max(int(number) for number in re.findall(r'Bytes used: (\d+)', result.stderr))


def check_include_cost(compiler):
    ratio = (tree_bytes(compiler, '#include <tensacode/tensacode.hpp>\n') /
             tree_bytes(compiler, THIRD_PARTIES))
    if ratio <= MOST_BYTES:
        return None
    return (f'including the umbrella header takes {ratio:.3f} times the memory of its third '
            f'parties, at most {MOST_BYTES} is allowed. See core/deferred.hpp: something is '
            'compiled in every program that only programs using it should pay for.')


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', action='append')
parser.add_argument('headers', nargs='*')
args = parser.parse_args()

include = toolchain.ROOT / 'include'
headers = args.headers or sorted(str(p.relative_to(include)) for p in include.rglob('*.h*'))
checks = [(f'{header} ({compiler})', lambda c=compiler, h=header: check(c, h))
          for header in headers for compiler in toolchain.compilers(args.compiler)]
if not args.headers:
    checks += [(f'include cost ({compiler})', lambda c=compiler: check_include_cost(c))
               for compiler in toolchain.compilers(args.compiler) if 'clang' in compiler]
sys.exit(toolchain.run_all(checks))
