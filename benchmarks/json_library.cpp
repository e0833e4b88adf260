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
#include <tensacode/io/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define WITH_NLOHMANN 1
#endif
#if __has_include(<simdjson.h>)
#include <simdjson.h>
#define WITH_SIMDJSON 1
#endif

enum class Color { red, green, blue };

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

std::vector<Record> make_records(std::size_t count) {
  std::vector<Record> records(count);
  for (std::size_t i = 0; i < count; ++i) {
    Record& r = records[i];
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
  }
  return records;
}

template <class F>
void measure(const char* library, const char* task, std::size_t bytes, F&& f) {
  double best = 1e9;
  const auto begin = std::chrono::steady_clock::now();
  int runs = 0;
  while (runs < 5 || std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)) {
    const auto start = std::chrono::steady_clock::now();
    f();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (took.count() < best) best = took.count();
    ++runs;
  }
  std::printf("{\"library\": \"%s\", \"task\": \"%s\", \"mb_per_s\": %.0f}\n", library, task,
              static_cast<double>(bytes) / best / 1e6);
}

#if defined(WITH_NLOHMANN)
NLOHMANN_JSON_SERIALIZE_ENUM(Color,
                             {{Color::red, "red"}, {Color::green, "green"}, {Color::blue, "blue"}})
void from_json(const nlohmann::json& j, Record& r) {
  j.at("id").get_to(r.id);
  j.at("weight").get_to(r.weight);
  j.at("active").get_to(r.active);
  j.at("name").get_to(r.name);
  if (const auto score = j.find("score"); score != j.end()) r.score = score->get<double>();
  j.at("samples").get_to(r.samples);
  j.at("prices").get_to(r.prices);
  j.at("color").get_to(r.color);
  j.at("stamp").get_to(r.stamp);
  j.at("note").get_to(r.note);
}
void to_json(nlohmann::json& j, const Record& r) {
  j = {{"id", r.id},       {"weight", r.weight},   {"active", r.active},
       {"name", r.name},   {"samples", r.samples}, {"prices", r.prices},
       {"color", r.color}, {"stamp", r.stamp},     {"note", r.note}};
  if (r.score) j["score"] = *r.score;
}
#endif

#if defined(WITH_SIMDJSON)
std::vector<Record> read_simdjson(simdjson::ondemand::parser& parser,
                                  const simdjson::padded_string& text) {
  std::vector<Record> out;
  auto document = parser.iterate(text);
  for (auto value : document.get_array()) {
    Record& r = out.emplace_back();
    simdjson::ondemand::object object = value.get_object();
    for (auto field : object) {
      const std::string_view key = field.unescaped_key();
      if (key == "id")
        r.id = static_cast<int>(field.value().get_int64());
      else if (key == "weight")
        r.weight = field.value().get_double();
      else if (key == "active")
        r.active = field.value().get_bool();
      else if (key == "name")
        r.name = std::string_view(field.value().get_string());
      else if (key == "score")
        r.score = double(field.value().get_double());
      else if (key == "samples")
        for (auto x : field.value().get_array())
          r.samples.push_back(static_cast<int>(x.get_int64()));
      else if (key == "prices")
        for (auto x : field.value().get_object()) {
          const std::string_view name = x.unescaped_key();
          r.prices[std::string(name)] = x.value().get_double();
        }
      else if (key == "color")
        r.color = *tc::enum_cast<Color>(std::string_view(field.value().get_string()));
      else if (key == "stamp")
        r.stamp = field.value().get_int64();
      else if (key == "note")
        r.note = std::string_view(field.value().get_string());
    }
  }
  return out;
}
#endif

int main() {
  const auto records = make_records(20000);
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
#if defined(WITH_SIMDJSON)
  {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(text);
    measure("simdjson", "read", text.size(), [&] { sink += read_simdjson(parser, padded).size(); });
  }
#endif
#if defined(WITH_NLOHMANN)
  measure("nlohmann_json", "read", text.size(),
          [&] { sink += nlohmann::json::parse(text).get<std::vector<Record>>().size(); });
  measure("nlohmann_json", "write", text.size(),
          [&] { sink += nlohmann::json(records).dump().size(); });
#endif
  return sink == 0;
}
