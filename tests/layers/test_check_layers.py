#!/usr/bin/env python3
"""Plants faults in a copy of the headers and sees that check_layers.py names each.

usage: test_check_layers.py [--include DIR]
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument('--include', type=pathlib.Path,
                    default=pathlib.Path(__file__).parents[2] / 'include')
args = parser.parse_args()
checker = pathlib.Path(__file__).with_name('check_layers.py')

# name of the fault, files to plant (path -> text), what the checker must print
PLANTS = [
    ('an upward include', {
        'core/planted.hpp': '#include <tensacode/ops/planted.hpp>\n',
        'ops/planted.hpp': '',
    }, 'upward: tensacode/core/planted.hpp (layer 0): tensacode/ops/planted.hpp is layer 7'),
    ('a same-layer include that is not allowed', {
        'reflect/planted.hpp': '#include <tensacode/tensor/planted.hpp>\n',
        'tensor/planted.hpp': '',
    }, 'the pair (reflect, tensor) is not allowed'),
    ('a foreign detail include', {
        'tree/planted.hpp': '#include <tensacode/reflect/detail/planted.hpp>\n',
        'reflect/detail/planted.hpp': '',
    }, 'detail: tensacode/tree/planted.hpp'),
    ('an include cycle', {
        'core/planted_a.hpp': '#include <tensacode/core/planted_b.hpp>\n',
        'core/planted_b.hpp': '#include <tensacode/core/planted_a.hpp>\n',
    }, 'cycle: tensacode/core/planted_'),
    ('a third party in the wrong room', {
        'core/planted.hpp': '#include <Eigen/Core>\n',
    }, 'third party: tensacode/core/planted.hpp: Eigen/Core'),
    ('a loose header', {'planted.hpp': ''}, 'place: tensacode/planted.hpp'),
    ('an unknown room', {'planted/planted.hpp': ''}, 'room planted is not in the layer table'),
    ('the umbrella from a room', {
        'ops/planted.hpp': '#include <tensacode/tensacode.hpp>\n',
        'tensacode.hpp': '',
    }, 'a room must not include the umbrella'),
    ('a quoted include', {
        'core/planted.hpp': '#include "planted_b.hpp"\n', 'core/planted_b.hpp': '',
    }, 'spelling: tensacode/core/planted.hpp'),
    ('another header\'s definitions', {
        'core/planted.hpp': '#include <tensacode/core/compiled/planted_b.hpp>\n',
        'core/compiled/planted_b.hpp': '',
    }, 'compiled: tensacode/core/planted.hpp: tensacode/core/compiled/planted_b.hpp'),
    ('another format', {
        'io/csv/planted.hpp': '#include <tensacode/io/json/planted.hpp>\n',
        'io/json/planted.hpp': '',
    }, 'format: tensacode/io/csv/planted.hpp: json is another format'),
    ('a long header', {'core/planted.hpp': '//\n' * 501}, 'size: tensacode/core/planted.hpp: 501'),
]

passed = failed = 0
for name, files, expected in PLANTS:
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / 'include'
        shutil.copytree(args.include, copy)
        for path, text in files.items():
            target = copy / 'tensacode' / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        result = subprocess.run([sys.executable, checker, '--include', copy],
                                capture_output=True, text=True)
        if result.returncode != 0 and expected in result.stdout:
            passed += 1
        else:
            failed += 1
            print(f'{name}: exit {result.returncode}, expected "{expected}" in:\n{result.stdout}')
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
