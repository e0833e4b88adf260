#!/usr/bin/env python3
"""Compares the include graph of include/tensacode with the layer table of the design.

usage: check_layers.py [--include DIR]

A room may include rooms of lower layers and the same-layer pairs named below. What lies in
<room>/detail/ is included from its own room only. The definitions in `compiled/x.hpp` are included
by `x.hpp` and by src/library only. A format of room io includes another format only where the
table says so. Third-party headers come only from the rooms allowed to use them. No header lies
loose in the include root but the umbrella. Files form no cycle. No header has more than 500 lines,
and half of them have at most 120. Each kind of rule counts as one check; the last line counts them.
"""
import argparse
import pathlib
import re
import statistics
import sys

LAYERS = {
    'core': 0,
    'reflect': 1, 'tensor': 1,
    'tree': 2, 'autodiff': 2, 'codegen': 2,
    'transform': 3, 'control': 3, 'nn': 3, 'io': 3,
    'latent': 4, 'codec': 4,
    'learn': 5, 'synth': 5,
    'engine': 6,
    'ops': 7,
}

# (room, room it may include although both lie in one layer)
SAME_LAYER = {
    ('codec', 'latent'),
    # Branches and expectations mix and differentiate trees of variables.
    ('control', 'transform'),
}

# (format, format it may include although both are folders of room io)
SAME_FORMAT = {
    # The header of a safetensors file is JSON.
    ('arrays', 'json'),
}

# Prefix of a third-party include -> rooms that may use it. A prefix that is not here is a
# standard or system header, or is refused by UNKNOWN below.
ABOVE_TENSOR = {room for room, layer in LAYERS.items() if layer >= 2} | {'tensor'}
THIRD_PARTY = {
    'boost/pfr': {'reflect'},
    'boost/describe': {'reflect'},
    'boost/mp11': {'reflect'},
    'Eigen/': ABOVE_TENSOR,
    'unsupported/Eigen/': ABOVE_TENSOR,
    'xtensor/': {'tensor', 'io'},
    'oneapi/tbb': {'core', 'learn'},
    'tbb/': {'core', 'learn'},
    'cblas.h': {'autodiff'},
    'rapidjson/': {'io'},
    'simdjson': {'io'},
    'nlohmann/': {'io'},
    'minizip/': {'io'},
    'unzip.h': {'io'},
    'zip.h': {'io'},
    'sqlite3.h': {'engine'},
    'mpi.h': {'learn'},
    'sanitizer/': {'core'},
    'httplib.h': {'synth'},
}

# System headers that are not part of the standard library, and who may use them.
SYSTEM = {
    'dlfcn.h': {'codegen', 'core'},
    'fcntl.h': {'codegen', 'core', 'io', 'engine'},
    'poll.h': {'codegen'},
    'signal.h': {'codegen'},
    'spawn.h': {'codegen'},
    'unistd.h': {'codegen', 'core', 'io', 'engine', 'learn'},
    'sys/mman.h': {'autodiff', 'codegen', 'core', 'io', 'engine', 'learn'},
    'sys/': {'codegen', 'core', 'io', 'engine', 'learn'},
    'cxxabi.h': {'core'},
}

MOST_LINES = 500
MEDIAN_LINES = 120

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def strip_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*', '', text, flags=re.S)


def room_of(header):
    parts = header.split('/')
    return parts[1] if len(parts) > 2 else None


def format_of(header):
    """The format folder of a header of room io; None for what formats share."""
    parts = header.split('/')
    return parts[2] if parts[1] == 'io' and len(parts) > 3 and parts[2] != 'detail' else None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--include', type=pathlib.Path,
                        default=pathlib.Path(__file__).parents[2] / 'include')
    args = parser.parse_args()

    graph = {}
    for path in sorted(args.include.rglob('*.h*')):
        if path.suffix in ('.h', '.hpp'):
            name = str(path.relative_to(args.include))
            graph[name] = INCLUDE.findall(strip_comments(path.read_text()))

    faults = {'place': [], 'upward': [], 'detail': [], 'compiled': [], 'format': [],
              'third party': [], 'cycle': [],
              'spelling': [], 'size': []}
    for header, includes in graph.items():
        room = room_of(header)
        if room is None:
            if header != 'tensacode/tensacode.hpp':
                faults['place'].append(f'{header}: lies loose in the include root')
        elif room not in LAYERS:
            faults['place'].append(f'{header}: room {room} is not in the layer table')
            continue
        for quote, target in includes:
            if not target.startswith('tensacode/'):
                if quote == '"':
                    faults['spelling'].append(f'{header}: "{target}", write <tensacode/...>')
                check_foreign(header, room, target, faults)
                continue
            if quote == '"':
                faults['spelling'].append(f'{header}: "{target}", write <{target}>')
            if target not in graph:
                faults['spelling'].append(f'{header}: {target} does not exist')
                continue
            other = room_of(target)
            if '/detail/' in target and other != room:
                faults['detail'].append(f'{header}: {target} belongs to room {other} alone')
            declaring = target.replace('/compiled/', '/')
            if '/compiled/' in target and header != declaring:
                faults['compiled'].append(f'{header}: {target} is included by {declaring} alone')
            mine, theirs = format_of(header), format_of(target)
            if mine and theirs and mine != theirs and (mine, theirs) not in SAME_FORMAT:
                faults['format'].append(f'{header}: {theirs} is another format, and the pair '
                                        f'({mine}, {theirs}) is not allowed')
            if room is None or other == room or other not in LAYERS:
                if room is not None and other is None:
                    faults['upward'].append(f'{header}: a room must not include the umbrella')
                continue
            if LAYERS[other] > LAYERS[room]:
                faults['upward'].append(f'{header} (layer {LAYERS[room]}): {target} is layer '
                                        f'{LAYERS[other]}')
            elif LAYERS[other] == LAYERS[room] and (room, other) not in SAME_LAYER:
                faults['upward'].append(f'{header}: {other} is of the same layer, and the pair '
                                        f'({room}, {other}) is not allowed')
    faults['cycle'] = cycles(graph)
    faults['size'] = sizes({name: len((args.include / name).read_text().splitlines())
                            for name in graph})

    failed = 0
    for rule, found in faults.items():
        for fault in found:
            print(f'{rule}: {fault}')
        failed += bool(found)
    print(f'{len(faults) - failed} passed, {failed} failed')
    return 1 if failed else 0


def check_foreign(header, room, target, faults):
    for table in (THIRD_PARTY, SYSTEM):
        for prefix, rooms in table.items():
            if target.startswith(prefix):
                if room not in rooms:
                    faults['third party'].append(f'{header}: {target} is for '
                                                 f'{", ".join(sorted(rooms))}')
                return
    # The C++ standard library's headers have neither a slash nor an ending.
    if '/' in target or '.' in target:
        faults['third party'].append(f'{header}: {target} is not in the table of third parties')


def sizes(lines):
    """Headers that are too long, by their numbers of lines."""
    found = [f'{name}: {count} lines, at most {MOST_LINES} are allowed'
             for name, count in lines.items() if count > MOST_LINES]
    median = statistics.median(lines.values()) if lines else 0
    if median > MEDIAN_LINES:
        found.append(f'the median header has {median} lines, at most {MEDIAN_LINES} are allowed')
    return found


def compiled_of(header):
    folder, _, name = header.rpartition('/')
    return f'{folder}/compiled/{name}'


def cycles(graph):
    """Every include cycle of files, each reported once, by depth-first search."""
    found, state, stack = [], {}, []

    def visit(node):
        state[node] = 'open'
        stack.append(node)
        for _, target in graph[node]:
            # A header ends with its definitions, which see all of it.
            if target not in graph or target == compiled_of(node):
                continue
            if state.get(target) == 'open':
                found.append(' -> '.join(stack[stack.index(target):] + [target]))
            elif target not in state:
                visit(target)
        stack.pop()
        state[node] = 'done'

    for node in graph:
        if node not in state:
            visit(node)
    return found


if __name__ == '__main__':
    sys.exit(main())
