// benchmarks/json_library.cpp -- which JSON library should io/ stand on?
// Question: read and write MB/s on one core for a record of ten mixed fields (int, double, bool,
//   string, optional, vector, map, enum, int64, string), and what does the include cost?
// Candidates: RapidJSON below our typed readers (tc), RapidJSON's SAX parser alone (the bound for
//   tc), simdjson's on-demand parser with hand-written readers, nlohmann_json with its DOM.
// Command: script/bench json_library, or
//   g++ -std=c++20 -O3 -Iinclude benchmarks/json_library.cpp -lsimdjson && ./a.out
// Prints JSON lines {"library", "task", "mb_per_s"}.
// Last numbers (AMD EPYC, shared, 2 cores, g++ 12.2 -O3, 2026-11-22):
//   tc over RapidJSON: read 279, tokens only 473, write 698; RapidJSON SAX alone: read 397
//   simdjson: read 349; nlohmann_json: read 55, write 55
//   g++ -fsyntax-only of the include alone: rapidjson/reader.h 0.03 s, simdjson.h 1.21 s,
//   nlohmann/json.hpp 1.28 s
// Answer: RapidJSON. It alone is cheap to include and needs no library to link, and our tokens over
// it already read at more than the 250 MB/s asked for.
// SPDX-License-Identifier: MIT
#include "json_peers.hpp"
#include "record.hpp"

#include <tensacode/io/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using bench::Record;

template <class F>
void measure(const char* library, const char* task, std::size_t bytes, const F& f) {
  double best = 1e9;
  const auto begin = std::chrono::steady_clock::now();
  int runs = 0;
  while (runs < 5 || std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)) {
    best = std::min(best, bench::seconds_of(f));
    ++runs;
  }
  std::printf("{\"library\": \"%s\", \"task\": \"%s\", \"mb_per_s\": %.0f}\n", library, task,
              static_cast<double>(bytes) / best / 1e6);
}

int main() {
  const auto records = bench::make_records(20000);
  const std::string text = tc::to_json(records);
  std::size_t sink = 0;

  tc::detail::json_tape tape;
  measure("tc over RapidJSON", "read", text.size(),
          [&] { sink += tc::from_json<std::vector<Record>>(text).size(); });
  measure("tc over RapidJSON", "tokens only", text.size(), [&] { sink += tape.parse(text, 512); });
  measure("tc over RapidJSON", "write", text.size(), [&] { sink += tc::to_json(records).size(); });
  {
    struct ignore : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ignore> {};
    measure("RapidJSON", "SAX only", text.size(), [&] {
      rapidjson::StringStream stream(text.c_str());
      ignore handler;
      rapidjson::Reader reader;
      sink += reader.Parse < rapidjson::kParseValidateEncodingFlag |
                      rapidjson::kParseFullPrecisionFlag > (stream, handler)
                  ? 1
                  : 0;
    });
  }
#if defined(BENCH_SIMDJSON)
  {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(text);
    measure("simdjson", "read", text.size(),
            [&] { sink += bench::read_simdjson(parser, padded).size(); });
  }
#endif
#if defined(BENCH_NLOHMANN)
  measure("nlohmann_json", "read", text.size(), [&] { sink += bench::read_nlohmann(text).size(); });
  measure("nlohmann_json", "write", text.size(),
          [&] { sink += bench::write_nlohmann(records).size(); });
#endif
  return sink == 0;
}
