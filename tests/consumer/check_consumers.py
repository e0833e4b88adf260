#!/usr/bin/env python3
"""Builds and runs the three consumer projects: as subproject, installed, and by include path.

usage: check_consumers.py [--keep DIR] [NAME]...

NAME is subproject, installed or bare; all three without it. One check each, and one that the
installed headers are those of the list. --keep builds in DIR and leaves it there.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402

HERE = pathlib.Path(__file__).parent
OFF = ['-Dtests=disabled', '-Dexamples=disabled', '-Dcli=disabled']


class failure(Exception):
    pass


def must(command, **options):
    status, output = toolchain.run([str(word) for word in command], **options)
    if status != 0:
        raise failure(f'$ {" ".join(map(str, command))}\n{output[-6000:]}')
    return output


def environment(**more):
    return {**os.environ, 'CXX': ' '.join([*toolchain.launcher(), 'g++']), **more}


def project(folder, name):
    """A copy of the consumer project `name` with the common program in it."""
    target = folder / name
    shutil.copytree(HERE / name, target)
    shutil.copy(HERE / 'main.cpp', target)
    return target


def run_consumer(program):
    output = must([program])
    if not output.rstrip().endswith('right 200 of 200'):
        raise failure(f'unexpected output: {output}')


def subproject(folder):
    source = project(folder, 'subproject')
    copy = source / 'subprojects' / 'tensacode'
    copy.mkdir()
    for name in ('meson.build', 'meson_options.txt'):
        shutil.copy(toolchain.ROOT / name, copy)
    for name in ('include', 'src', 'subprojects'):
        shutil.copytree(toolchain.ROOT / name, copy / name,
                        ignore=shutil.ignore_patterns('packagecache', '*.git'))
    must(['meson', 'setup', source / 'build', source], env=environment())
    must(['ninja', '-C', source / 'build'], env=environment())
    run_consumer(source / 'build' / 'consumer')


def installed(folder):
    prefix = folder / 'prefix'
    must(['meson', 'setup', folder / 'library', toolchain.ROOT, f'--prefix={prefix}', *OFF],
         env=environment())
    must(['meson', 'install', '-C', folder / 'library'], env=environment())
    pc = next(prefix.rglob('tensacode.pc'))
    source = project(folder, 'installed')
    env = environment(PKG_CONFIG_PATH=str(pc.parent))
    must(['meson', 'setup', source / 'build', source], env=env)
    must(['ninja', '-C', source / 'build'], env=env)
    run_consumer(source / 'build' / 'consumer')
    # And without meson, as a Makefile would.
    flags = must(['pkg-config', '--cflags', '--libs', 'tensacode'], env=env).split()
    if f'-I{prefix / "include"}' not in flags:
        raise failure(f'the .pc file lacks the include path: {flags}')
    text = (toolchain.ROOT / 'include' / 'meson.build').read_text()
    listed = re.findall(r"'(tensacode/[^']+\.h(?:pp)?)'", text)
    found = sorted(str(p.relative_to(prefix / 'include')) for p in prefix.rglob('*.h*'))
    if found != sorted(listed):
        raise failure(f'installed headers differ from the list: {set(found) ^ set(listed)}')


def bare(folder):
    source = project(folder, 'bare')
    must(['make', '-C', source, f'TENSACODE_INCLUDE={toolchain.ROOT / "include"}'],
         env=environment())
    run_consumer(source / 'consumer')


KINDS = {'subproject': subproject, 'installed': installed, 'bare': bare}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--keep', type=pathlib.Path)
parser.add_argument('names', nargs='*')
args = parser.parse_args()


def attempt(function, folder):
    try:
        function(folder)
    except failure as problem:
        return str(problem)
    return None


with tempfile.TemporaryDirectory() as temporary:
    base = args.keep or pathlib.Path(temporary)
    base.mkdir(parents=True, exist_ok=True)
    status = toolchain.run_all([
        (f'consumer {name}', lambda f=KINDS[name]: attempt(f, base))
        for name in (args.names or KINDS)])
sys.exit(status)
