// tests/reflect/kinds.cpp -- the kind of node that every standard type is.
#include <tensacode/reflect/kinds.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace test_kinds {

using tc::kind;
using tc::kind_of;

struct Aggregate {
  int x;
};
class Private {
  int x_ = 0;

 public:
  int x() const { return x_; }
};
class Listed {
  int x_ = 0;
  TC_REFLECT(Listed, x_)
};
template <class T>
struct Deleter {
  void operator()(T* object) const { delete object; }
};
enum class Color { red };
enum Plain { plain };
union Union {
  int i;
  float f;
};
/// Has a field list and looks like a container: the field list wins.
struct ListedVector : std::vector<int> {
  int extra = 0;
  TC_REFLECT(ListedVector, extra)
};

TEST_SUITE("reflect/kinds") {
  TEST_CASE("leaves") {
    CHECK(kind_of<bool> == kind::boolean);
    CHECK(kind_of<char> == kind::integer);
    CHECK(kind_of<std::int8_t> == kind::integer);
    CHECK(kind_of<std::uint64_t> == kind::integer);
    CHECK(kind_of<float> == kind::floating);
    CHECK(kind_of<double> == kind::floating);
    CHECK(kind_of<long double> == kind::floating);
    CHECK(kind_of<Color> == kind::enumeration);
    CHECK(kind_of<Plain> == kind::enumeration);
    CHECK(kind_of<std::string> == kind::text);
  }
  TEST_CASE("nodes with children") {
    CHECK(kind_of<std::optional<int>> == kind::optional);
    CHECK(kind_of<std::variant<int, std::string>> == kind::variant);
    CHECK(kind_of<std::array<int, 3>> == kind::array);
    CHECK(kind_of<std::array<int, 0>> == kind::array);
    CHECK(kind_of<int[3]> == kind::array);
    CHECK(kind_of<int[2][3]> == kind::array);
    CHECK(kind_of<std::pair<int, int>> == kind::tuple);
    CHECK(kind_of<std::tuple<>> == kind::tuple);
    CHECK(kind_of<std::tuple<int, bool, Color>> == kind::tuple);
  }
  TEST_CASE("containers") {
    CHECK(kind_of<std::vector<int>> == kind::sequence);
    CHECK(kind_of<std::vector<bool>> == kind::sequence);
    CHECK(kind_of<std::deque<Aggregate>> == kind::sequence);
    CHECK(kind_of<std::list<std::string>> == kind::sequence);
    CHECK(kind_of<std::set<int>> == kind::set);
    CHECK(kind_of<std::unordered_set<std::string>> == kind::set);
    CHECK(kind_of<std::map<int, int>> == kind::map);
    CHECK(kind_of<std::unordered_map<std::string, Aggregate>> == kind::map);
    CHECK(kind_of<std::multimap<int, int>> == kind::map);
  }
  TEST_CASE("records") {
    CHECK(kind_of<Aggregate> == kind::record);
    CHECK(kind_of<Listed> == kind::record);
    CHECK(kind_of<ListedVector> == kind::record);
    CHECK(tc::reflected<Aggregate>);
    CHECK(tc::reflected<const Aggregate&>);
    CHECK(tc::reflected<Listed>);
    CHECK_FALSE(tc::reflected<Private>);
    CHECK_FALSE(tc::reflected<int>);
    CHECK_FALSE(tc::reflected<std::vector<int>>);
  }
  TEST_CASE("what cannot be seen into is opaque") {
    CHECK(kind_of<Private> == kind::opaque);
    CHECK(kind_of<int*> == kind::opaque);
    CHECK(kind_of<std::unique_ptr<int[]>> == kind::opaque);
    CHECK(kind_of<std::shared_ptr<int[]>> == kind::opaque);
    CHECK(kind_of<std::shared_ptr<void>> == kind::opaque);
    CHECK(kind_of<std::weak_ptr<int>> == kind::opaque);
    CHECK(kind_of<std::string_view> == kind::opaque);
    CHECK(kind_of<Union> == kind::opaque);
    CHECK(kind_of<std::wstring> != kind::text);
  }
  TEST_CASE("a pointer is one whose object is made by new and ended by delete") {
    CHECK(kind_of<std::unique_ptr<int>> == kind::pointer);
    CHECK(kind_of<std::unique_ptr<Private>> == kind::pointer);
    CHECK(kind_of<std::unique_ptr<const Aggregate>> == kind::pointer);
    CHECK(kind_of<std::shared_ptr<int>> == kind::pointer);
    CHECK(kind_of<std::shared_ptr<std::string>> == kind::pointer);
    CHECK(kind_of<std::unique_ptr<int, Deleter<int>>> != kind::pointer);
    CHECK(kind_of<std::unique_ptr<int, void (*)(int*)>> != kind::pointer);
  }
  TEST_CASE("const does not change a kind") {
    CHECK(kind_of<const int> == kind::integer);
    CHECK(kind_of<const std::vector<int>> == kind::sequence);
    CHECK(kind_of<const Aggregate> == kind::record);
  }
}

}  // namespace test_kinds
