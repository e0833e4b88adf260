#!/usr/bin/env python3
"""Follows the recipes of docs/architecture.md: how to add an operation, a format, ...

usage: check_recipes.py [NAME]...

The section "Add ..." of a recipe names the files to touch, numbered, and at most four; a comment in
it, <!-- recipe: NAME -->, names its example. NAME.patch is applied to a copy of the tree. It must
touch these files, in any order, and no others. The lists are then written anew, the layers are
checked, and NAME.cpp, which uses what was added, is compiled with the patched headers and run. One
check each recipe.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / 'support'))
import toolchain  # noqa: E402

MOST_FILES = 4
GUIDE = toolchain.ROOT / 'docs' / 'architecture.md'


def recipes():
    """{name: the files that its section names}"""
    found = {}
    for section in re.split(r'^(?=##+ )', GUIDE.read_text(), flags=re.M):
        name = re.search(r'<!-- recipe: (\w+) -->', section)
        if name:
            found[name[1]] = re.findall(r'^\d+\. `([^`]+)`', section, re.M)
    return found


def follow(name, files):
    if not files or len(files) > MOST_FILES:
        return f'the recipe names {len(files)} files, 1 to {MOST_FILES} are allowed'
    patch = HERE / f'{name}.patch'
    touched = re.findall(r'^\+\+\+ b/(.*)$', patch.read_text(), re.M)
    if sorted(touched) != sorted(files):
        return f'the recipe names {sorted(files)}, its example touches {sorted(touched)}'
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for part in ('include', 'tests', 'docs'):
            shutil.copytree(toolchain.ROOT / part, copy / part)
        for command in (['git', 'apply', str(patch)],
                        [sys.executable, 'tests/headers/lists.py', '--fix'],
                        [sys.executable, 'tests/headers/lists.py'],
                        [sys.executable, 'tests/layers/check_layers.py']):
            result = subprocess.run(command, cwd=copy, capture_output=True, text=True)
            if result.returncode != 0:
                return f'$ {" ".join(command)}\n{result.stdout}{result.stderr}'
        flags = [flag.replace(str(toolchain.ROOT / 'include'), str(copy / 'include'))
                 for flag in toolchain.include_flags()]
        binary = copy / 'program'
        status, output = toolchain.run(
            ['g++', *flags, str(HERE / f'{name}.cpp'), '-o', str(binary), *toolchain.link_flags()])
        if status != 0:
            return output[:4000]
        status, output = toolchain.run([str(binary)])
        return None if status == 0 else f'exit status {status}\n{output}'


all_recipes = recipes()
missing = {path.stem for path in HERE.glob('*.patch')} ^ set(all_recipes)
checks = [(f'recipe {name}', lambda n=name, f=files: follow(n, f))
          for name, files in all_recipes.items() if not sys.argv[1:] or name in sys.argv[1:]]
if missing:
    checks.append(('examples', lambda: f'a recipe without example, or the reverse: {missing}'))
sys.exit(toolchain.run_all(checks))
