#!/usr/bin/env python3
"""Builds each tests/fuzz/*.cpp with libFuzzer and AddressSanitizer and runs it for a while.

usage: run_fuzz.py [--compiler clang++-19] [--seconds N]

tests/fuzz/<name>/ holds the seed inputs of <name>.cpp, if any. One check per fuzz target.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import toolchain  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--compiler', default='clang++-19')
parser.add_argument('--seconds', type=int, default=4)
args = parser.parse_args()


def fuzz(path, folder):
    folder.mkdir()
    binary, compiled = folder / 'target', folder / 'target.o'
    sanitizers = ['-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all']
    status, output = toolchain.run(
        [*toolchain.launcher(), args.compiler, *toolchain.include_flags(), '-O1', '-g1',
         *sanitizers, '-c', str(path), '-o', str(compiled)])
    if status == 0:
        status, output = toolchain.run(
            [args.compiler, *sanitizers, str(compiled), '-o', str(binary),
             *[f for f in toolchain.link_flags() if not f.startswith('-fuse-ld')]])
    if status != 0:
        return output[:4000]
    corpus = folder / 'corpus'
    if path.with_suffix('').is_dir():
        shutil.copytree(path.with_suffix(''), corpus)
    else:
        corpus.mkdir()
    status, output = toolchain.run(
        [str(binary), f'-max_total_time={args.seconds}', '-timeout=10', '-rss_limit_mb=2048',
         str(corpus)], cwd=folder, timeout=args.seconds * 2 + 60)
    return None if status == 0 else output[-4000:]


targets = sorted((toolchain.ROOT / 'tests' / 'fuzz').glob('*.cpp'))
with tempfile.TemporaryDirectory() as temporary:
    status = toolchain.run_all([
        (f'fuzz {path.stem}', lambda p=path: fuzz(p, pathlib.Path(temporary) / p.stem))
        for path in targets])
sys.exit(status)
