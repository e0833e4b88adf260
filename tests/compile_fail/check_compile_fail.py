#!/usr/bin/env python3
"""Compiles each tests/compile_fail/Rnn_name.cpp twice: as it should be, and with one mistake.

usage: check_compile_fail.py [--compiler NAME]... [FILE]...

A file begins with comment lines
    // expect: <regular expression that the diagnostic must match>
    // max_lines: <most lines of output, 15 if not stated>
and holds the mistake under `#if defined(TC_REJECT)`, the correct form under `#else`. The correct
form must compile, so that a rejection cannot come from something unrelated. One check per file,
branch and compiler.
"""
import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402


def compile_branch(compiler, path, flags):
    # As with the library: the definitions that it holds give no diagnostics of a user's mistake.
    return toolchain.run([compiler, *toolchain.include_flags(), '-DTC_COMPILED', '-fsyntax-only',
                          '-fdiagnostics-color=never', *flags, str(path)], timeout=300)


def check_accept(compiler, path):
    status, output = compile_branch(compiler, path, ['-DTC_ACCEPT'])
    return None if status == 0 else f'the correct form does not compile:\n{output[:4000]}'


def check_reject(compiler, path):
    head = path.read_text()
    expect = re.search(r'^// expect: (.+)$', head, re.M)
    if not expect:
        return 'no `// expect:` line'
    limit = re.search(r'^// max_lines: (\d+)$', head, re.M)
    limit = int(limit.group(1)) if limit else 15
    status, output = compile_branch(compiler, path, ['-DTC_REJECT'])
    if status == 0:
        return 'the mistake compiles'
    if not re.search(expect.group(1), output):
        return f'/{expect.group(1)}/ is not in the diagnostic:\n{output[:4000]}'
    lines = len(output.rstrip('\n').split('\n'))
    if lines > limit:
        return f'{lines} lines of output, at most {limit} wanted:\n{output[:4000]}'
    return None


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', action='append')
parser.add_argument('files', nargs='*', type=pathlib.Path)
args = parser.parse_args()

files = args.files or sorted(pathlib.Path(__file__).parent.glob('*.cpp'))
checks = []
for path in files:
    for compiler in toolchain.compilers(args.compiler):
        checks.append((f'{path.name} accept ({compiler})',
                       lambda c=compiler, p=path: check_accept(c, p)))
        checks.append((f'{path.name} reject ({compiler})',
                       lambda c=compiler, p=path: check_reject(c, p)))
sys.exit(toolchain.run_all(checks))
