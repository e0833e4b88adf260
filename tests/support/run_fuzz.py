#!/usr/bin/env python3
"""Builds each tests/fuzz/*.cpp with libFuzzer and AddressSanitizer and runs it for a while.

usage: run_fuzz.py [--compiler clang++-19] [--seconds N]

tests/fuzz/<name>/ holds the seed inputs of <name>.cpp, if any. One check per fuzz target.
"""
import argparse
import concurrent.futures
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


# The readers, instrumented as the targets are.
LIBRARY = ['core', 'io', 'io_arrays', 'io_csv', 'io_json', 'io_text', 'reflect', 'tensor', 'tree']
if 'minizip' in toolchain.packages():
    LIBRARY.append('npz')


def compile_instrumented(path, compiled):
    """Returns None, or the compiler's output."""
    status, output = toolchain.run(
        [*toolchain.launcher(), args.compiler, *toolchain.include_flags(), '-DTC_COMPILED', '-O1',
         '-g1', '-fsanitize=fuzzer-no-link,address,undefined', '-fno-sanitize-recover=all', '-c',
         str(path), '-o', str(compiled)])
    return None if status == 0 else output[:4000]


def fuzz(path, folder, objects):
    folder.mkdir()
    binary, compiled = folder / 'target', folder / 'target.o'
    problem = compile_instrumented(path, compiled)
    if problem:
        return problem
    status, output = toolchain.run(
        [args.compiler, '-fsanitize=fuzzer,address,undefined', str(compiled),
         *map(str, objects), '-o', str(binary),
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
    base = pathlib.Path(temporary)
    objects = [base / f'{name}.o' for name in LIBRARY]
    with concurrent.futures.ThreadPoolExecutor(toolchain.JOBS) as pool:
        problems = list(pool.map(
            lambda o: compile_instrumented(
                toolchain.ROOT / 'src' / 'library' / f'{o.stem}.cpp', o), objects))
    if any(problems):
        sys.exit('\n'.join(filter(None, problems)) + '\n0 passed, 1 failed')
    status = toolchain.run_all([
        (f'fuzz {path.stem}', lambda p=path: fuzz(p, base / p.stem, objects))
        for path in targets])
sys.exit(status)
