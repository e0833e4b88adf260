#include <tensacode/codec/tokens.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace test_tokens {

std::vector<std::uint64_t> tokens(std::string_view text) {
  std::vector<std::uint64_t> found;
  tc::for_each_token(text, [&](std::uint64_t token) { found.push_back(token); });
  return found;
}

std::string respelled(std::string_view text) {
  std::string out;
  for (const auto point : tc::code_points(text)) tc::append_code_point(out, point);
  return out;
}

TEST_SUITE("codec/tokens") {
  TEST_CASE("an empty text has no tokens, one without words only itself") {
    CHECK(tokens("").empty());
    CHECK(tokens(" - ") == std::vector{tc::fnv1a(" - ") ^ tc::whole_salt});
  }
  TEST_CASE("words, neighbouring pairs and the whole are tokens") {
    const auto a = tc::fnv1a("big"), b = tc::fnv1a("red"), c = tc::fnv1a("box7");
    CHECK(tokens("Big, RED box7") == std::vector{a, b, tc::mix64(a * 3 + b) ^ tc::pair_salt, c,
                                                 tc::mix64(b * 3 + c) ^ tc::pair_salt,
                                                 tc::fnv1a("Big, RED box7") ^ tc::whole_salt});
  }
  TEST_CASE("case of ASCII letters is ignored in words but not in the whole") {
    CHECK(tokens("ABC")[0] == tokens("abc")[0]);
    CHECK(tokens("ABC")[1] != tokens("abc")[1]);
    CHECK(tokens("\u00c9")[0] == tc::fnv1a("\u00c9"));
  }
  TEST_CASE("valid UTF-8 comes back from its code points") {
    const std::string text = "a\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff";
    CHECK(tc::code_points(text) == std::vector<std::uint32_t>{'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff,
                                                              0xe000, 0xffff, 0x10000, 0x10ffff});
    CHECK(respelled(text) == text);
    CHECK(tc::code_points(std::string("\0b", 2)) == std::vector<std::uint32_t>{0, 'b'});
  }
  TEST_CASE("each byte that is no part of valid UTF-8 is the replacement character") {
    const auto replaced = [](std::string_view text) {
      const auto points = tc::code_points(text);
      return std::count(points.begin(), points.end(), 0xfffdU);
    };
    CHECK(replaced("\x80") == 1);
    CHECK(replaced("\xc3") == 1);
    CHECK(replaced("\xe2\x82") == 2);
    CHECK(replaced("\xff\xfe") == 2);
    CHECK(tc::code_points("\xc3"
                          "a") == std::vector<std::uint32_t>{0xfffd, 'a'});
  }
  TEST_CASE("overlong forms, surrogates and numbers beyond Unicode are not valid") {
    for (const std::string text :
         {"\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
          "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf"})
      CHECK(tc::code_points(text) == std::vector<std::uint32_t>(text.size(), 0xfffd));
  }
}

}  // namespace test_tokens
