#!/usr/bin/env python3
"""What does including TensaCode, and reflecting a struct, cost the compiler?

usage: compile_time.py [--rounds N] [--structs N] [--compiler NAME]... [--check]

Measures user CPU seconds of `-fsyntax-only`, the least of the rounds. The candidates take turns in
each round, so that a busy moment of the machine falls on all of them. Baseline: <Eigen/Dense>,
PFR's core and oneTBB's parallel_for together. Prints JSON lines:
    question "include": seconds of an empty file, of the baseline, of the umbrella header, and the
        ratio of umbrella to baseline (goal: at most 1.3)
    question "reflect": milliseconds per struct of 8 fields whose names and values are visited,
        for TC_REFLECT(Type) and for TC_REFLECT(Type, field, ...)
    question "lines": preprocessed lines of the umbrella and of reflect/reflect.hpp
--check exits 1 if the ratio is above the goal.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'tests' / 'support'))
import toolchain  # noqa: E402

GOAL = 1.3

BASE = ('#include <Eigen/Dense>\n#include <boost/pfr/core.hpp>\n'
        '#include <oneapi/tbb/parallel_for.h>\n')
UMBRELLA = '#include <tensacode/tensacode.hpp>\n'
REFLECT = '#include <tensacode/reflect/reflect.hpp>\n#include <cstddef>\n'


def reflected_structs(count, with_list):
    """A file with `count` different structs of 8 fields, the fields of each visited once."""
    names = [f'field_{letter}' for letter in 'abcdefgh']
    text = REFLECT
    for index in range(count):
        fields = ' '.join(f'double {name}_{index} = 0;' for name in names)
        listed = ', '.join(f'{name}_{index}' for name in names)
        if with_list:
            text += f'struct s{index} {{ {fields} TC_REFLECT(s{index}, {listed}) }};\n'
        else:
            text += f'struct s{index} {{ {fields} }};\nTC_REFLECT(s{index})\n'
        text += (f'inline double visit{index}(s{index}& x) {{ double sum = 0; tc::for_each_field(x,'
                 ' [&](auto name, auto& value) { sum += value + double(name.size()); });'
                 ' return sum; }\n')
    return text


def user_seconds(command):
    """User CPU seconds of a command, its children included."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f'failed: {" ".join(command)}')
    return usage.ru_utime


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--structs', type=int, default=100)
    parser.add_argument('--compiler', action='append')
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()

    sources = {
        'empty': '',
        'base': BASE,
        'umbrella': UMBRELLA,
        'reflect_header': REFLECT,
        'reflect_plain': reflected_structs(args.structs, with_list=False),
        'reflect_list': reflected_structs(args.structs, with_list=True),
    }
    flags = toolchain.include_flags()
    within = True
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, text in sources.items():
            paths[name] = str(pathlib.Path(folder) / f'{name}.cpp')
            pathlib.Path(paths[name]).write_text(text)
        for compiler in toolchain.compilers(args.compiler):
            best = {name: float('inf') for name in sources}
            for _ in range(args.rounds):
                for name, path in paths.items():
                    command = [compiler, *flags, '-fsyntax-only', path]
                    best[name] = min(best[name], user_seconds(command))
            ratio = best['umbrella'] / best['base']
            within = within and ratio <= GOAL
            print(json.dumps({
                'benchmark': 'compile_time', 'question': 'include', 'compiler': compiler,
                'empty_s': round(best['empty'], 3), 'base_s': round(best['base'], 3),
                'umbrella_s': round(best['umbrella'], 3), 'ratio': round(ratio, 3),
                'goal': GOAL}), flush=True)
            for form in ('plain', 'list'):
                cost = (best[f'reflect_{form}'] - best['reflect_header']) / args.structs
                print(json.dumps({
                    'benchmark': 'compile_time', 'question': 'reflect', 'compiler': compiler,
                    'form': form, 'structs': args.structs, 'header_s':
                    round(best['reflect_header'], 3), 'ms_per_struct': round(1e3 * cost, 2)}),
                    flush=True)
        for name in ('umbrella', 'reflect_header'):
            output = subprocess.run(['g++', *flags, '-E', '-P', paths[name]], capture_output=True,
                                    text=True, check=True).stdout
            print(json.dumps({'benchmark': 'compile_time', 'question': 'lines', 'header': name,
                              'preprocessed_lines': output.count('\n')}))
    return 1 if args.check and not within else 0


if __name__ == '__main__':
    sys.exit(main())
