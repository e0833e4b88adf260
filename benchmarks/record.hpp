// benchmarks/record.hpp -- the records that the benchmarks of io/ read and write, and the clock.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/reflect/reflect.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <time.h>

namespace bench {

enum class Color { red, green, blue };

/// Ten mixed fields.
struct Record {
  int id = 0;
  double weight = 0;
  bool active = false;
  std::string name;
  std::optional<double> score;
  std::vector<int> samples;
  std::map<std::string, double> prices;
  Color color = Color::red;
  std::int64_t stamp = 0;
  std::string note;
};
TC_REFLECT(Record)

/// Ten mixed fields that fit in the cells of a row.
struct Row {
  int id = 0;
  double weight = 0;
  bool active = false;
  std::string name;
  std::optional<double> score;
  int sample = 0;
  double price = 0;
  Color color = Color::red;
  std::int64_t stamp = 0;
  std::string note;
};
TC_REFLECT(Row)

inline Record make_record(std::size_t i) {
  Record r;
  r.id = static_cast<int>(i);
  r.weight = static_cast<double>(i) * 0.37;
  r.active = i % 3 == 0;
  r.name = "record number " + std::to_string(i);
  if (i % 2 == 0) r.score = static_cast<double>(i % 1000) / 8;
  r.samples = {1, 20, 300, static_cast<int>(i % 10000)};
  r.prices = {{"apple", 1.25}, {"pear", 0.5 + static_cast<double>(i % 7)}};
  r.color = static_cast<Color>(i % 3);
  r.stamp = 1'700'000'000'000'000 + static_cast<std::int64_t>(i) * 1009;
  r.note = "a note of some length, with \"quotes\" and caf\xC3\xA9, as people write them";
  return r;
}

inline Row make_row(std::size_t i) {
  Record r = make_record(i);
  return {r.id,         r.weight,         r.active, r.name,  r.score,
          r.samples[3], r.prices["pear"], r.color,  r.stamp, r.note};
}

inline std::vector<Record> make_records(std::size_t count) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(make_record(i));
  return records;
}

/// Seconds that `f` takes by the clock on the wall.
template <class F>
double seconds_of(const F& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// CPU seconds of this thread that `f` takes: the same however busy the other cores are, but
/// without what it waits for.
template <class F>
double cpu_seconds_of(const F& f) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  f();
  return now() - start;
}

}  // namespace bench
