#!/usr/bin/env python3
"""Writes the .npy and .npz files of this folder with numpy, and seeds for the fuzz targets.

usage: make.py

The tests read the files and need no numpy; run this once where there is one. tests/io/npy.cpp and
tests/io/npz.cpp hold the numbers that are expected.
"""
import io
import pathlib
import warnings
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).parent
FUZZ = HERE.parents[1] / 'fuzz'

grid = np.arange(6).reshape(2, 3)
arrays = {
    # One of each dtype: -3, -2, ... or 0, 1, ... as far as the dtype goes.
    **{name: (grid - 3).astype(name) for name in ('i1', 'i2', 'i4', 'i8', 'f2', 'f4', 'f8')},
    **{name: grid.astype(name) for name in ('u1', 'u2', 'u4', 'u8')},
    'b1': grid % 2 == 1,
    'big_i2': (grid - 3).astype('>i2'),
    'big_f8': (grid - 3).astype('>f8'),
    'big_f2': (grid - 3).astype('>f2'),
    'fortran_f8': np.asfortranarray((grid - 3).astype('f8')),
    'fortran_big_u4': np.asfortranarray(grid.astype('>u4')),
    'fortran_3d_i4': np.asfortranarray(np.arange(24, dtype='i4').reshape(2, 3, 4)),
    # Halves: zero, minus zero, the least and the greatest subnormal, the least normal, the
    # greatest, infinities, a third.
    'halves': np.array([0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x3555],
                       dtype='u2').view('f2'),
    'single_f8': np.array(2.5),
    'vector_f4': np.array([1.5, -2.5, 3.5], dtype='f4'),
    'empty_f8': np.zeros((0, 3)),
    'hollow_f8': np.zeros((3, 0)),
}


def main():
    for name, array in arrays.items():
        np.save(HERE / f'{name}.npy', array)
    for version in ((2, 0), (3, 0)):
        with open(HERE / f'version_{version[0]}.npy', 'wb') as file, warnings.catch_warnings():
            warnings.simplefilter('ignore')
            np.lib.format.write_array(file, grid.astype('f8'), version=version)
    np.save(HERE / 'refused_object.npy', np.array([{}, None]), allow_pickle=True)
    np.save(HERE / 'refused_structured.npy', np.zeros(2, dtype=[('a', 'f4'), ('b', 'i4')]))
    np.save(HERE / 'refused_text.npy', np.array(['a', 'bc']))
    np.save(HERE / 'refused_bytes.npy', np.array([b'a', b'bc']))
    np.save(HERE / 'refused_complex.npy', np.array([1j]))
    np.save(HERE / 'refused_time.npy', np.array(['2026-11-22'], dtype='M8[D]'))

    record = {
        'layer.weight': (grid - 3).astype('f4'),
        'layer.bias': np.array([0.5, -0.5]),
        'steps': np.array(7, dtype='i8'),
        'mask': np.array([True, False, True]),
    }
    np.savez(HERE / 'stored.npz', **record)
    np.savez_compressed(HERE / 'compressed.npz', **record)
    with zipfile.ZipFile(HERE / 'bomb.npz', 'w', zipfile.ZIP_DEFLATED) as archive:
        buffer = io.BytesIO()
        np.save(buffer, np.zeros(1 << 20))
        archive.writestr('zeros.npy', buffer.getvalue())

    for name in ('f8', 'big_i2', 'fortran_big_u4', 'fortran_3d_i4', 'b1', 'halves', 'single_f8',
                 'version_2', 'hollow_f8', 'refused_structured'):
        (FUZZ / 'npy' / f'{name}.npy').write_bytes((HERE / f'{name}.npy').read_bytes())
    net = {
        'first.weight': grid.astype('f4'), 'first.bias': np.arange(3.0),
        'rest.0.weight': grid.astype('f2'), 'rest.1.weight': grid.astype('f4'),
        'more.a': np.arange(2, dtype='i4'),
    }
    np.savez(FUZZ / 'npz' / 'stored.npz', **net)
    np.savez_compressed(FUZZ / 'npz' / 'compressed.npz', **net)


main()
