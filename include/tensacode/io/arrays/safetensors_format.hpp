// tensacode/io/arrays/safetensors_format.hpp -- the header of a safetensors file.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/number_bytes.hpp>
#include <tensacode/io/arrays/safetensors_file.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/json/tape.hpp>
#include <tensacode/io/json/write.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc::detail {

/// Writes the bytes in front of the data: the length of the header, and the header.
class safetensors_header {
 public:
  safetensors_header() { out_.open('{'); }

  /// Writes the metadata sorted by key, so that equal contents give equal files.
  template <class Metadata>
  void add_metadata(const Metadata& metadata) {
    if (metadata.empty()) return;
    std::vector<const typename Metadata::value_type*> entries;
    entries.reserve(metadata.size());
    for (const auto& entry : metadata) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    out_.field("__metadata__");
    out_.open('{');
    for (const auto* entry : entries) {
      out_.key(entry->first);
      out_.string(entry->second);
    }
    out_.close('}');
  }
  void add(std::string_view name, dtype type, const std::vector<std::size_t>& shape,
           std::uint64_t bytes);
  std::string finish();

 private:
  json_writer out_;
  lookup_set<std::string_view, text_hash> names_;
  std::uint64_t begin_ = 0;
};

class safetensors_parser {
 public:
  safetensors_parser(std::string_view bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  safetensors_file read();

  /// Calls `f(name, array)` for each tensor. The arrays refer to the bytes of the file, so nothing
  /// is copied.
  template <class F>
  void for_each_array(const F& f) {
    read_layout();
    for (const auto& place : places_) {
      auto& tensor = out_.tensors[place.tensor];
      stored_array array;
      array.type = tensor.type;
      array.shape = std::move(tensor.shape);
      array.bytes = data_.substr(static_cast<std::size_t>(place.begin),
                                 static_cast<std::size_t>(place.end - place.begin));
      f(std::move(tensor.name), std::move(array));
    }
  }

 private:
  /// Reads and checks the whole header. The tensors get no data yet; `places_` says where it is.
  void read_layout();

  struct extent {
    std::uint64_t begin;
    std::uint64_t end;
    std::size_t tensor;
  };

  void require(bool condition, const std::string& name, std::string expected, std::string found);
  void expect(std::uint32_t at, json_type type, const std::string& name, const char* expected) {
    require(tape_[at].type == type, name, expected, tape_.show(tape_[at]));
  }

  void read_metadata(std::uint32_t at);

  std::vector<std::uint64_t> read_integers(std::uint32_t at, const std::string& path);

  void read_entry(std::uint32_t at, const std::string& name);

  dtype read_dtype(std::string_view text, const std::string& name);

  /// Requires that the data of the tensors cover the rest of the file without gap or overlap.
  void check_offsets();

  std::string_view bytes_;
  std::string_view data_;
  const std::string& file_;
  json_tape tape_;
  std::vector<extent> places_;
  safetensors_file out_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/safetensors_format.hpp>
#endif
