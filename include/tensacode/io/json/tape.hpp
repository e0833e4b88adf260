// tensacode/io/json/tape.hpp -- a JSON text as a flat list of tokens.
// Layer 3. Only compiled/tape.hpp includes RapidJSON (chosen by benchmarks/json_library.cpp).
//
// RapidJSON reads a copy of the text in place and calls `token_writer`, which appends a token of 16
// bytes for each value. The typed readers then walk the tokens. This takes two passes, but a reader
// of tokens can do more than a parser that pushes values: it skips a value in one step, looks ahead
// (for variants), and goes on after an error. The depth of nesting is bounded here for all readers.
// Strings are copied in runs and checked as UTF-8 through RapidJSON's encoding parameter.
// Start reading at `json_tape::parse`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/parse_error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tc::detail {

enum class json_type : std::uint32_t { null, boolean, number, string, array, object };

constexpr std::string_view json_type_name(json_type type) {
  constexpr std::string_view names[] = {"null",     "a boolean", "a number",
                                        "a string", "an array",  "an object"};
  return names[static_cast<std::size_t>(type)];
}

/// A value, or the key of a member. A key is a string token in front of its value.
struct json_token {
  std::uint32_t offset;  ///< of the first byte in the text; for strings, after the quote
  /// Bytes of a number or decoded string, 1 for true, number of children otherwise.
  std::uint32_t length;
  std::uint32_t next;  ///< index of the token after this value
  json_type type;
};

/// Uninitialised memory that is kept from one text to the next.
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
  /// Parses `text`, which must live as long as its tokens are used. Returns false if it is not
  /// JSON; `problem()` then says where and why.
  bool parse(std::string_view text, std::size_t depth_limit);

  const json_token& operator[](std::size_t index) const { return tokens_.data()[index]; }
  std::size_t size() const { return count_; }
  std::string_view text_of(const json_token& token) const {
    return {bytes_.data() + token.offset, token.length};
  }
  /// The position of the token in the text, including its quote.
  text_position position_of(const json_token& token) const {
    return locate(source_, token.offset - (token.type == json_type::string ? 1 : 0));
  }
  /// The value as shown in a message.
  std::string show(const json_token& token) const;
  const parse_problem& problem() const { return problem_; }

 private:
  bool fail(std::size_t offset, std::string expected, std::string found);

  /// `code` is a RapidJSON error code.
  bool fail_as(int code, std::size_t offset);

  std::string_view source_;
  scratch<char> bytes_;
  scratch<json_token> tokens_;
  std::size_t count_ = 0;
  parse_problem problem_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/tape.hpp>
#endif
