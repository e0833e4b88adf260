// tests/core/hash.cpp -- FNV-1a and the murmur3 finaliser against published values.
#include <tensacode/core/hash.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace test_core_hash {

/// The inverse of mix64: xor-shifts by 33 undo themselves, the factors have inverses mod 2^64.
constexpr std::uint64_t inverse_of_odd(std::uint64_t a) {
  std::uint64_t x = a;  // correct to 3 bits; each Newton step doubles them
  for (int i = 0; i < 6; ++i) x *= 2 - a * x;
  return x;
}
constexpr std::uint64_t unmix64(std::uint64_t word) {
  word ^= word >> 33;
  word *= inverse_of_odd(0xc4ceb9fe1a85ec53ULL);
  word ^= word >> 33;
  word *= inverse_of_odd(0xff51afd7ed558ccdULL);
  word ^= word >> 33;
  return word;
}

TEST_SUITE("core/hash") {
  TEST_CASE("FNV-1a gives the vectors of its authors") {
    CHECK(tc::fnv1a("") == 0xcbf29ce484222325ULL);
    CHECK(tc::fnv1a("a") == 0xaf63dc4c8601ec8cULL);
    CHECK(tc::fnv1a("b") == 0xaf63df4c8601f1a5ULL);
    CHECK(tc::fnv1a("foo") == 0xdcb27518fed9d577ULL);
    CHECK(tc::fnv1a("foobar") == 0x85944171f73967e8ULL);
    CHECK(tc::fnv1a(std::string_view("\0", 1)) == 0xaf63bd4c8601b7dfULL);
  }
  TEST_CASE("bytes from 128 are hashed as unsigned") {
    CHECK(tc::fnv1a("\xFF") == (0xcbf29ce484222325ULL ^ 0xFFULL) * 0x100000001b3ULL);
  }
  TEST_CASE("hashing continues from a state") {
    CHECK(tc::fnv1a("bar", tc::fnv1a("foo")) == tc::fnv1a("foobar"));
  }
  TEST_CASE("mix64 gives the values of MurmurHash3") {
    CHECK(tc::mix64(0) == 0);
    CHECK(tc::mix64(1) == 0xb456bcfc34c2cb2cULL);
    static_assert(tc::mix64(1) != 1);
  }
  TEST_CASE("mix64 is a bijection") {
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      const std::uint64_t word = i * 0x9e3779b97f4a7c15ULL;
      REQUIRE(unmix64(tc::mix64(word)) == word);
      REQUIRE(tc::mix64(unmix64(word)) == word);
    }
    CHECK(unmix64(tc::mix64(~0ULL)) == ~0ULL);
  }
  TEST_CASE("flipping one input bit flips about half of the output bits") {
    int flipped = 0;
    for (int bit = 0; bit < 64; ++bit)
      flipped += std::popcount(tc::mix64(12345) ^ tc::mix64(12345 ^ (1ULL << bit)));
    CHECK(flipped > 64 * 26);
    CHECK(flipped < 64 * 38);
  }
  TEST_CASE("ten thousand short names have distinct hashes") {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 10'000; ++i) seen.insert(tc::fnv1a("name" + std::to_string(i)));
    CHECK(seen.size() == 10'000);
  }
}

}  // namespace test_core_hash
