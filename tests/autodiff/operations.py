#!/usr/bin/env python3
"""Compares docs/operations.md with the tables of operations that the tests run.

usage: operations.py [--fix]

--fix writes the page. The tables are those of tests/autodiff/operation_table.hpp (tensors) and
scalar_table.hpp (scalars). The last line counts the check.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / 'docs' / 'operations.md'
HERE = ROOT / 'tests' / 'autodiff'

GROUPS = [
    ('ELEMENTWISE', 'Elementwise statements', 'Any shape, also empty.'),
    ('REDUCTION', 'Reductions, broadcasts, rearrangements and products', 'Any shape, also empty.'),
    ('NONEMPTY', 'Operations on matrices that have elements',
     '`shape_error` where there are none.'),
    ('SQUARE', 'Linear algebra',
     'Square matrices, also 0 x 0; `#include <tensacode/autodiff/tensor/linear_algebra.hpp>`. '
     '`spd(a)` stands for a a\' + 2 I.'),
]

HEAD = '''# Operations that differentiate

The tables below list every operation. `tests/autodiff/operations.py --fix` prints them from the
tables that the tests run. Every operation has all three modes: reverse, forward, and forward over
reverse.

For each row the tests compare, at 3 x 4, at 1 x 1 and, where it has a meaning, at empty shapes:

- the value with plain Eigen, and with the same function called with plain matrices;
- the gradient (reverse mode) with differences of values;
- the derivative along a direction (forward mode, with matrices of dual numbers) with the gradient;
- the Hessian times a direction (forward over reverse) with differences of gradients;
- a second run with the bits of the first, float with double, and the derivatives when both operands
  are the same matrix.

The functions come with these headers:

| functions | header |
|---|---|
| `softplus`, `clamp`, and functions of whole matrices other than `tanh`, `sigmoid`, `relu` | `<tensacode/autodiff/tensor/functions.hpp>` |
| `gather`, `scatter`, `hcat`, `vcat` | `<tensacode/autodiff/tensor/gather.hpp>` |
| two-dimensional convolution | `<tensacode/autodiff/tensor/convolution.hpp>` |
| tensors of any rank: elementwise statements, sums along an axis, shuffles, contractions, batches of matrix products | `<tensacode/autodiff/tensor/tensor_of_rank.hpp>` |
| all others, unless a table names a header | `<tensacode/autodiff/autodiff.hpp>` |

Tensors of any rank hold variables only. They have reverse mode and forward over reverse, but no
`jvp`. Eigen has `dot` for vectors only: in the tables `dot(a, b)` stands for `a.dot(b)` of tensor
variables, which is the sum of the products of elements.
'''


def split(text):
    """The top-level parts of a macro's arguments."""
    parts, depth, quoted = [''], 0, False
    for c in text:
        quoted ^= c == '"'
        depth += (c in '([{') - (c in ')]}')
        if c == ',' and depth == 0 and not quoted:
            parts.append('')
        else:
            parts[-1] += c
    return [p.strip() for p in parts]


def rows_of(text, macro):
    lines = []
    for line in text[text.index(f'#define {macro}'):].split('\n')[1:]:
        if not line.lstrip().startswith('ROW('):
            break
        lines.append(line.strip().rstrip('\\').strip())
    return [split(line[len('ROW('):-1]) for line in lines]


def cell(code):
    return '`' + code.replace('plain::', '').replace('|', '\\|') + '`'


def page():
    text = HEAD
    table = (HERE / 'operation_table.hpp').read_text()
    for name, title, remark in GROUPS:
        text += f'\n## {title}\n\n{remark}\n\n| operation | statement that is checked |\n|---|---|\n'
        for what, statement, _ in rows_of(table, f'TC_{name}_ROWS'):
            text += f'| {what.strip(chr(34))} | {cell(statement)} |\n'
    text += ('\n## Scalars\n\nEach at several points, in reverse, forward and forward over reverse '
             'mode, and in float.\n\n| function of x | at |\n|---|---|\n')
    for function, *points in rows_of((HERE / 'scalar_table.hpp').read_text(), 'TC_TEST_FUNCTIONS'):
        function = re.sub(r'(\w)\* ', r'\1 * ', function)  # clang-format takes x* x for a pointer
        text += f'| {cell(function)} | {", ".join(points)} |\n'
    return text


expected = page()
fresh = PAGE.exists() and PAGE.read_text() == expected
if '--fix' in sys.argv[1:]:
    PAGE.write_text(expected)
    sys.exit(0)
if not fresh:
    print(f'{PAGE} is not what the tables say. Fix: tests/autodiff/operations.py --fix')
print('1 passed, 0 failed' if fresh else '0 passed, 1 failed')
sys.exit(0 if fresh else 1)
