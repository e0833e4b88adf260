// tensacode/io/arrays/compiled/npy_format.hpp -- the functions that io/arrays/npy_format.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/npy_format.hpp>

namespace tc::detail {

TC_INLINE std::string npy_header(dtype type, const std::vector<std::size_t>& shape,
                                 bool column_major) {
  std::string text =
      format("{'descr': '{}{}', 'fortran_order': {}, 'shape': (", size_of(type) == 1 ? '|' : '<',
             npy_name(type), column_major ? "True" : "False");
  for (std::size_t i = 0; i < shape.size(); ++i) text += format(i > 0 ? ", {}" : "{}", shape[i]);
  text += shape.size() == 1 ? ",), }" : "), }";
  // Leave space for the slowest axis to grow in place, up to 21 digits. numpy does the same.
  if (!shape.empty())
    text.append(21 - format("{}", column_major ? shape.back() : shape.front()).size(), ' ');
  constexpr std::size_t alignment = 64;
  const auto padded = [&](std::size_t before) {
    return (before + text.size() + 1 + alignment - 1) / alignment * alignment - before;
  };
  const bool is_long = padded(10) > 0xFFFF;
  const std::size_t length = padded(is_long ? 12 : 10);
  std::string out(npy_magic);
  out += is_long ? '\2' : '\1';
  out += '\0';
  for (std::size_t i = 0; i < (is_long ? 4U : 2U); ++i)
    out += static_cast<char>(length >> (8 * i) & 0xFF);
  out += text;
  out.append(length - text.size() - 1, ' ');
  return out + '\n';
}

TC_INLINE bool npy_parser::read(stored_array& out, parse_problem& problem) {
  const bool good = read_header() && read_dict() && check_size();
  if (good)
    out = std::move(array_);
  else
    problem = std::move(problem_);
  return good;
}

TC_INLINE bool npy_parser::fail(std::string expected, std::string found) {
  problem_.expected = std::move(expected);
  problem_.found = std::move(found);
  return false;
}

TC_INLINE bool npy_parser::read_header() {
  if (!bytes_.starts_with(npy_magic))
    return fail("a .npy file, which begins with \\x93NUMPY", detail::quoted(bytes_.substr(0, 6)));
  if (bytes_.size() < 8) return fail("a version", "the end of the file");
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes_[i]); };
  const unsigned major = byte(6);
  const unsigned minor = byte(7);
  if (major < 1 || major > 3 || minor != 0)
    return fail("format version 1.0, 2.0 or 3.0", format("{}.{}", major, minor));
  const std::size_t begin = major == 1 ? 10 : 12;
  if (bytes_.size() < begin) return fail("the length of the header", "the end of the file");
  std::uint32_t length = 0;
  for (std::size_t i = begin; i-- > 8;) length = length << 8 | byte(i);
  if (length > bytes_.size() - begin)
    return fail(format("a header of {} bytes", length), format("{}", bytes_.size() - begin));
  text_ = bytes_.substr(begin, length);
  array_.bytes = bytes_.substr(begin + length);
  return true;
}

TC_INLINE void npy_parser::skip_blanks() {
  while (at_ < text_.size() && std::string_view(" \t\n\r\f\v").find(text_[at_]) != text_.npos)
    ++at_;
}

TC_INLINE bool npy_parser::accept(std::string_view token) {
  skip_blanks();
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

TC_INLINE bool npy_parser::fail_here(std::string expected) {
  skip_blanks();
  std::string found = at_ == text_.size() ? "its end" : detail::quoted(text_.substr(at_));
  return fail("in the header " + std::move(expected), std::move(found));
}

TC_INLINE bool npy_parser::read_string(std::string_view& out, const char* expected) {
  skip_blanks();
  const char quote = at_ < text_.size() ? text_[at_] : ' ';
  if (quote != '\'' && quote != '"') return fail_here(expected);
  const std::size_t end = text_.find(quote, at_ + 1);
  if (end == text_.npos) return fail_here("the end of a string");
  out = text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return true;
}

TC_INLINE bool npy_parser::read_dict() {
  bool has_type = false;
  bool has_order = false;
  bool has_shape = false;
  if (!accept("{")) return fail_here("a dict");
  while (!accept("}")) {
    std::string_view key;
    if (!read_string(key, "a key")) return false;
    if (!accept(":")) return fail_here("':'");
    bool* const seen = key == "descr"           ? &has_type
                       : key == "fortran_order" ? &has_order
                       : key == "shape"         ? &has_shape
                                                : nullptr;
    if (seen == nullptr || std::exchange(*seen, true))
      return fail("in the header the keys descr, fortran_order and shape, once each",
                  detail::quoted(key));
    if (!(seen == &has_type ? read_type() : seen == &has_order ? read_order() : read_shape()))
      return false;
    if (accept(",")) continue;
    if (!accept("}")) return fail_here("',' or '}'");
    break;
  }
  skip_blanks();
  if (at_ != text_.size()) return fail_here("nothing after the dict");
  if (!has_type || !has_order || !has_shape)
    return fail("in the header the keys descr, fortran_order and shape", "not all of them");
  return true;
}

TC_INLINE bool npy_parser::read_type() {
  constexpr const char* known =
      "a dtype that is one of b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4 or f8";
  skip_blanks();
  if (at_ < text_.size() && text_[at_] == '[')
    return fail(known, "a structured dtype, which is not supported");
  std::string_view text;
  if (!read_string(text, "the dtype as a string")) return false;
  auto name = text;
  if (!name.empty() && std::string_view("<>|=").find(name[0]) != text.npos) {
    array_.is_swapped = name[0] == '>';
    name.remove_prefix(1);
  }
  for (std::size_t i = 0; i < dtype_count; ++i)
    if (const auto type = static_cast<dtype>(i);
        type != dtype::BF16 && (name == npy_name(type) || (name == "?" && type == dtype::BOOL))) {
      array_.type = type;
      return true;
    }
  struct unread {
    char letter;
    const char* what;
  };
  constexpr unread others[] = {
      {'O', "Python objects"}, {'S', "strings"},         {'a', "strings"}, {'U', "strings"},
      {'V', "raw bytes"},      {'c', "complex numbers"}, {'M', "times"},   {'m', "time spans"},
  };
  for (const unread& other : others)
    if (name.starts_with(other.letter))
      return fail(known,
                  format("{}: {}, which are not supported", detail::quoted(text), other.what));
  return fail(known, detail::quoted(text));
}

TC_INLINE bool npy_parser::read_order() {
  if (accept("True"))
    array_.column_major = true;
  else if (!accept("False"))
    return fail_here("True or False for fortran_order");
  return true;
}

TC_INLINE bool npy_parser::read_shape() {
  if (!accept("(")) return fail_here("a tuple for the shape");
  bool ends_in_comma = true;
  while (!accept(")")) {
    if (!ends_in_comma) return fail_here("',' or ')'");
    if (array_.shape.size() == 64) return fail("at most 64 axes", "more");  // same limit as numpy
    skip_blanks();
    std::uint64_t extent = 0;
    const char* const end = text_.data() + text_.size();
    const auto result = std::from_chars(text_.data() + at_, end, extent);
    if (result.ec == std::errc::invalid_argument) return fail_here("an extent from 0");
    if (result.ec != std::errc() || extent > static_cast<std::uint64_t>(PTRDIFF_MAX))
      return fail_here("an extent that fits in memory");
    at_ = static_cast<std::size_t>(result.ptr - text_.data());
    accept("L");  // Python 2 wrote long integers with an L
    array_.shape.push_back(static_cast<std::size_t>(extent));
    ends_in_comma = accept(",");
  }
  if (array_.shape.size() == 1 && !ends_in_comma)
    return fail("in the header a tuple for the shape", "a number in parentheses");
  return true;
}

TC_INLINE bool npy_parser::check_size() {
  std::size_t count = 0;
  if (!count_elements(array_.shape, size_of(array_.type), count))
    return fail("a shape that fits in memory", "a larger one");
  if (count * size_of(array_.type) != array_.bytes.size())
    return fail(format("{} bytes of data for its shape", count * size_of(array_.type)),
                format("{}", array_.bytes.size()));
  return true;
}

}  // namespace tc::detail
