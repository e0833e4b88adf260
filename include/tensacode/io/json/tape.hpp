// tensacode/io/json/tape.hpp -- a JSON text as a flat list of tokens.
// Layer 3. The only file that includes RapidJSON (chosen by benchmarks/json_library.cpp).
//
// RapidJSON reads a copy of the text in place and calls `token_writer`, which appends one token of
// 16 bytes per value; typed readers then walk the tokens. Two passes, because the typed readers
// gain what a push parser cannot give: they skip a value in one step, look ahead (variants), and
// go on after an error. The depth of nesting is bounded here, once, for all that follows.
// Strings are copied in runs and checked as UTF-8 through RapidJSON's encoding parameter.
// Start reading at `json_tape::parse`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/parse_error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#include <rapidjson/reader.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace tc::detail {

enum class json_type : std::uint32_t { null, boolean, number, string, array, object };

constexpr std::string_view json_type_name(json_type type) {
  constexpr std::string_view names[] = {"null",     "a boolean", "a number",
                                        "a string", "an array",  "an object"};
  return names[static_cast<std::size_t>(type)];
}

/// A value, or the key of a member (a string in front of each value of an object).
struct json_token {
  std::uint32_t offset;  ///< of the first byte in the text; behind the quote for strings
  std::uint32_t length;  ///< bytes of numbers and decoded strings, 1 for true; children otherwise
  std::uint32_t next;    ///< index of the token behind this value
  json_type type;
};

/// The stream RapidJSON reads and, for strings with escapes, writes.
struct json_stream {
  using Ch = char;
  char* src_;
  char* dst_;
  char* head_;
  char* end_;
  std::size_t half_pair_ = no_offset;  ///< where a surrogate without a partner was escaped

  static constexpr std::size_t no_offset = static_cast<std::size_t>(-1);

  char Peek() const { return *src_; }
  char Take() { return *src_++; }
  std::size_t Tell() const { return static_cast<std::size_t>(src_ - head_); }
  char* PutBegin() { return dst_ = src_; }
  void Put(char c) { *dst_++ = c; }
  std::size_t PutEnd(char* begin) const { return static_cast<std::size_t>(dst_ - begin); }
  void Flush() {}
};

}  // namespace tc::detail

/// Tells RapidJSON to keep a copy of the stream in registers while it reads a string or number.
template <>
struct RAPIDJSON_NAMESPACE::StreamTraits<tc::detail::json_stream> {
  enum { copyOptimization = 1 };
};

namespace tc::detail {

/// UTF-8 of which RapidJSON copies and checks a run of characters at a time.
struct utf8_in_runs : RAPIDJSON_NAMESPACE::UTF8<char> {
  /// Writes an escaped character. RapidJSON lets the second half of a surrogate pair pass alone.
  template <class Output>
  static void Encode(Output& output, unsigned codepoint) {
    if constexpr (in_place<Output>)
      if (codepoint >= 0xD800 && codepoint <= 0xDFFF) output.half_pair_ = output.Tell() - 6;
    RAPIDJSON_NAMESPACE::UTF8<char>::Encode(output, codepoint);
  }

  /// Copies up to the next quote, backslash, control character or end of text.
  template <class Input, class Output>
  static bool Validate(Input& input, Output& output) {
    if constexpr (in_place<Output>)
      return copy_run(input);
    else
      return UTF8<char>::Validate(input, output);
  }

 private:
  /// RapidJSON also instantiates, but never calls, the functions for strings on its own stack.
  template <class Output>
  static constexpr bool in_place = std::is_same_v<Output, json_stream>;

  static bool copy_run(json_stream& stream) {
    char* const begin = stream.src_;
    char* p = begin;
    while (true) {
      for (std::size_t plain = 8; plain == 8 && stream.end_ - p >= 8; p += plain)
        plain = plain_bytes(special_bytes(load_word(p)));
      const auto byte = static_cast<unsigned char>(*p);
      if (byte < 0x20 || byte == '"' || byte == '\\') break;
      const std::size_t length =
          byte < 0x80 ? 1 : multibyte_length(p, static_cast<std::size_t>(stream.end_ - p));
      if (length == 0) return false;
      p += length;
    }
    const auto size = static_cast<std::size_t>(p - begin);
    if (stream.dst_ != begin) std::memmove(stream.dst_, begin, size);
    stream.dst_ += size;
    stream.src_ = p;
    return true;
  }
};

/// What RapidJSON calls for every value, in order of the text.
class token_writer {
 public:
  token_writer(const json_stream& stream, std::size_t depth_limit, json_token* tokens,
               std::size_t capacity)
      : stream_(stream), depth_limit_(depth_limit), tokens_(tokens), capacity_(capacity) {}

  bool Null() { return add(json_type::null, stream_.Tell() - 4, 0); }
  bool Bool(bool truth) {
    return add(json_type::boolean, stream_.Tell() - (truth ? 4 : 5), truth ? 1 : 0);
  }
  bool RawNumber(const char* text, std::uint32_t length, bool) {
    return add(json_type::number, offset_of(text), length);
  }
  bool String(const char* text, std::uint32_t length, bool) {
    return add(json_type::string, offset_of(text), length);
  }
  bool Key(const char* text, std::uint32_t length, bool copy) { return String(text, length, copy); }
  bool StartObject() { return start(json_type::object); }
  bool StartArray() { return start(json_type::array); }
  bool EndObject(std::uint32_t members) { return end(members); }
  bool EndArray(std::uint32_t elements) { return end(elements); }
  // Never called, as numbers arrive as text.
  static bool Int(int) { return false; }
  static bool Uint(unsigned) { return false; }
  static bool Int64(std::int64_t) { return false; }
  static bool Uint64(std::uint64_t) { return false; }
  static bool Double(double) { return false; }

  std::size_t count() const { return count_; }
  bool is_full() const { return full_; }
  bool is_too_deep() const { return depth_ > depth_limit_; }

 private:
  std::size_t offset_of(const char* text) const {
    return static_cast<std::size_t>(text - stream_.head_);
  }
  bool add(json_type type, std::size_t offset, std::uint32_t length);
  bool start(json_type type);
  bool end(std::uint32_t children);

  const json_stream& stream_;
  std::size_t depth_limit_;
  json_token* tokens_;
  std::size_t capacity_;
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
  std::uint32_t open_ = 0;
  bool full_ = false;
};

/// Memory without a value, kept between texts.
template <class T>
class scratch {
 public:
  T* reserve(std::size_t count) {
    if (count > capacity_) {
      memory_ = std::make_unique_for_overwrite<T[]>(count);
      capacity_ = count;
    }
    return memory_.get();
  }
  const T* data() const { return memory_.get(); }
  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<T[]> memory_;
  std::size_t capacity_ = 0;
};

class json_tape {
 public:
  /// Reads `text`, which must live as long as its tokens are looked at. False if it is not JSON;
  /// then `problem()` says where and why.
  bool parse(std::string_view text, std::size_t depth_limit);

  const json_token& operator[](std::size_t index) const { return tokens_.data()[index]; }
  std::size_t size() const { return count_; }
  std::string_view text_of(const json_token& token) const {
    return {bytes_.data() + token.offset, token.length};
  }
  /// Where the token stands in the text, quote included.
  text_position position_of(const json_token& token) const {
    return locate(source_, token.offset - (token.type == json_type::string ? 1 : 0));
  }
  /// The value as a message shows it.
  std::string show(const json_token& token) const;
  const parse_problem& problem() const { return problem_; }

 private:
  static constexpr unsigned flags = RAPIDJSON_NAMESPACE::kParseInsituFlag |
                                    RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag |
                                    RAPIDJSON_NAMESPACE::kParseNumbersAsStringsFlag;

  bool fail(std::size_t offset, std::string expected, std::string found);

  bool fail_as(RAPIDJSON_NAMESPACE::ParseErrorCode code, std::size_t offset);

  std::string_view source_;
  scratch<char> bytes_;
  scratch<json_token> tokens_;
  std::size_t count_ = 0;
  parse_problem problem_;
  RAPIDJSON_NAMESPACE::GenericReader<utf8_in_runs, utf8_in_runs> reader_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/tape.hpp>
#endif
