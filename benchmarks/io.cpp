// benchmarks/io.cpp -- how fast are records read and written, and in how much memory?
// Question: MB/s on one core for a record of ten mixed fields (int, double, bool, string, optional,
//   vector, map, enum, int64, string), in memory as JSON and as text for people, in files as JSON
//   Lines and CSV (there an int and a double stand for vector and map); and for a matrix of 2000
//   by 2000 doubles as .npy and safetensors.
// Baselines, which read into and write from the same struct: RapidJSON, nlohmann_json, and, for
//   reading, simdjson on demand (benchmarks/json_peers.hpp).
// Command: script/bench io; script/bench io -- --gigabyte
// Prints JSON lines {"format", "task", "library", "mb_per_s"}, for others with "ratio" to ours, and
//   with a "goal" where there is one. Seconds are those of the CPU, the system's included, so that
//   a busy machine counts little and waiting for the disk not at all. The tasks take turns; of each
//   the best round counts. The megabytes are those of our text. Files lie in $TMPDIR, or in /tmp.
// --gigabyte [MEGABYTES] writes that much (1000) of JSON Lines and of CSV from records made on the
//   way, reads it one record at a time, compares the sums, and prints peak resident memory, and
//   MB/s by the clock on the wall, the making of the records and the flush to disk included.
// Last numbers: docs/io.md, "Speed and limits".
// SPDX-License-Identifier: MIT
#include "json_peers.hpp"
#include "record.hpp"

#include <tensacode/io/csv.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/io/jsonl.hpp>
#include <tensacode/io/npy.hpp>
#include <tensacode/io/safetensors.hpp>
#include <tensacode/io/text.hpp>
#include <tensacode/tree/compare.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace {

using bench::Record;
using bench::Row;

constexpr int rounds = 25;

struct Task {
  std::string format, task, library;
  std::size_t bytes;
  std::function<void()> run;
  double goal = 0;  // MB/s; 0 for none
  double best = 1e9;
};

/// Runs all tasks in turns, then prints them; the first of each format and task is ours.
void measure(std::vector<Task> tasks) {
  for (int round = 0; round < rounds; ++round)
    for (Task& task : tasks) task.best = std::min(task.best, bench::cpu_seconds_of(task.run));
  for (const Task& task : tasks) {
    const Task& ours = *std::ranges::find_if(
        tasks, [&](const Task& t) { return t.format == task.format && t.task == task.task; });
    std::printf(R"({"benchmark": "io", "format": "%s", "task": "%s", "library": "%s", )",
                task.format.c_str(), task.task.c_str(), task.library.c_str());
    std::printf(R"("mb_per_s": %.0f)", static_cast<double>(task.bytes) / task.best / 1e6);
    if (&task != &ours) std::printf(R"(, "ratio": %.2f)", ours.best / task.best);
    if (task.goal > 0) std::printf(R"(, "goal": %.0f)", task.goal);
    std::puts("}");
  }
  std::fflush(stdout);
}

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::exit(1);
}

void measure_json(const std::vector<Record>& records) {
  const std::string text = tc::to_json(records);
  std::size_t sink = 0;
  std::vector<Task> tasks;
  const auto read = [&](const char* library, auto reader, double goal = 0) {
    require(tc::equal(reader(), records), library);
    tasks.push_back(
        {"json", "read", library, text.size(), [&sink, reader] { sink += reader().size(); }, goal});
  };
  const auto write = [&](const char* library, auto writer, double goal = 0) {
    require(tc::equal(tc::from_json<std::vector<Record>>(writer()), records), library);
    tasks.push_back({"json", "write", library, text.size(),
                     [&sink, writer] { sink += writer().size(); }, goal});
  };
  read("tensacode", [&] { return tc::from_json<std::vector<Record>>(text); }, 250);
#if defined(BENCH_RAPIDJSON_DOM)
  read("RapidJSON", [&] { return bench::read_rapidjson(text); });
#endif
#if defined(BENCH_SIMDJSON)
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(text);
  read("simdjson", [&] { return bench::read_simdjson(parser, padded); });
#endif
#if defined(BENCH_NLOHMANN)
  read("nlohmann_json", [&] { return bench::read_nlohmann(text); });
#endif
  write("tensacode", [&] { return tc::to_json(records); }, 450);
  write("RapidJSON", [&] { return bench::write_rapidjson(records); });
#if defined(BENCH_NLOHMANN)
  write("nlohmann_json", [&] { return bench::write_nlohmann(records); });
#endif
  measure(std::move(tasks));
}

void measure_text(const std::vector<Record>& records) {
  std::vector<std::string> texts;
  std::size_t bytes = 0, sink = 0;
  for (const Record& record : records) bytes += texts.emplace_back(tc::to_text(record)).size();
  require(tc::equal(tc::from_text<Record>(texts.back()), records.back()), "text");
  measure({{"text", "read", "tensacode", bytes,
            [&] {
              for (const std::string& text : texts) sink += tc::from_text<Record>(text).name.size();
            }},
           {"text", "write", "tensacode", bytes, [&] {
              for (const Record& record : records) sink += tc::to_text(record).size();
            }}});
}

void measure_files(const std::vector<Record>& records, const std::filesystem::path& folder) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < records.size(); ++i) rows.push_back(bench::make_row(i));
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Random(2000, 2000);
  const std::map<std::string, Eigen::MatrixXd> tensors{{"matrix", matrix}};
  const std::string jsonl = folder / "r.jsonl", csv = folder / "r.csv", npy = folder / "m.npy",
                    safe = folder / "m.safetensors";
  std::vector<Task> tasks;
  const auto add = [&](const char* format, const std::string& path, const auto& object, auto reader,
                       auto writer) {
    writer();
    require(tc::equal(reader(), object), format);
    const std::size_t bytes = std::filesystem::file_size(path);
    tasks.push_back({format, "read", "tensacode", bytes, [reader] { reader(); }});
    tasks.push_back({format, "write", "tensacode", bytes, writer});
  };
  add(
      "jsonl", jsonl, records, [&] { return tc::read_jsonl<Record>(jsonl); },
      [&] { tc::write_jsonl(jsonl, records); });
  add("csv", csv, rows, [&] { return tc::read_csv<Row>(csv); }, [&] { tc::write_csv(csv, rows); });
  add(
      "npy", npy, matrix, [&] { return tc::read_npy<Eigen::MatrixXd>(npy); },
      [&] { tc::write_npy(npy, matrix); });
  add(
      "safetensors", safe, tensors,
      [&] { return tc::read_safetensors<std::map<std::string, Eigen::MatrixXd>>(safe); },
      [&] { tc::write_safetensors(safe, tensors); });
  measure(std::move(tasks));
}

long peak_mb() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss * 1024 / 1000000;
}

/// What must come back: the sums of a few fields.
struct Sums {
  std::int64_t ids = 0, stamps = 0, letters = 0;
  double weights = 0;
  template <class T>
  void add(const T& r) {
    ids += r.id, stamps += r.stamp, weights += r.weight;
    letters += static_cast<std::int64_t>(r.name.size() + r.note.size());
  }
  bool operator==(const Sums&) const = default;
};

/// Writes about `bytes` of what `make(i)` gives, reads it again, and prints how that went.
template <class Make, class Write, class ForEach>
void stream(const char* format, const std::string& path, double bytes, std::size_t bytes_each,
            Make make, Write write, ForEach for_each) {
  const auto count = static_cast<std::size_t>(bytes / static_cast<double>(bytes_each));
  Sums written, read;
  // Rows are made when the writer asks for them; the sums are taken on the way.
  const double wrote = bench::seconds_of([&] {
    write(path, std::views::iota(std::size_t{0}, count) | std::views::transform([&](std::size_t i) {
                  auto row = make(i);
                  written.add(row);
                  return row;
                }));
  });
  const double took = bench::seconds_of([&] { for_each(path, [&](auto&& r) { read.add(r); }); });
  require(read == written, format);
  const auto size = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::remove(path);
  std::printf(R"({"benchmark": "io", "format": "%s", "task": "stream", "rows": %zu, "mb": %.0f, )"
              R"("read_mb_per_s": %.0f, "write_mb_per_s": %.0f, "peak_mb": %ld, )"
              R"("goal_peak_mb": 200})"
              "\n",
              format, count, size / 1e6, size / took / 1e6, size / wrote / 1e6, peak_mb());
  std::fflush(stdout);
}

void stream_gigabyte(double megabytes, const std::filesystem::path& folder) {
  const auto csv_bytes = [](const Row& row) {
    tc::detail::csv_writer writer(',');
    tc::detail::write_cells(writer, row);
    return writer.text().size() + 1;
  };
  const std::size_t middle = 1'000'000;  // a number of as many digits as most have
  stream(
      "jsonl", folder / "gigabyte.jsonl", megabytes * 1e6,
      tc::to_json(bench::make_record(middle)).size() + 1, bench::make_record,
      [](const std::string& path, const auto& rows) { tc::write_jsonl(path, rows); },
      [](const std::string& path, const auto& f) { tc::for_each_jsonl<Record>(path, f); });
  stream(
      "csv", folder / "gigabyte.csv", megabytes * 1e6, csv_bytes(bench::make_row(middle)),
      bench::make_row, [](const std::string& path, const auto& rows) { tc::write_csv(path, rows); },
      [](const std::string& path, const auto& f) { tc::for_each_csv<Row>(path, f); });
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = std::filesystem::temp_directory_path() / "tensacode-bench-io";
  std::filesystem::create_directories(folder);
  if (argc > 1 && std::string_view(argv[1]) == "--gigabyte") {
    stream_gigabyte(argc > 2 ? std::atof(argv[2]) : 1000, folder);
  } else if (argc > 1) {
    std::fprintf(stderr, "usage: bench_io [--gigabyte [MEGABYTES]]\n");
    return 2;
  } else {
    const auto records = bench::make_records(20000);
    measure_json(records);
    measure_text(records);
    measure_files(records, folder);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
