#!/usr/bin/env python3
"""What does including TensaCode, reflecting a struct and reading it cost the compiler?

usage: compile_time.py [--question NAME]... [--compiler NAME]... [--rounds N] [--structs N]
                       [--json-structs N] [--pfr DIR] [--before DIR] [--check]

The candidates of a question take turns in each round, so that a busy moment of the machine falls
on all of them; of each the least of the rounds counts. Prints JSON lines:
    programs CPU seconds and peak resident megabytes of `-c`, without optimisation, of each program
             in benchmarks/compile_time/programs and of the README's first program: with the library
             (TC_COMPILED) and header-only, and with --before, header-only with the headers of
             another checkout. Ratios of the library form (goals with g++): umbrella to
             third_parties, and fit to umbrella, at most 1.3; everything to eigen at most 3.5
    memory   megabytes that g++ holds behind the umbrella header. g++ collects its garbage, which
             takes it about 0.17 s, when it holds more than 256 MB
    reflect  user CPU seconds of `-fsyntax-only`, over those of an empty file, of --structs structs
             of 8 doubles whose names and values are visited: for TC_REFLECT(Type), for
             TC_REFLECT(Type, field, ...), and for Boost.PFR (names_as_array and for_each_field) if
             its <boost/pfr/core_name.hpp> is found; the ratio to PFR (goals: with a field list at
             most 1.2 s with g++; without one at most half of PFR). Milliseconds per struct leave
             the header out
    json     CPU seconds and peak resident megabytes of `-O2 -c`, the include too, of
             --json-structs structs of ten mixed fields, each written to JSON and read from it: for
             both forms of TC_REFLECT, and for nlohmann_json where it is installed, with its
             NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE and an adapter of a few lines for std::optional,
             which it does not know (goals with g++: at most 25 s and 700 MB). At most two rounds
    lines    preprocessed lines of the umbrella and of reflect/reflect.hpp
--question may be given several times; without it, all are answered. --pfr names a folder that
holds boost/pfr/core_name.hpp, which Boost has from version 1.84 on.
--check exits 1 if a ratio of "programs" is more than 1.4 times its goal.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'tests' / 'support'))
import toolchain  # noqa: E402

QUESTIONS = ['programs', 'memory', 'reflect', 'json', 'lines']
# program -> the program that it is compared with, and the goal
PROGRAM_GOALS = {'umbrella': ('third_parties', 1.3), 'fit': ('umbrella', 1.3),
                 'everything': ('eigen', 3.5)}
# What a check allows beyond a goal. On a busy machine the ratios of single runs differ by a third.
TOLERANCE = 1.3
REFLECT_GOAL_S = 1.2
REFLECT_GOAL_RATIO = 0.5
JSON_GOAL_S = 25
JSON_GOAL_MB = 700
GCC_COLLECTS_ABOVE_MB = 256

PROGRAMS = pathlib.Path(__file__).parent / 'programs'
UMBRELLA = '#include <tensacode/tensacode.hpp>\n'
REFLECT = '#include <tensacode/reflect/reflect.hpp>\n#include <cstddef>\n'
PFR = '#include <boost/pfr/core.hpp>\n#include <boost/pfr/core_name.hpp>\n#include <cstddef>\n'


# --- sources ------------------------------------------------------------------------------------
def struct_of(name, fields, form):
    """A struct with `fields`, pairs of type and name, registered in the `form` of a candidate."""
    members = ' '.join(f'{kind} {field}{{}};' for kind, field in fields)
    listed = ', '.join(field for _, field in fields)
    if form == 'list':
        return f'struct {name} {{ {members} TC_REFLECT({name}, {listed}) }};\n'
    if form == 'plain':
        return f'struct {name} {{ {members} }};\nTC_REFLECT({name})\n'
    if form == 'nlohmann_json':
        return (f'struct {name} {{ {members} }};\n'
                f'NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE({name}, {listed})\n')
    return f'struct {name} {{ {members} }};\n'


def visited_structs(count, form):
    """A file with `count` different structs of 8 fields, the fields of each visited once."""
    text = PFR if form == 'pfr' else REFLECT
    for index in range(count):
        name = f's{index}'
        fields = [('double', f'field_{letter}_{index}') for letter in 'abcdefgh']
        text += struct_of(name, fields, form)
        if form == 'pfr':
            visit = (f'constexpr auto names = boost::pfr::names_as_array<{name}>(); '
                     'boost::pfr::for_each_field(x, [&](auto& value, std::size_t i) '
                     '{ sum += value + double(names[i].size()); });')
        else:
            visit = ('tc::for_each_field(x, [&](auto name, auto& value) '
                     '{ sum += value + double(name.size()); });')
        text += f'inline double visit{index}({name}& x) {{ double sum = 0; {visit} return sum; }}\n'
    return text


JSON_FIELDS = ['int', 'double', 'bool', 'std::string', 'std::vector<double>', 'std::optional<int>',
               'std::map<std::string, int>', 'Color', 'std::array<double, 3>', 'std::int64_t']
STANDARD = ''.join(f'#include <{name}>\n' for name in (
    'array', 'cstdint', 'map', 'optional', 'string', 'vector'))
NLOHMANN_ADAPTERS = '''
NLOHMANN_JSON_SERIALIZE_ENUM(Color, {{Color::red, "red"}, {Color::green, "green"}, {Color::blue, "blue"}})
template <class T>
struct nlohmann::adl_serializer<std::optional<T>> {
  static void to_json(json& j, const std::optional<T>& x) { x ? j = *x : j = nullptr; }
  static void from_json(const json& j, std::optional<T>& x) {
    if (j.is_null()) x.reset(); else x = j.get<T>();
  }
};
'''


def json_structs(count, form):
    """A file that writes and reads `count` different structs of ten mixed fields."""
    peer = form == 'nlohmann_json'
    text = '#include <nlohmann/json.hpp>\n' if peer else '#include <tensacode/io/json.hpp>\n'
    text += STANDARD + 'enum class Color { red, green, blue };\n'
    text += NLOHMANN_ADAPTERS if peer else ''
    for index in range(count):
        name = f's{index}'
        text += struct_of(name, [(kind, f'field{i}_{index}')
                                 for i, kind in enumerate(JSON_FIELDS)], form)
        write = 'nlohmann::json(x).dump()' if peer else 'tc::to_json(x)'
        read = f'nlohmann::json::parse(t).get<{name}>()' if peer else f'tc::from_json<{name}>(t)'
        text += f'std::string write{index}(const {name}& x) {{ return {write}; }}\n'
        text += f'{name} read{index}(const std::string& t) {{ return {read}; }}\n'
    return text


# --- measuring ----------------------------------------------------------------------------------
class cost:
    """User and system CPU seconds, and peak resident megabytes, of a command and its children."""

    def __init__(self, command):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f'failed: {" ".join(command)}')
        self.user_s = usage.ru_utime
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.peak_mb = usage.ru_maxrss * 1024 / 1e6


def least_costs(candidates, rounds, command_of):
    """{name: the least of its rounds}, the candidates taking turns."""
    best = {}
    for _ in range(rounds):
        for name, path in candidates.items():
            now = cost(command_of(path))
            least = best.setdefault(name, now)
            for figure, value in vars(now).items():
                setattr(least, figure, min(value, getattr(least, figure)))
    return best


def compiles(compiler, flags, path):
    return subprocess.run([compiler, *flags, '-fsyntax-only', path],
                          stderr=subprocess.DEVNULL).returncode == 0


class session:
    """What the questions share: arguments, a folder for sources, and the way to print."""

    def __init__(self, args, folder):
        self.args, self.folder = args, pathlib.Path(folder)
        self.flags = toolchain.include_flags()
        self.within = True

    def write(self, name, text):
        path = self.folder / f'{name}.cpp'
        path.write_text(text)
        return str(path)

    def print(self, question, **values):
        print(json.dumps({'benchmark': 'compile_time', 'question': question, **values}), flush=True)

    def least_syntax(self, compiler, candidates, flags=None):
        return least_costs(candidates, self.args.rounds, lambda path: [
            compiler, *(flags or self.flags), '-fsyntax-only', path])


def programs():
    """{name: text} of the programs, and of the first one of the README."""
    texts = {path.stem: path.read_text() for path in sorted(PROGRAMS.glob('*.cpp'))}
    readme = (PROGRAMS.parents[2] / 'README.md').read_text()
    texts['readme'] = re.search(r'^```cpp\n(.*?)^```', readme, re.S | re.M)[1]
    return texts


def answer_programs(run, compiler):
    forms = {'library': ['-DTC_COMPILED'], 'headers': []}
    flags = {form: [*run.flags, *more] for form, more in forms.items()}
    if run.args.before:
        flags['before'] = [f'-I{run.args.before / "include"}',
                           *[flag for flag in run.flags if not flag.startswith('-I')]]
    commands = {}
    for name, text in programs().items():
        for form in flags:
            if form == 'library' or 'tensacode' in text:
                commands[name, form] = [compiler, *flags[form], '-c',
                                        run.write(f'{name}_{form}', text), '-o',
                                        str(run.folder / 'program.o')]
    best = least_costs(commands, run.args.rounds, lambda command: command)
    for (name, form), value in best.items():
        values = {'program': name, 'form': form, 'cpu_s': round(value.cpu_s, 2),
                  'peak_mb': round(value.peak_mb),
                  'ratio_to_eigen': round(value.cpu_s / best['eigen', 'library'].cpu_s, 2)}
        if form == 'library' and name in PROGRAM_GOALS:
            other, goal = PROGRAM_GOALS[name]
            ratio = value.cpu_s / best[other, 'library'].cpu_s
            values.update({f'ratio_to_{other}': round(ratio, 2), 'goal': goal})
            # The goals are g++'s; clang is held to them too.
            run.within = run.within and ratio <= goal * TOLERANCE
        run.print('programs', compiler=compiler, **values)


def answer_memory(run, compiler):
    if 'clang' in compiler:
        return
    command = [compiler, *run.flags, '-fsyntax-only', '-fmem-report', '--param',
               'ggc-min-heapsize=2000000', run.write('umbrella', UMBRELLA)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    line = re.search(r'^Total +(\d+)([kM]) +(\d+)([kM])', report, re.M)
    if line:  # allocated from the system, used
        used = int(line[3]) / (1000 if line[4] == 'k' else 1)
        run.print('memory', compiler=compiler, umbrella_mb=round(used),
                  collects_above_mb=GCC_COLLECTS_ABOVE_MB)


def answer_reflect(run, compiler):
    count = run.args.structs
    flags = (['-isystem', str(run.args.pfr)] if run.args.pfr else []) + run.flags
    candidates = {'empty': run.write('empty', ''), 'header': run.write('reflect', REFLECT)}
    for form in ('plain', 'list', 'pfr'):
        candidates[form] = run.write(f'reflect_{form}', visited_structs(count, form))
    candidates['pfr_header'] = run.write('pfr', PFR)
    if not compiles(compiler, flags, candidates['pfr_header']):
        del candidates['pfr'], candidates['pfr_header']
    best = run.least_syntax(compiler, candidates, flags)
    seconds = {name: value.user_s - best['empty'].user_s for name, value in best.items()}
    for form in ('plain', 'list', 'pfr'):
        if form in best:
            header = seconds['pfr_header' if form == 'pfr' else 'header']
            values = {'form': form, 'structs': count, 'seconds': round(seconds[form], 3),
                      'header_s': round(header, 3),
                      'ms_per_struct': round(1e3 * (seconds[form] - header) / count, 2)}
            if form != 'pfr' and 'pfr' in best:
                values['ratio_to_pfr'] = round(seconds[form] / seconds['pfr'], 3)
            if form == 'plain':
                values['goal_ratio'] = REFLECT_GOAL_RATIO
            if form == 'list' and 'clang' not in compiler:
                values['goal_s'] = REFLECT_GOAL_S
            run.print('reflect', compiler=compiler, **values)


def answer_json(run, compiler):
    count = run.args.json_structs
    candidates = {form: run.write(f'json_{form}', json_structs(count, form))
                  for form in ('plain', 'list', 'nlohmann_json')}
    if not compiles(compiler, run.flags, run.write('peer', '#include <nlohmann/json.hpp>\n')):
        del candidates['nlohmann_json']
    best = least_costs(candidates, min(run.args.rounds, 2), lambda path: [
        compiler, *run.flags, '-O2', '-c', path, '-o', str(run.folder / 'json.o')])
    for form, value in best.items():
        values = {'form': form, 'structs': count, 'cpu_s': round(value.cpu_s, 2),
                  'peak_mb': round(value.peak_mb)}
        if form != 'nlohmann_json' and 'nlohmann_json' in best:
            values['ratio_to_nlohmann_json'] = round(value.cpu_s / best['nlohmann_json'].cpu_s, 3)
        if form != 'nlohmann_json' and 'clang' not in compiler:
            values.update(goal_s=JSON_GOAL_S, goal_mb=JSON_GOAL_MB)
        run.print('json', compiler=compiler, **values)


def answer_lines(run, compiler):
    for name, text in (('umbrella', UMBRELLA), ('reflect', REFLECT)):
        output = subprocess.run([compiler, *run.flags, '-E', '-P', run.write(name, text)],
                                capture_output=True, text=True, check=True).stdout
        run.print('lines', compiler=compiler, header=name, preprocessed_lines=output.count('\n'))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter,
                                     usage=argparse.SUPPRESS)
    parser.add_argument('--question', action='append', choices=QUESTIONS)
    parser.add_argument('--compiler', action='append')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--structs', type=int, default=100)
    parser.add_argument('--json-structs', type=int, default=50)
    parser.add_argument('--pfr', type=pathlib.Path)
    parser.add_argument('--before', type=pathlib.Path)
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()
    answers = {'programs': answer_programs, 'memory': answer_memory, 'reflect': answer_reflect,
               'json': answer_json, 'lines': answer_lines}
    with tempfile.TemporaryDirectory() as folder:
        run = session(args, folder)
        for compiler in toolchain.compilers(args.compiler):
            for question in args.question or QUESTIONS:
                answers[question](run, compiler)
    return 1 if args.check and not run.within else 0


if __name__ == '__main__':
    sys.exit(main())
