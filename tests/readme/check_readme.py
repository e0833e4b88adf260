#!/usr/bin/env python3
"""Compiles and runs the C++ blocks of README.md and docs/*.md.

usage: check_readme.py [--compiler NAME] [--only-compile] [--list] [FILE.md]...

A ```cpp block with a main() is a whole program. Any other block is put into main() after the
umbrella header. An HTML comment on the line before a block changes that:
    <!-- tc: skip <reason> -->   the block is not compiled
    <!-- tc: wrap -->            in main(), the default for a block without main()
    <!-- tc: declare -->         at namespace scope; later blocks of the page see it
    <!-- tc: output -->          before a ```text block: what the program above prints
In an expected output `…` stands for anything within a line, and a line of `…` alone for any
lines. Programs are linked with the library, and run in a folder of build/ in which `examples` is
the one of this tree. One check per block and per expected output.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402

BLOCK = re.compile(r'(?:^<!-- tc: (?P<directive>[^\n]*?) -->\n\n?)?'
                   r'^```(?P<language>\w+)\n(?P<body>.*?)^```$', re.S | re.M)
UMBRELLA = '#include <tensacode/tensacode.hpp>\n'


class program:
    """One block as a compilable program, with the output the page promises, if it does."""

    def __init__(self, name, text):
        self.name, self.text, self.expected = name, text, None


def programs_of(path):
    """Programs of one page, in order; also the faults of the page itself."""
    programs, faults, declared = [], [], ''
    text = path.read_text()
    for match in BLOCK.finditer(text):
        line = text.count('\n', 0, match.start('body'))
        name = f'{path.name}:{line}'
        word = (match['directive'] or '').split(' ')[0]
        body = match['body']
        if match['language'] == 'text' and word == 'output':
            if not programs:
                faults.append((name, 'no program stands before this output'))
            else:
                programs[-1].expected = body
        elif match['language'] == 'cpp':
            if word == 'skip':
                if len(match['directive'].split()) < 2:
                    faults.append((name, 'skip needs a reason'))
            elif word == 'declare':
                declared += f'#line {line + 1} "{path.name}"\n{body}\n'
                programs.append(program(name, UMBRELLA + declared + 'int main() {}\n'))
            elif word in ('', 'wrap'):
                here = f'#line {line + 1} "{path.name}"\n{body}'
                if re.search(r'\bint main\(', body):
                    programs.append(program(name, here))
                else:
                    programs.append(program(
                        name, UMBRELLA + declared + 'int main() {\n' + here + '}\n'))
            else:
                faults.append((name, f'unknown directive: {word}'))
    return programs, faults


def matches(expected, output):
    pattern = ''
    for line in expected.rstrip('\n').split('\n'):
        if line.strip() == '…':
            pattern += r'(?:[^\n]*\n)*?'
        else:
            pattern += '.*?'.join(re.escape(part.rstrip() if i else part)
                                  for i, part in enumerate(line.rstrip().split('…')))
            pattern += r'[ \t]*\n'
    return re.fullmatch(pattern, output.rstrip('\n') + '\n') is not None


def begins_with_umbrella(item):
    """Whether the umbrella is its first include, so that it may be included beforehand."""
    first = re.search(r'^#include .*\n', item.text, re.M)
    return first is not None and first[0] == UMBRELLA


def precompiled(compiler, folder, flags):
    """Compiles the umbrella once; returns the flags of a program that begins with it."""
    header = folder / 'tensacode.hpp'
    header.write_text(UMBRELLA)
    suffix = '.pch' if 'clang' in compiler else '.gch'
    status, output = toolchain.run([*toolchain.launcher(), compiler, *toolchain.include_flags(),
                                    *flags, '-x', 'c++-header', str(header), '-o',
                                    f'{header}{suffix}'])
    if status != 0:
        raise SystemExit(f'the umbrella does not compile:\n{output[-4000:]}\n0 passed, 1 failed')
    # ccache needs g++'s -fpch-preprocess.
    return ['-Winvalid-pch', '-include', str(header),
            *(['-fpch-preprocess'] if suffix == '.gch' else [])]


def check(compiler, item, folder, link, flags, umbrella):
    folder.mkdir()
    (folder / 'examples').symlink_to(toolchain.ROOT / 'examples')
    source, binary = folder / 'program.cpp', folder / 'program'
    source.write_text(item.text)
    if begins_with_umbrella(item):
        flags = [*flags, *umbrella]
    last = ['-fsyntax-only'] if link is None else ['-c', '-o', str(folder / 'program.o')]
    status, output = toolchain.run(
        [*toolchain.launcher(), compiler, *toolchain.include_flags(), *flags, *last, str(source)])
    if status == 0 and link is None:
        return None
    if status == 0:
        status, output = toolchain.run([compiler, str(folder / 'program.o'), '-o', str(binary),
                                        *link, *toolchain.link_flags()])
    if status != 0:
        return f'does not compile:\n{output[:4000]}'
    # The standard error stream is for progress bars; only standard output is promised.
    command = f'{binary} 2>{folder / "stderr"}'
    status, output = toolchain.run(['bash', '-c', command], cwd=folder)
    if status != 0:
        return f'exit status {status}\n{output[-2000:]}\n{(folder / "stderr").read_text()[-2000:]}'
    if item.expected is not None and not matches(item.expected, output):
        return f'expected:\n{item.expected}\nprinted:\n{output[-4000:]}'
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--compiler', default=os.environ.get('TC_README_CXX', 'g++'))
    parser.add_argument('--only-compile', action='store_true', help='the programs do not run')
    parser.add_argument('--list', action='store_true', help='name the blocks and stop')
    parser.add_argument('files', nargs='*', type=pathlib.Path)
    args = parser.parse_args()
    files = args.files or [p for p in [toolchain.ROOT / 'README.md'] if p.exists()] + sorted(
        (toolchain.ROOT / 'docs').glob('*.md'))

    programs, faults = [], []
    for path in files:
        more, wrong = programs_of(path)
        programs += more
        faults += wrong
    if args.list:
        for item in programs:
            print(item.name, 'with output' if item.expected is not None else '')
        return 0
    # Blocks show one thing each, and may leave a result unused.
    flags = ['-DTC_COMPILED', '-Wall', '-Wextra', '-Wno-unused', '-Werror']
    if 'clang' in args.compiler:  # see tests/meson.build
        flags += ['-Xclang', '-fno-pch-timestamp']
    link = None if args.only_compile else toolchain.library()
    # The same folder each time, since the compiler cache knows a file by its path.
    base = toolchain.ROOT / 'build' / f'readme-{args.compiler}'
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    umbrella = []
    if any(map(begins_with_umbrella, programs)):
        umbrella = precompiled(args.compiler, base, flags)
    return toolchain.run_all(
        [(name, lambda t=text: t) for name, text in faults] +
        [(item.name,
          lambda i=item, n=n: check(args.compiler, i, base / str(n), link, flags, umbrella))
         for n, item in enumerate(programs)])


if __name__ == '__main__':
    sys.exit(main())
