// tensacode/io/json/compiled/tape.hpp -- the functions that io/json/tape.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/json/tape.hpp>

#include <algorithm>
#include <cstring>
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

/// The stream that RapidJSON reads. It also writes decoded strings to it.
struct json_stream {
  using Ch = char;
  char* src_;
  char* dst_;
  char* head_;
  char* end_;
  std::size_t half_pair_ = no_offset;  ///< position of an escaped surrogate without a partner

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

/// Lets RapidJSON keep a copy of the stream in registers while it reads a string or a number.
template <>
struct RAPIDJSON_NAMESPACE::StreamTraits<tc::detail::json_stream> {
  enum { copyOptimization = 1 };
};

namespace tc::detail {

/// UTF-8 encoding for RapidJSON that copies and validates a run of characters at a time.
struct utf8_in_runs : RAPIDJSON_NAMESPACE::UTF8<char> {
  /// Writes an escaped character. RapidJSON accepts the second half of a surrogate pair on its own,
  /// so this records its position.
  template <class Output>
  static void Encode(Output& output, unsigned codepoint) {
    if constexpr (in_place<Output>)
      if (codepoint >= 0xD800 && codepoint <= 0xDFFF) output.half_pair_ = output.Tell() - 6;
    RAPIDJSON_NAMESPACE::UTF8<char>::Encode(output, codepoint);
  }

  /// Copies everything up to the next quote, backslash, control character or end of the text.
  template <class Input, class Output>
  static bool Validate(Input& input, Output& output) {
    if constexpr (in_place<Output>)
      return copy_run(input);
    else
      return UTF8<char>::Validate(input, output);
  }

 private:
  /// RapidJSON also instantiates the functions for strings on its own stack, but never calls them.
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

/// The handler that RapidJSON calls for every value, in the order of the text.
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
  // Never called, because numbers are passed as text.
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

TC_INLINE bool token_writer::add(json_type type, std::size_t offset, std::uint32_t length) {
  if (count_ == capacity_) {
    full_ = true;
    return false;
  }
  tokens_[count_] = {static_cast<std::uint32_t>(offset), length,
                     static_cast<std::uint32_t>(count_ + 1), type};
  ++count_;
  return true;
}

TC_INLINE bool token_writer::start(json_type type) {
  if (++depth_ > depth_limit_) return false;
  const std::uint32_t parent = open_;
  open_ = static_cast<std::uint32_t>(count_);
  if (!add(type, stream_.Tell() - 1, 0)) return false;
  tokens_[open_].next = parent;  // holds the parent until the end of this value is known
  return true;
}

TC_INLINE bool token_writer::end(std::uint32_t children) {
  --depth_;
  json_token& token = tokens_[open_];
  open_ = token.next;
  token.next = static_cast<std::uint32_t>(count_);
  token.length = children;
  return true;
}

TC_INLINE bool json_tape::parse(std::string_view text, std::size_t depth_limit) {
  source_ = text;
  count_ = 0;
  if (text.size() > 0xFFFFFFF0u)
    return fail(0, "a text of less than 4 GiB", format("{} bytes", text.size()));
  constexpr unsigned flags = RAPIDJSON_NAMESPACE::kParseInsituFlag |
                             RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag |
                             RAPIDJSON_NAMESPACE::kParseNumbersAsStringsFlag;
  const std::size_t bom = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  // The densest text has a token for every second byte. Most texts have one for every six.
  std::size_t capacity = tokens_.capacity();
  capacity = std::max(capacity, text.size() / 8 + 16);
  while (true) {
    char* const bytes = bytes_.reserve(text.size() + 1);
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    bytes[text.size()] = '\0';
    json_stream stream{bytes + bom, nullptr, bytes, bytes + text.size(), json_stream::no_offset};
    token_writer writer(stream, depth_limit, tokens_.reserve(capacity), capacity);
    // In place and with numbers as text, the reader needs no stack of its own.
    RAPIDJSON_NAMESPACE::GenericReader<utf8_in_runs, utf8_in_runs> reader;
    const auto result = reader.template Parse<flags>(stream, writer);
    if (writer.is_full()) {
      capacity = capacity * 2 < text.size() + 16 ? capacity * 2 : text.size() + 16;
      continue;
    }
    if (result.IsError()) {
      if (writer.is_too_deep())
        return fail(stream.Tell() - 1, format("at most {} levels of nesting", depth_limit),
                    "one more");
      return fail_as(result.Code(), result.Offset());
    }
    if (stream.half_pair_ != json_stream::no_offset)
      return fail(stream.half_pair_, "a pair of surrogates", "half a pair");
    if (stream.Tell() != text.size())
      return fail(stream.Tell(), "the end of the text", "a zero byte");
    count_ = writer.count();
    return true;
  }
}

TC_INLINE std::string json_tape::show(const json_token& token) const {
  switch (token.type) {
    case json_type::number:
      return std::string(text_of(token).substr(0, 40));
    case json_type::string:
      return detail::quoted(text_of(token));
    case json_type::boolean:
      return token.length ? "true" : "false";
    default:
      return std::string(json_type_name(token.type));
  }
}

TC_INLINE bool json_tape::fail(std::size_t offset, std::string expected, std::string found) {
  const auto position = locate(source_, offset);
  problem_ = {position.line, position.column, "", std::move(expected), std::move(found)};
  return false;
}

TC_INLINE bool json_tape::fail_as(int code, std::size_t offset) {
  namespace json = RAPIDJSON_NAMESPACE;
  // An error inside a string is reported at its first invalid byte.
  std::string found = "the end of the text";
  if (offset < source_.size()) found = detail::quoted(source_.substr(offset, 1));
  switch (code) {
    case json::kParseErrorDocumentEmpty:
      return fail(offset, "a JSON value", found);
    case json::kParseErrorDocumentRootNotSingular:
      return fail(offset, "nothing behind the value", found);
    case json::kParseErrorObjectMissName:
      return fail(offset, "a key in quotes", found);
    case json::kParseErrorObjectMissColon:
      return fail(offset, "':' behind the key", found);
    case json::kParseErrorObjectMissCommaOrCurlyBracket:
      return fail(offset, "',' or '}' in the object", found);
    case json::kParseErrorArrayMissCommaOrSquareBracket:
      return fail(offset, "',' or ']' in the array", found);
    case json::kParseErrorStringUnicodeEscapeInvalidHex:
      return fail(offset, "four hexadecimal digits behind '\\u'", "");
    case json::kParseErrorStringUnicodeSurrogateInvalid:
      return fail(offset, "a pair of surrogates", "half a pair");
    case json::kParseErrorStringEscapeInvalid:
      if (offset < source_.size() && static_cast<unsigned char>(source_[offset]) < 0x20)
        return fail(offset, "no control character in a string", "");
      return fail(offset, "an escape sequence of JSON", detail::quoted(source_.substr(offset, 2)));
    case json::kParseErrorStringMissQuotationMark:
      return fail(offset, "'\"' at the end of the string", found);
    case json::kParseErrorStringInvalidEncoding: {
      const std::size_t invalid = invalid_utf8(source_.substr(offset));
      return fail(offset + (invalid == std::string_view::npos ? 0 : invalid), "UTF-8",
                  "an invalid byte");
    }
    case json::kParseErrorNumberTooBig:
      return fail(offset, "a number below 1.8e308", detail::quoted(source_.substr(offset, 60)));
    case json::kParseErrorNumberMissFraction:
      return fail(offset, "a digit behind '.'", found);
    case json::kParseErrorNumberMissExponent:
      return fail(offset, "a digit in the exponent", found);
    default:
      return fail(offset, "a JSON value", found);
  }
}

}  // namespace tc::detail
