// tests/reflect/enums.cpp -- names and values of enumerators of every sort of enum.
#include <tensacode/reflect/enums.hpp>

#include <doctest/doctest.h>

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace test_enums {

enum class Color { red, green, blue };
enum Plain { first, second = 5, third };
enum PlainNegative { minus_two = -2, plus_three = 3 };
enum One { only };
enum class Signed : std::int8_t { least = -128, minus_one = -1, zero, greatest = 127 };
enum class Unsigned : std::uint8_t { zero, greatest = 255 };
enum class Gaps { far_below = -100, a = 0, b = 200 };
enum class Outside { near = 1, below = -129, above = 257 };
enum class Empty {};
enum class Wide : std::uint64_t { a = 1, b = 2 };
enum class Flags : std::uint32_t { none, read = 1, write = 256, all = 511, top = 1U << 31 };
enum class WideFlags : std::uint64_t { low = 1, high = 1ULL << 63 };
enum class SignedFlags { low = 1, high = 1 << 30 };
enum PlainFlags { plain_low = 1, plain_high = 1 << 20 };
enum class Alias { one = 1, uno = 1, two };
enum class Truth : bool { no, yes };
enum class Letters : char { a = 'a', z = 'z' };
BOOST_DEFINE_ENUM_CLASS(Described, alpha, beta)
enum class Big : std::int64_t { small = -5, big = 1'000'000'000'000 };
BOOST_DESCRIBE_ENUM(Big, small, big)

struct Holder {
  enum class Inner { x, y };
  enum Unscoped { u, v };
};
template <class T>
struct Template {
  enum class Kind { k0, k1 };
};
namespace {
enum class Hidden { eins, zwei };
enum HiddenPlain { drei, vier };
struct HiddenHolder {
  enum class Deep { five };
};
}  // namespace

template <class E>
std::string names() {
  std::string out;
  for (const auto name : tc::enum_names<E>()) out += (out.empty() ? "" : " ") + std::string(name);
  return out;
}

TEST_SUITE("reflect/enums") {
  TEST_CASE("scoped enumerators have names without their enum") {
    CHECK(names<Color>() == "red green blue");
    CHECK(tc::enum_values<Color>()[2] == Color::blue);
    CHECK(tc::enum_name(Color::green) == "green");
    static_assert(tc::enum_name(Color::red) == "red");
  }
  TEST_CASE("unscoped enums without a fixed type are scanned as far as their bits go") {
    CHECK(names<Plain>() == "first second third");
    CHECK(tc::enum_values<Plain>()[1] == 5);
    CHECK(names<PlainNegative>() == "minus_two plus_three");
    CHECK(tc::enum_name(minus_two) == "minus_two");
    CHECK(names<One>() == "only");
  }
  TEST_CASE("negative values come first, and the bounds of the scan belong to it") {
    CHECK(names<Signed>() == "least minus_one zero greatest");
    CHECK(tc::enum_values<Signed>()[0] == Signed::least);
    CHECK(names<Unsigned>() == "zero greatest");
    CHECK(names<Gaps>() == "far_below a b");
    CHECK(names<Outside>() == "near");
  }
  TEST_CASE("other underlying types") {
    CHECK(names<Wide>() == "a b");
    CHECK(names<Letters>() == "a z");
    CHECK(names<Truth>() == "no yes");
    CHECK(names<Empty>().empty());
    CHECK(tc::enum_values<Empty>().empty());
  }
  TEST_CASE("flags are found up to the highest bit, their combinations are not") {
    CHECK(names<Flags>() == "none read write top");
    CHECK(tc::enum_cast<Flags>("top") == Flags::top);
    CHECK(names<WideFlags>() == "low high");
    CHECK(tc::enum_values<WideFlags>()[1] == WideFlags::high);
    CHECK(names<SignedFlags>() == "low high");
    CHECK(names<PlainFlags>() == "plain_low plain_high");
  }
  TEST_CASE("of two enumerators of one value one is found") {
    CHECK(tc::enum_values<Alias>().size() == 2);
    CHECK(tc::enum_values<Alias>()[1] == Alias::two);
  }
  TEST_CASE("described enums have all their values in order of declaration") {
    CHECK(names<Described>() == "alpha beta");
    CHECK(names<Big>() == "small big");
    CHECK(tc::enum_name(Big::big) == "big");
    CHECK(tc::enum_cast<Big>("big") == Big::big);
    CHECK(tc::enum_index(Big::big) == 1);
  }
  TEST_CASE("enums inside classes, templates and namespaces without a name") {
    CHECK(names<Holder::Inner>() == "x y");
    CHECK(names<Holder::Unscoped>() == "u v");
    CHECK(names<Template<std::pair<int, double>>::Kind>() == "k0 k1");
    CHECK(names<Hidden>() == "eins zwei");
    CHECK(names<HiddenPlain>() == "drei vier");
    CHECK(names<HiddenHolder::Deep>() == "five");
    CHECK(names<Template<Hidden>::Kind>() == "k0 k1");
  }
  TEST_CASE("enums inside functions") {
    enum class Local { here, there };
    enum LocalPlain { hither, thither };
    CHECK(names<Local>() == "here there");
    CHECK(names<LocalPlain>() == "hither thither");
  }
  TEST_CASE("a name is cast to its value, and nothing else is") {
    CHECK(tc::enum_cast<Color>("blue") == Color::blue);
    CHECK_FALSE(tc::enum_cast<Color>("Blue"));
    CHECK_FALSE(tc::enum_cast<Color>(""));
    CHECK_FALSE(tc::enum_cast<Color>("blue "));
    CHECK_FALSE(tc::enum_cast<Color>("Color::blue"));
    CHECK_FALSE(tc::enum_cast<Empty>("x"));
    static_assert(tc::enum_cast<Plain>("third") == third);
  }
  TEST_CASE("a value that is no enumerator has no name and no index") {
    CHECK(tc::enum_name(static_cast<Color>(7)).empty());
    CHECK(tc::enum_name(static_cast<Color>(100'000)).empty());
    CHECK_FALSE(tc::enum_index(static_cast<Color>(-1)));
    CHECK(tc::enum_index(Color::blue) == 2);
    CHECK(tc::enum_name(Outside::above).empty());
  }
  TEST_CASE("names and values read back, for every enumerator") {
    for (const auto value : tc::enum_values<Gaps>())
      CHECK(tc::enum_cast<Gaps>(tc::enum_name(value)) == value);
  }
}

}  // namespace test_enums
