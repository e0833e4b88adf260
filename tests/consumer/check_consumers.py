#!/usr/bin/env python3
"""Builds and runs the four consumer projects, with each compiler.

usage: check_consumers.py [--compiler NAME]... [NAME]...

    subproject  meson, with the library below subprojects/
    headers     meson, with the header-only form below subprojects/
    installed   meson and pkg-config, with the installed library; a plain compiler command with it;
                and one with the installed header-only form. The installed headers are those listed
    bare        make, with an include path and nothing else
Without NAME: all. One check each and compiler. The projects are left in build/consumers.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys

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


def environment(compiler, **more):
    return {**os.environ, 'CXX': ' '.join([*toolchain.launcher(), compiler]), **more}


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


def subproject(folder, compiler, name='subproject'):
    source = project(folder, name)
    copy = source / 'subprojects' / 'tensacode'
    copy.mkdir(parents=True)
    for name in ('meson.build', 'meson_options.txt'):
        shutil.copy(toolchain.ROOT / name, copy)
    for name in ('include', 'src', 'subprojects'):
        shutil.copytree(toolchain.ROOT / name, copy / name,
                        ignore=shutil.ignore_patterns('packagecache', '*.git'))
    must(['meson', 'setup', source / 'build', source], env=environment(compiler))
    must(['ninja', '-C', source / 'build'], env=environment(compiler))
    run_consumer(source / 'build' / 'consumer')


def headers(folder, compiler):
    subproject(folder, compiler, 'headers')


def installed(folder, compiler):
    prefix = folder / 'prefix'
    # Beside build/test, so that the compiler cache may answer with what was compiled there.
    library = toolchain.ROOT / 'build' / f'installed-{compiler}'
    shutil.rmtree(library, ignore_errors=True)
    must(['meson', 'setup', library, toolchain.ROOT, f'--prefix={prefix}', *OFF],
         env=environment(compiler))
    must(['meson', 'install', '-C', library], env=environment(compiler))
    pc = next(prefix.rglob('tensacode.pc'))
    source = project(folder, 'installed')
    env = environment(compiler, PKG_CONFIG_PATH=str(pc.parent))
    must(['meson', 'setup', source / 'build', source], env=env)
    must(['ninja', '-C', source / 'build'], env=env)
    run_consumer(source / 'build' / 'consumer')
    # And without meson, as a Makefile would: with the library, and header-only.
    for package, define in (('tensacode', True), ('tensacode-headers', False)):
        flags = must(['pkg-config', '--cflags', '--libs', package], env=env).split()
        if f'-I{prefix / "include"}' not in flags:
            raise failure(f'{package}.pc lacks the include path: {flags}')
        if ('-DTC_COMPILED' in flags) != define or ('-ltensacode' in flags) != define:
            raise failure(f'{package}.pc has the flags of the other form: {flags}')
        must([compiler, '-std=c++20', '-O1', source / 'main.cpp', '-o', source / package, *flags])
        run_consumer(source / package)
    text = (toolchain.ROOT / 'include' / 'meson.build').read_text()
    listed = re.findall(r"'(tensacode/[^']+\.h(?:pp)?)'", text)
    found = sorted(str(p.relative_to(prefix / 'include')) for p in prefix.rglob('*.h*'))
    if found != sorted(listed):
        raise failure(f'installed headers differ from the list: {set(found) ^ set(listed)}')


def bare(folder, compiler):
    source = project(folder, 'bare')
    must(['make', '-C', source, f'TENSACODE_INCLUDE={toolchain.ROOT / "include"}'],
         env=environment(compiler))
    run_consumer(source / 'consumer')


KINDS = {'subproject': subproject, 'headers': headers, 'installed': installed, 'bare': bare}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', action='append')
parser.add_argument('names', nargs='*')
args = parser.parse_args()


def attempt(function, folder, compiler):
    folder.mkdir()
    try:
        function(folder, compiler)
    except failure as problem:
        return str(problem)
    return None


# The same folder each time, since the compiler cache knows a file by its path.
base = toolchain.ROOT / 'build' / 'consumers'
shutil.rmtree(base, ignore_errors=True)
base.mkdir(parents=True)
sys.exit(toolchain.run_all([
    (f'consumer {name} ({compiler})',
     lambda n=name, c=compiler: attempt(KINDS[n], base / f'{n}-{c}', c))
    for compiler in toolchain.compilers(args.compiler) for name in (args.names or KINDS)]))
