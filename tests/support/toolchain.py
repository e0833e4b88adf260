"""What the check scripts share: compilers, flags, two jobs at a time, and the counting line."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import tempfile

# As script/lib.sh: a precompiled header is hashed by its content; its date says nothing.
os.environ.setdefault('CCACHE_SLOPPINESS',
                      'pch_defines,time_macros,include_file_mtime,include_file_ctime')

ROOT = pathlib.Path(__file__).parents[2]
JOBS = int(os.environ.get('TC_JOBS', min(2, os.cpu_count() or 1)))


# The warnings of meson.build, for what is compiled outside of it.
def warnings(compiler):
    shadow = '-Wshadow' if 'clang' in compiler else '-Wshadow=local'
    return ['-Wall', '-Wextra', '-Wpedantic', shadow, '-Wnon-virtual-dtor', '-Woverloaded-virtual',
            '-Werror']


PACKAGES = ['eigen3', 'tbb', 'RapidJSON']
OPTIONAL_PACKAGES = ['minizip', 'sqlite3', 'xtensor']


def compilers(wanted=None):
    """The compilers to check with: those named, else g++ and clang 19 or the machine's newer one."""
    if wanted:
        return wanted
    return ['g++'] + [c for c in ('clang++-19', 'clang++') if clang_version(c) >= 19][:1]


def clang_version(compiler):
    """Its major version; 0 where there is no such compiler."""
    if not shutil.which(compiler):
        return 0
    return int(run([compiler, '-dumpversion'])[1].split('.')[0])


def pkg_config(*arguments):
    result = subprocess.run(['pkg-config', *arguments], capture_output=True, text=True)
    return result.stdout.split() if result.returncode == 0 else None


def packages():
    return PACKAGES + [p for p in OPTIONAL_PACKAGES if pkg_config('--exists', p) is not None]


def include_flags():
    """Include paths: ours as -I, third parties as -isystem, so that their warnings stay theirs."""
    flags = ['-std=c++20', f'-I{ROOT / "include"}']
    for flag in pkg_config('--cflags', *packages()) or ['-I/usr/include/eigen3']:
        if flag.startswith('-I'):
            if flag[2:].rstrip('/') != '/usr/include':
                flags += ['-isystem', flag[2:]]
        elif not flag.startswith('-std'):
            flags.append(flag)
    return flags


def link_flags():
    linker = ['-fuse-ld=mold'] if shutil.which('mold') else []
    return linker + (pkg_config('--libs', *packages()) or ['-ltbb']) + ['-ldl', '-pthread']


def library():
    """Builds the library once, in build/test; returns the flags to link a program with it."""
    build = ROOT / 'build' / 'test'
    script = f'. {ROOT}/script/lib.sh; configure g++ {build} -Dbenchmarks=disabled; ' \
             f'ninja -C {build} src/library/libtensacode.a'
    status, output = run(['bash', '-euc', script], timeout=1200)
    if status != 0:
        raise SystemExit(f'the library does not build:\n{output[-4000:]}\n0 passed, 1 failed')
    return [str(build / 'src' / 'library' / 'libtensacode.a')]


def launcher():
    return ['ccache'] if shutil.which('ccache') else []


def run(command, **options):
    """Runs `command`; returns (exit status, output of both streams)."""
    options.setdefault('timeout', 600)
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, errors='replace', **options)
    except subprocess.TimeoutExpired as late:
        return 124, f'{late.output or ""}\nran past {late.timeout} s'
    return result.returncode, result.stdout


def run_all(checks):
    """Runs (name, function) pairs, JOBS at a time. A function returns None, or what went wrong.

    Prints the failures and the closing line, and returns the exit status.
    """
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        futures = [(name, pool.submit(function)) for name, function in checks]
        for name, future in futures:
            try:
                problem = future.result()
            except Exception as error:  # a check that cannot run has failed; the others still run
                problem = f'{type(error).__name__}: {error}'
            if problem is None:
                passed += 1
            else:
                failed += 1
                print(f'FAILED {name}\n{problem}\n', flush=True)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0
