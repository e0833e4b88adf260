#!/usr/bin/env python3
"""Sees that the kernels of the library share no function with the rest of it.

usage: check_symbols.py

src/library/kernels/*.cpp compile the same templates for several processors. If two of the objects
held a function of one name, the linker would keep either, and an old processor might run
instructions that it does not know. So each function that the linker may merge must carry the name
of its processor. One check per kernel file, and one that the library holds them.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import toolchain  # noqa: E402

KERNELS = {'baseline': [], 'avx2': ['-march=x86-64-v3'], 'avx512': ['-march=x86-64-v4']}
# One pointer to the C++ run-time library, the same in every object.
SHARED = ('DW.ref.__gxx_personality_v0',)


def check(name, flags):
    source = toolchain.ROOT / 'src' / 'library' / 'kernels' / f'{name}.cpp'
    with toolchain.tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / 'kernels.o'
        status, output = toolchain.run(
            [*toolchain.launcher(), 'g++', *toolchain.include_flags(), '-O3', '-DNDEBUG',
             '-DTC_COMPILED', *flags, '-c', str(source), '-o', str(target)])
        if status != 0:
            return output[-4000:]
        symbols = subprocess.run(['nm', '-C', str(target)], capture_output=True, text=True,
                                 check=True).stdout
    weak = [line.split(' ', 2)[2] for line in symbols.splitlines() if line[17:18] in 'VWu']
    if not weak:
        return 'the object holds no template, so this check sees nothing'
    wrong = [symbol for symbol in weak if name not in symbol and symbol not in SHARED]
    return '\n'.join(wrong) or None


sys.exit(toolchain.run_all([(f'kernels of {name}', lambda n=name, f=flags: check(n, f))
                            for name, flags in KERNELS.items()]))
