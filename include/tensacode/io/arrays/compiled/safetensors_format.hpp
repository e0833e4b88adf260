// tensacode/io/arrays/compiled/safetensors_format.hpp -- the functions that
// io/arrays/safetensors_format.hpp declares. Layer 3. Compiled once into the library, or in each
// file of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/safetensors_format.hpp>

namespace tc::detail {

TC_INLINE void safetensors_header::add(std::string_view name, dtype type,
                                       const std::vector<std::size_t>& shape, std::uint64_t bytes) {
  TC_CHECK(name != "__metadata__" && names_.insert(name), argument_error,
           "write_safetensors: the name '{}' cannot be used twice", name);
  std::size_t count = 0;
  TC_CHECK(count_elements(shape, size_of(type), count) && count * size_of(type) == bytes,
           argument_error, "write_safetensors: tensor '{}' has {} bytes, which is not its shape's",
           name, bytes);
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

TC_INLINE std::string safetensors_header::finish() {
  out_.close('}');
  while (out_.text().size() % 8 != 0) out_.raw(' ');
  const std::uint64_t length = out_.text().size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += out_.text();
  return bytes;
}

TC_INLINE safetensors_file safetensors_parser::read() {
  read_layout();
  for (const auto& place : places_) {
    const auto* begin = reinterpret_cast<const std::byte*>(data_.data());
    out_.tensors[place.tensor].bytes.assign(begin + place.begin, begin + place.end);
  }
  return std::move(out_);
}

TC_INLINE void safetensors_parser::read_layout() {
  require(bytes_.size() >= 8, "", "8 bytes of header length", format("{} bytes", bytes_.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, bytes_.data(), 8);
  // The reference implementation has the same limit.
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

TC_INLINE void safetensors_parser::require(bool condition, const std::string& name,
                                           std::string expected, std::string found) {
  if (condition) return;
  raise_problem(file_, {0, 0, name, std::move(expected), std::move(found)});
}

TC_INLINE void safetensors_parser::read_metadata(std::uint32_t at) {
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

TC_INLINE std::vector<std::uint64_t> safetensors_parser::read_integers(std::uint32_t at,
                                                                       const std::string& path) {
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

TC_INLINE void safetensors_parser::read_entry(std::uint32_t at, const std::string& name) {
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

TC_INLINE dtype safetensors_parser::read_dtype(std::string_view text, const std::string& name) {
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

TC_INLINE void safetensors_parser::check_offsets() {
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

}  // namespace tc::detail
