// tests/reflect/schema.cpp -- types described at run time, and hashes that compilers agree on.
#include <tensacode/reflect/schema.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace test_schema {

enum class Color { red, green };
struct Address {
  std::string street;
  int zip;
};
struct Person {
  std::int32_t age;
  std::optional<double> height;
  Color color;
  std::vector<Address> homes;
  std::map<std::string, bool> flags;
  std::variant<int, std::string> id;
  std::array<float, 3> position;
  std::pair<int, bool> last;
};
struct Tree {
  int value;
  std::vector<Tree> children;
};
struct Even;
struct Odd {
  std::vector<Even> next;
};
struct Even {
  std::vector<Odd> next;
};

// Person's relatives, each with one change.
namespace base {
enum class E { a, b };
struct T {
  int x;
  double y;
  E e;
};
}  // namespace base
namespace same {
enum class Other_enum_name { a, b };
struct Other_name {
  int x;
  double y;
  Other_enum_name e;
};
}  // namespace same
namespace renamed {
struct T {
  int x;
  double z;
  base::E e;
};
}  // namespace renamed
namespace rekinded {
struct T {
  int x;
  std::string y;
  base::E e;
};
}  // namespace rekinded
namespace widened {
struct T {
  std::int64_t x;
  double y;
  base::E e;
};
}  // namespace widened
namespace unsigned_ {
struct T {
  unsigned x;
  double y;
  base::E e;
};
}  // namespace unsigned_
namespace reordered {
struct T {
  double y;
  int x;
  base::E e;
};
}  // namespace reordered
namespace grown {
enum class E { a, b, c };
struct T {
  int x;
  double y;
  E e;
};
}  // namespace grown
namespace shortened {
struct T {
  int x;
  double y;
};
}  // namespace shortened

TEST_SUITE("reflect/schema") {
  TEST_CASE("a record lists its fields by name") {
    const auto person = tc::schema<Person>();
    CHECK(person.node == tc::kind::record);
    CHECK(person.name == "Person");
    CHECK(person.role.empty());
    REQUIRE(person.children.size() == 8);
    CHECK(person.children[0].role == "age");
    CHECK(person.children[0].node == tc::kind::integer);
    CHECK(person.children[0].children.empty());
    CHECK(person.children[1].node == tc::kind::optional);
    CHECK(person.children[1].children[0].node == tc::kind::floating);
    CHECK(person.children[2].enumerators == std::vector<std::string>{"red", "green"});
    CHECK(person.children[2].name == "Color");
    const auto& address = person.children[3].children[0];
    CHECK(address.role == "element");
    CHECK(address.name == "Address");
    CHECK(address.children[0].role == "street");
    CHECK(address.children[0].node == tc::kind::text);
  }
  TEST_CASE("alternatives, members and elements are children by position") {
    const auto person = tc::schema<Person>();
    const auto& pair = person.children[4].children[0];
    CHECK(pair.node == tc::kind::tuple);
    CHECK(pair.children[0].node == tc::kind::text);
    CHECK(pair.children[1].node == tc::kind::boolean);
    REQUIRE(person.children[5].children.size() == 2);
    CHECK(person.children[5].children[1].role == "alternative");
    CHECK(person.children[6].children[0].node == tc::kind::floating);
    CHECK(person.children[7].children[0].role == "member");
    CHECK(tc::schema<int>().children.empty());
    CHECK(tc::schema<int*>().node == tc::kind::opaque);
    CHECK(tc::schema<std::set<int>>().children[0].node == tc::kind::integer);
  }
  TEST_CASE("a type inside itself appears without children") {
    const auto tree = tc::schema<Tree>();
    REQUIRE(tree.children.size() == 2);
    const auto& inner = tree.children[1].children[0];
    CHECK(inner.name == "Tree");
    CHECK(inner.children.empty());
    const auto odd = tc::schema<Odd>();
    CHECK(odd.children[0].children[0].children[0].children[0].name == "Odd");
  }
  TEST_CASE("the hash changes with what a file of such objects would contain") {
    const auto hash = tc::schema_hash<base::T>();
    CHECK(hash != tc::schema_hash<renamed::T>());
    CHECK(hash != tc::schema_hash<rekinded::T>());
    CHECK(hash != tc::schema_hash<widened::T>());
    CHECK(hash != tc::schema_hash<unsigned_::T>());
    CHECK(hash != tc::schema_hash<reordered::T>());
    CHECK(hash != tc::schema_hash<grown::T>());
    CHECK(hash != tc::schema_hash<shortened::T>());
    CHECK(tc::schema_hash<std::array<int, 2>>() != tc::schema_hash<std::array<int, 3>>());
    CHECK(tc::schema_hash<float>() != tc::schema_hash<double>());
    CHECK(tc::schema_hash<std::variant<int, bool>>() != tc::schema_hash<std::variant<bool, int>>());
    CHECK(tc::schema_hash<Odd>() == tc::schema_hash<Odd>());
  }
  TEST_CASE("names of types are not part of the hash") {
    CHECK(tc::schema_hash<base::T>() == tc::schema_hash<same::Other_name>());
  }
  TEST_CASE("arrays of both sorts hash alike") {
    CHECK(tc::schema_hash<int[3]>() == tc::schema_hash<std::array<int, 3>>());
  }
  TEST_CASE("hashes are constants that every compiler computes alike") {
    static_assert(tc::schema_hash<Person>() != 0);
    CHECK(tc::schema_hash<Person>() == 13559771015064210145ULL);
    CHECK(tc::schema_hash<Tree>() == 12309977965331708900ULL);
    CHECK(tc::schema_hash<base::T>() == 4261737698839929462ULL);
  }
  TEST_CASE("every kind has a spelling of its own") {
    std::set<std::string_view> names;
    for (int k = 0; k <= static_cast<int>(tc::kind::opaque); ++k)
      names.insert(tc::kind_name(static_cast<tc::kind>(k)));
    CHECK(names.size() == static_cast<std::size_t>(tc::kind::opaque) + 1);
  }
}

}  // namespace test_schema
