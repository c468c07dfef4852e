"""Compiled loops of query execution: arrays in, arrays out; no files, no Whoosh.

Everything here works on one segment at a time. ``views`` says what arrays a kernel takes;
``ranking`` has the kernels for words, ``phrases`` those that read positions, ``sets`` those that
build and count bitmaps, ``trees`` the one that runs any query tree. Importing them loads Numba, so
only searches that repay it do so.
"""
