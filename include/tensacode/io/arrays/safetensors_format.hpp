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

/// Writes the bytes before the data: the length of the header and the header.
class safetensors_header {
 public:
  safetensors_header() { out_.open('{'); }

  /// In order of the keys, so that equal files are equal byte for byte.
  template <class Metadata>
  void add_metadata(const Metadata& metadata) {
    if (metadata.empty()) return;
    std::vector<const typename Metadata::value_type*> entries;
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
           std::uint64_t bytes) {
    TC_CHECK(name != "__metadata__" && names_.insert(name), argument_error,
             "write_safetensors: the name '{}' cannot be used twice", name);
    std::size_t count = 0;
    TC_CHECK(count_elements(shape, size_of(type), count) && count * size_of(type) == bytes,
             argument_error,
             "write_safetensors: tensor '{}' has {} bytes, which is not its shape's", name, bytes);
    out_.key(name);
    out_.open('{');
    out_.field("dtype");
    out_.string(dtype_name(type));
    out_.field("shape");
    write_json_value(out_, shape);
    out_.field("data_offsets");
    write_json_value(out_, std::array<std::uint64_t, 2>{begin_, begin_ + bytes});
    out_.close('}');
    begin_ += bytes;
  }
  std::string finish() {
    out_.close('}');
    while (out_.text().size() % 8 != 0) out_.raw(' ');
    const std::uint64_t length = out_.text().size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    bytes += out_.text();
    return bytes;
  }

 private:
  json_writer out_;
  lookup_set<std::string_view, text_hash> names_;
  std::uint64_t begin_ = 0;
};

class safetensors_parser {
 public:
  safetensors_parser(std::string_view bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  safetensors_file read() {
    read_layout();
    for (const auto& place : places_) {
      const auto* begin = reinterpret_cast<const std::byte*>(data_.data());
      out_.tensors[place.tensor].bytes.assign(begin + place.begin, begin + place.end);
    }
    return std::move(out_);
  }

  /// Calls `f(name, array)` for each tensor, without copying its data.
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
  /// Checks everything; tensors are without data then, which are at `places_`.
  void read_layout() {
    require(bytes_.size() >= 8, "", "8 bytes of header length", format("{} bytes", bytes_.size()));
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), 8);
    // The bound is the reference implementation's.
    require(length <= 100'000'000, "", "a header of at most 100000000 bytes",
            format("{} bytes", length));
    require(length <= bytes_.size() - 8, "", format("a header of {} bytes", length),
            format("{} bytes", bytes_.size() - 8));
    data_ = bytes_.substr(8 + static_cast<std::size_t>(length));
    if (!tape_.parse(bytes_.substr(8, static_cast<std::size_t>(length)), 8))
      raise_problem(file_, tape_.problem());
    expect(0, json_type::object, "", "an object");

    const json_token& top = tape_[0];
    lookup_set<std::string_view, text_hash> names;
    for (std::uint32_t at = 1; at != top.next; at = tape_[at].next) {
      const std::string name(tape_.text_of(tape_[at]));
      require(names.insert(tape_.text_of(tape_[at])), name, "the name once", "it twice");
      ++at;
      if (name == "__metadata__")
        read_metadata(at);
      else
        read_entry(at, name);
    }
    check_offsets();
  }

  struct extent {
    std::uint64_t begin;
    std::uint64_t end;
    std::size_t tensor;
  };

  void require(bool condition, const std::string& name, std::string expected, std::string found) {
    if (condition) return;
    raise_problem(file_, {0, 0, name, std::move(expected), std::move(found)});
  }
  void expect(std::uint32_t at, json_type type, const std::string& name, const char* expected) {
    require(tape_[at].type == type, name, expected, tape_.show(tape_[at]));
  }

  void read_metadata(std::uint32_t at) {
    expect(at, json_type::object, "__metadata__", "an object");
    const std::uint32_t end = tape_[at].next;
    for (++at; at != end;) {
      const std::string key(tape_.text_of(tape_[at]));
      const std::string path = "__metadata__." + key;
      ++at;
      expect(at, json_type::string, path, "a string");
      require(out_.metadata.emplace(key, tape_.text_of(tape_[at])).second, path, "the key once",
              "it twice");
      at = tape_[at].next;
    }
  }

  std::vector<std::uint64_t> read_integers(std::uint32_t at, const std::string& path) {
    expect(at, json_type::array, path, "an array of integers");
    std::vector<std::uint64_t> out;
    const std::uint32_t end = tape_[at].next;
    for (++at; at != end; at = tape_[at].next) {
      std::uint64_t value = 0;
      require(tape_[at].type == json_type::number &&
                  integer_from_text(tape_.text_of(tape_[at]), value) == number_result::good,
              path, "integers from 0", tape_.show(tape_[at]));
      out.push_back(value);
    }
    return out;
  }

  void read_entry(std::uint32_t at, const std::string& name) {
    expect(at, json_type::object, name, "an object");
    const std::uint32_t end = tape_[at].next;
    bool has_dtype = false;
    bool has_shape = false;
    bool has_offsets = false;
    safetensor tensor;
    tensor.name = name;
    extent place{0, 0, out_.tensors.size()};
    for (++at; at != end; at = tape_[at].next) {
      const std::string_view key = tape_.text_of(tape_[at]);
      ++at;
      if (key == "dtype") {
        require(!std::exchange(has_dtype, true), name, "one dtype", "a second one");
        expect(at, json_type::string, name, "a dtype");
        tensor.type = read_dtype(tape_.text_of(tape_[at]), name);
      } else if (key == "shape") {
        require(!std::exchange(has_shape, true), name, "one shape", "a second one");
        for (const std::uint64_t n : read_integers(at, name)) tensor.shape.push_back(n);
      } else if (key == "data_offsets") {
        require(!std::exchange(has_offsets, true), name, "one pair of offsets", "a second one");
        const auto offsets = read_integers(at, name);
        require(offsets.size() == 2, name, "two data_offsets", format("{}", offsets.size()));
        place.begin = offsets[0];
        place.end = offsets[1];
      }
    }
    require(has_dtype && has_shape && has_offsets, name, "dtype, shape and data_offsets",
            "not all of them");
    require(place.begin <= place.end && place.end <= data_.size(), name,
            format("offsets inside {} bytes of data", data_.size()),
            format("[{}, {}]", place.begin, place.end));
    std::size_t count = 0;
    require(count_elements(tensor.shape, size_of(tensor.type), count), name,
            "a shape that fits in memory", "a larger one");
    const std::size_t size = count * size_of(tensor.type);
    require(size == place.end - place.begin, name, format("{} bytes for its shape", size),
            format("{}", place.end - place.begin));
    places_.push_back(place);
    out_.tensors.push_back(std::move(tensor));
  }

  dtype read_dtype(std::string_view text, const std::string& name) {
    std::string known;
    for (std::size_t i = 0; i < dtype_count; ++i) {
      const auto type = static_cast<dtype>(i);
      if (text == dtype_name(type)) return type;
      known += i == 0 ? "" : i + 1 == dtype_count ? " or " : ", ";
      known += dtype_name(type);
    }
    require(false, name, "a dtype that is one of " + known, detail::quoted(text));
    return dtype::F32;
  }

  /// The data of all tensors follow each other without gap or overlap, to the end of the file.
  void check_offsets() {
    std::sort(places_.begin(), places_.end(), [](const extent& a, const extent& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::uint64_t end = 0;
    for (const auto& place : places_) {
      require(place.begin == end, out_.tensors[place.tensor].name,
              format("data that begin at byte {}", end), format("{}", place.begin));
      end = place.end;
    }
    require(end == data_.size(), "", format("{} bytes of data", end), format("{}", data_.size()));
  }

  std::string_view bytes_;
  std::string_view data_;
  const std::string& file_;
  json_tape tape_;
  std::vector<extent> places_;
  safetensors_file out_;
};

}  // namespace tc::detail
