#!/usr/bin/env python3
"""Sees that programs which link the library compile within their budget.

usage: check_budget.py

Runs benchmarks/compile_time with g++: the umbrella header against its third parties, fitting a model
against the umbrella, and everything against <Eigen/Dense>. They are ratios of CPU times, measured in
turns, and up to 1.3 times the goals is allowed. One check.
"""
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).parents[2]
status = subprocess.run([sys.executable, root / 'benchmarks/compile_time/compile_time.py', '--check',
                         '--question', 'programs', '--compiler', 'g++', '--rounds', '3']).returncode
print('1 passed, 0 failed' if status == 0 else '0 passed, 1 failed')
sys.exit(status)
