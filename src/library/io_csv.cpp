// src/library/io_csv.cpp -- the compiled part of CSV.
#include <tensacode/io/csv/compiled/cells.hpp>
#include <tensacode/io/csv/compiled/rows.hpp>
