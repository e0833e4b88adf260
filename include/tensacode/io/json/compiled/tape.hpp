// tensacode/io/json/compiled/tape.hpp -- the functions that io/json/tape.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/tape.hpp>

namespace tc::detail {

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
  tokens_[open_].next = parent;  // until the end is known
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
  const std::size_t bom = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  // The densest text has a token every second byte; most have one in six.
  std::size_t capacity = tokens_.capacity();
  capacity = std::max(capacity, text.size() / 8 + 16);
  while (true) {
    char* const bytes = bytes_.reserve(text.size() + 1);
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    bytes[text.size()] = '\0';
    json_stream stream{bytes + bom, nullptr, bytes, bytes + text.size(), json_stream::no_offset};
    token_writer writer(stream, depth_limit, tokens_.reserve(capacity), capacity);
    const auto result = reader_.template Parse<flags>(stream, writer);
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

TC_INLINE bool json_tape::fail_as(RAPIDJSON_NAMESPACE::ParseErrorCode code, std::size_t offset) {
  namespace json = RAPIDJSON_NAMESPACE;
  // Errors inside a string are reported where its unreadable part begins.
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
