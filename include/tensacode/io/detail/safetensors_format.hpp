// tensacode/io/detail/safetensors_format.hpp -- the header of a safetensors file.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/deferred.hpp>
#include <tensacode/io/detail/json_tape.hpp>
#include <tensacode/io/detail/json_write.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/safetensors_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc::detail {

/// Bytes that a tensor of this shape takes, or nothing if they cannot be counted.
template <class Lazy = void>
std::optional<std::uint64_t> tensor_bytes(dtype type, const std::vector<std::size_t>& shape) {
  for (const std::size_t extent : shape)
    if (extent == 0) return 0;
  std::uint64_t count = size_of(type);
  for (const std::size_t extent : shape) {
    if (count > std::numeric_limits<std::uint64_t>::max() / extent) return std::nullopt;
    count *= extent;
  }
  return count;
}

template <class Lazy>
std::string safetensors_header(const basic_safetensors_file<Lazy>& file) {
  basic_json_writer<Lazy> out;
  deferred<std::set<std::string_view>, Lazy> names{"__metadata__"};
  std::uint64_t begin = 0;
  out.open('{');
  if (!file.metadata.empty()) {
    out.field("__metadata__");
    write_json_value(out, file.metadata);
  }
  for (const auto& tensor : file.tensors) {
    TC_CHECK(names.insert(tensor.name).second, argument_error,
             "write_safetensors: the name '{}' cannot be used twice", tensor.name);
    TC_CHECK(tensor_bytes(tensor.type, tensor.shape) == tensor.bytes.size(), argument_error,
             "write_safetensors: tensor '{}' has {} bytes, which is not its shape's", tensor.name,
             tensor.bytes.size());
    const std::uint64_t end = begin + tensor.bytes.size();
    out.key(tensor.name);
    out.open('{');
    out.field("dtype");
    out.string(dtype_name(tensor.type));
    out.field("shape");
    write_json_value(out, tensor.shape);
    out.field("data_offsets");
    write_json_value(out, std::pair(begin, end));
    out.close('}');
    begin = end;
  }
  out.close('}');
  while (out.text().size() % 8 != 0) out.raw(' ');
  const std::uint64_t length = out.text().size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += out.text();
  return bytes;
}

template <class Lazy>
class safetensors_parser {
 public:
  safetensors_parser(std::string_view bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  basic_safetensors_file<Lazy> read() {
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
      raise_problem<Lazy>(file_, tape_.problem());
    expect(0, json_type::object, "", "an object");

    const json_token& top = tape_[0];
    deferred<std::set<std::string_view>, Lazy> names;
    for (std::uint32_t at = 1; at != top.next; at = tape_[at].next) {
      const std::string name(tape_.text_of(tape_[at]));
      require(names.insert(tape_.text_of(tape_[at])).second, name, "the name once", "it twice");
      ++at;
      if (name == "__metadata__")
        read_metadata(at);
      else
        read_entry(at, name);
    }
    check_offsets();
    copy_data();
    return std::move(out_);
  }

 private:
  struct extent {
    std::uint64_t begin;
    std::uint64_t end;
    std::size_t tensor;
  };

  void require(bool condition, const std::string& name, std::string expected, std::string found) {
    if (condition) return;
    raise_problem<Lazy>(file_, {0, 0, name, std::move(expected), std::move(found)});
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

  deferred<std::vector<std::uint64_t>, Lazy> read_integers(std::uint32_t at,
                                                           const std::string& path) {
    expect(at, json_type::array, path, "an array of integers");
    deferred<std::vector<std::uint64_t>, Lazy> out;
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
    deferred<safetensor, Lazy> tensor;
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
    const auto size = tensor_bytes(tensor.type, tensor.shape);
    require(size == place.end - place.begin, name,
            size ? format("{} bytes for its shape", *size) : "a shape that fits in memory",
            format("{}", place.end - place.begin));
    places_.push_back(place);
    out_.tensors.push_back(std::move(tensor));
  }

  dtype read_dtype(std::string_view text, const std::string& name) {
    for (const dtype type : {dtype::F32, dtype::F64, dtype::I64, dtype::I32, dtype::U8})
      if (text == dtype_name(type)) return type;
    require(false, name, "a dtype that is one of F32, F64, I64, I32 or U8", detail::quoted(text));
    return dtype::F32;
  }

  /// The data of all tensors follow each other without gap or overlap, to the end of the file.
  void check_offsets() {
    std::sort(places_.begin(), places_.end(), [](const extent& a, const extent& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t end = 0;
    for (const auto& place : places_) {
      require(place.begin == end, out_.tensors[place.tensor].name,
              format("data that begin at byte {}", end), format("{}", place.begin));
      end = place.end;
    }
    require(end == data_.size(), "", format("{} bytes of data", end), format("{}", data_.size()));
  }

  void copy_data() {
    for (const auto& place : places_) {
      const auto* begin = reinterpret_cast<const std::byte*>(data_.data());
      out_.tensors[place.tensor].bytes.assign(begin + place.begin, begin + place.end);
    }
  }

  std::string_view bytes_;
  std::string_view data_;
  const std::string& file_;
  basic_json_tape<Lazy> tape_;
  std::vector<extent> places_;
  basic_safetensors_file<Lazy> out_;
};

}  // namespace tc::detail
