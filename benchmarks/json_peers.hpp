// benchmarks/json_peers.hpp -- the record of the benchmarks read and written by other libraries.
// Each does what its users would write for a struct: nlohmann_json through its DOM, simdjson
// on demand, RapidJSON from its DOM and by its Writer. BENCH_NLOHMANN and BENCH_SIMDJSON are
// defined if these are installed, BENCH_RAPIDJSON_DOM if the compiler takes RapidJSON 1.1's DOM:
// clang 19 finds an assignment to a constant in it. SPDX-License-Identifier: MIT
#pragma once

#include "record.hpp"

#include <tensacode/reflect/enums.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#if !defined(__clang__)
#include <rapidjson/document.h>
#define BENCH_RAPIDJSON_DOM 1
#endif
#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define BENCH_NLOHMANN 1
#endif
#if __has_include(<simdjson.h>)
#include <simdjson.h>
#define BENCH_SIMDJSON 1
#endif

namespace bench {

// --- RapidJSON ----------------------------------------------------------------------------------
#if defined(BENCH_RAPIDJSON_DOM)
inline std::string_view text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

/// Exact numbers and checked UTF-8, as the others have.
inline std::vector<Record> read_rapidjson(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag>(
      text.data(), text.size());
  if (document.HasParseError()) throw std::runtime_error("RapidJSON cannot read the text");
  std::vector<Record> out;
  out.reserve(document.Size());
  for (const auto& object : document.GetArray()) {
    Record& r = out.emplace_back();
    r.id = object["id"].GetInt();
    r.weight = object["weight"].GetDouble();
    r.active = object["active"].GetBool();
    r.name = text_of(object["name"]);
    if (const auto score = object.FindMember("score"); score != object.MemberEnd())
      r.score = score->value.GetDouble();
    for (const auto& sample : object["samples"].GetArray()) r.samples.push_back(sample.GetInt());
    for (const auto& price : object["prices"].GetObject())
      r.prices.emplace(text_of(price.name), price.value.GetDouble());
    r.color = *tc::enum_cast<Color>(text_of(object["color"]));
    r.stamp = object["stamp"].GetInt64();
    r.note = text_of(object["note"]);
  }
  return out;
}
#endif

inline std::string write_rapidjson(const std::vector<Record>& records) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  const auto put = [&](std::string_view text) {
    out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  };
  out.StartArray();
  for (const Record& r : records) {
    out.StartObject();
    out.Key("id"), out.Int(r.id);
    out.Key("weight"), out.Double(r.weight);
    out.Key("active"), out.Bool(r.active);
    out.Key("name"), put(r.name);
    if (r.score) out.Key("score"), out.Double(*r.score);
    out.Key("samples"), out.StartArray();
    for (const int sample : r.samples) out.Int(sample);
    out.EndArray();
    out.Key("prices"), out.StartObject();
    for (const auto& [name, price] : r.prices) put(name), out.Double(price);
    out.EndObject();
    out.Key("color"), put(tc::enum_name(r.color));
    out.Key("stamp"), out.Int64(r.stamp);
    out.Key("note"), put(r.note);
    out.EndObject();
  }
  out.EndArray();
  return {buffer.GetString(), buffer.GetSize()};
}

// --- nlohmann_json ------------------------------------------------------------------------------
#if defined(BENCH_NLOHMANN)
NLOHMANN_JSON_SERIALIZE_ENUM(Color,
                             {{Color::red, "red"}, {Color::green, "green"}, {Color::blue, "blue"}})

inline void from_json(const nlohmann::json& j, Record& r) {
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

inline void to_json(nlohmann::json& j, const Record& r) {
  j = {{"id", r.id},       {"weight", r.weight},   {"active", r.active},
       {"name", r.name},   {"samples", r.samples}, {"prices", r.prices},
       {"color", r.color}, {"stamp", r.stamp},     {"note", r.note}};
  if (r.score) j["score"] = *r.score;
}

inline std::vector<Record> read_nlohmann(const std::string& text) {
  return nlohmann::json::parse(text).get<std::vector<Record>>();
}

inline std::string write_nlohmann(const std::vector<Record>& records) {
  return nlohmann::json(records).dump();
}
#endif

// --- simdjson -----------------------------------------------------------------------------------
#if defined(BENCH_SIMDJSON)
inline std::vector<Record> read_simdjson(simdjson::ondemand::parser& parser,
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

}  // namespace bench
