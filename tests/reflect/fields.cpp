// tests/reflect/fields.cpp -- names, types and access of fields through all three back-ends.
#include <tensacode/reflect/fields.hpp>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <boost/describe/class.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace test_fields {

struct Address {
  std::string street;
  int zip = 0;
};
struct Person {
  int age = 0;
  double height = 0;
  std::string name;
  std::optional<int> score;
  Address home;
  std::vector<Address> others;
};
template <class Real>
struct Body {
  Real mass;
  Real position[3];
};
struct Mutable {
  mutable int cache = 0;
  const int fixed = 1;
};
struct MoveOnly {
  std::unique_ptr<int> pointer;
  int after = 0;
};
struct Recursive {
  int value = 0;
  std::vector<Recursive> children;
};
struct NoDefault {
  explicit NoDefault(int v) : value(v) {}
  int value;
};
struct HoldsNoDefault {
  NoDefault first;
  int second;
  NoDefault third;
};
struct Bits {
  unsigned char a, b;
};
struct caf\u00e9 {
  int \u00e9t\u00e9 = 0;
  int _under_score_1 = 0;
};

/// Everything that makes the number of initialisers differ from the number of fields.
struct Arrays {
  double first = 0;
  int grid[2][3] = {};
  std::string text;
  char letters[5] = {};
  Address homes[2];
  std::optional<int> maybe;
  Address last;
};
struct OnlyArray {
  int values[3];
};
struct ArrayLate {
  int a, b, c, d, e, f, g, h, i;
  std::string j;
  std::map<int, int> k;
  int l[4];
  std::variant<int, std::string> m;
};
struct MoveOnlyArray {
  std::unique_ptr<int> pointer;
  int values[2];
  std::vector<int> rest;
};

struct Hundred {
  int f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20,
      f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39,
      f40, f41, f42, f43, f44, f45, f46, f47, f48, f49, f50, f51, f52, f53, f54, f55, f56, f57, f58,
      f59, f60, f61, f62, f63, f64, f65, f66, f67, f68, f69, f70, f71, f72, f73, f74, f75, f76, f77,
      f78, f79, f80, f81, f82, f83, f84, f85, f86, f87, f88, f89, f90, f91, f92, f93, f94, f95, f96,
      f97, f98, f99;
};

/// Up to 16 fields are taken apart in another way than more.
struct Sixteen {
  int a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13,
      n = 14, o = 15, p = 16;
};
struct Seventeen {
  int a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13,
      n = 14, o = 15, p = 16, q = 17;
};

/// Fields whose constructors answer anything that is no field with errors.
struct Greedy {
  std::optional<Eigen::VectorXf> bias;
  std::variant<int, Eigen::MatrixXd> either;
  std::pair<Eigen::Vector3d, int> pair;
};

// Types whose names have everything that also parts the spellings of names.
template <auto... Values>
struct Odd {
  struct Part {
    int value;
  };
  int first;
  Part second;
};
inline int somewhere = 0;
struct Pair {
  int a, b;
};

// Boost.Describe: bases, private members.
class Base {
  int secret_ = 1;
  BOOST_DESCRIBE_CLASS(Base, (), (), (), (secret_))
};
class Described : public Base {
 public:
  int open = 2;

 protected:
  double half_ = 3;

 private:
  std::string hidden_ = "four";
  BOOST_DESCRIBE_CLASS(Described, (Base), (open), (half_), (hidden_))
};
struct DescribedPlain {
  int a = 1, b = 2;
};
BOOST_DESCRIBE_STRUCT(DescribedPlain, (), (a, b))

class Listed {
  int first_ = 1;
  double second_ = 2;
  TC_REFLECT(Listed, first_, second_)
};

template <class T>
std::string names() {
  std::string out;
  for (const auto name : tc::field_names<T>()) out += (out.empty() ? "" : " ") + std::string(name);
  return out;
}

TEST_SUITE("reflect/fields") {
  TEST_CASE("an aggregate needs no line about it") {
    CHECK(tc::field_count<Person> == 6);
    CHECK(names<Person>() == "age height name score home others");
    CHECK(std::is_same_v<tc::field_type<Person, 1>, double>);
    CHECK(std::is_same_v<tc::field_type<Person, 5>, std::vector<Address>>);
    static_assert(tc::field_names<Address>()[1] == "zip");
  }
  TEST_CASE("fields are references to the object's own") {
    Person person;
    tc::get<0>(person) = 41;
    tc::get<"name">(person) = "Ann";
    tc::get<"zip">(tc::get<"home">(person)) = 12;
    CHECK(person.age == 41);
    CHECK(person.name == "Ann");
    CHECK(person.home.zip == 12);
    CHECK(&tc::get<"height">(person) == &person.height);
  }
  TEST_CASE("fields of a const object are const") {
    Person person;
    const Person& constant = person;
    CHECK(std::is_same_v<decltype(tc::get<0>(person)), int&>);
    CHECK(std::is_same_v<decltype(tc::get<0>(constant)), const int&>);
    CHECK(std::is_same_v<decltype(tc::get<"name">(constant)), const std::string&>);
    tc::for_each_field(constant, [](std::string_view, auto& field) {
      static_assert(std::is_const_v<std::remove_reference_t<decltype(field)>>);
    });
    tc::for_each_field(person, [](std::string_view, auto& field) {
      static_assert(!std::is_const_v<std::remove_reference_t<decltype(field)>>);
    });
  }
  TEST_CASE("for_each_field visits in order of declaration, temporaries too") {
    std::string seen;
    tc::for_each_field(Person{3, 0, "", {}, {}, {}}, [&](std::string_view name, const auto& field) {
      seen += std::string(name) + ";";
      if constexpr (std::is_same_v<decltype(field), const int&>) CHECK(field == 3);
    });
    CHECK(seen == "age;height;name;score;home;others;");
  }
  TEST_CASE("field_index finds a name or is the number of fields") {
    CHECK(tc::field_index<Person>("age") == 0);
    CHECK(tc::field_index<Person>("others") == 5);
    CHECK(tc::field_index<Person>("Age") == 6);
    CHECK(tc::field_index<Person>("") == 6);
  }
  TEST_CASE("objects of different types go in lock step") {
    const Body<double> a{1, {2, 3, 4}};
    Body<float> b{};
    std::string seen;
    tc::for_each_field(
        [&](std::string_view name, const auto& from, auto& to) {
          seen += std::string(name) + ";";
          if constexpr (std::is_array_v<std::remove_reference_t<decltype(to)>>)
            for (int i = 0; i < 3; ++i) to[i] = static_cast<float>(from[i]);
          else
            to = static_cast<float>(from);
        },
        a, b);
    CHECK(seen == "mass;position;");
    CHECK(b.mass == 1);
    CHECK(b.position[2] == 4);
    int sum = 0;
    tc::for_each_field([&](std::string_view, auto x, auto y, auto z) { sum += int(x + y + z); },
                       Bits{1, 2}, DescribedPlain{3, 4}, Listed{});
    CHECK(sum == 13);
  }
  TEST_CASE("struct templates have the fields of their arguments") {
    CHECK(names<Body<double>>() == "mass position");
    CHECK(std::is_same_v<tc::field_type<Body<float>, 0>, float>);
  }
  TEST_CASE("local types, move-only, recursive, mutable and undefaulted fields") {
    struct Local {
      int x;
      Person who;
    };
    CHECK(names<Local>() == "x who");
    CHECK(names<MoveOnly>() == "pointer after");
    CHECK(names<Recursive>() == "value children");
    CHECK(names<Mutable>() == "cache fixed");
    CHECK(names<HoldsNoDefault>() == "first second third");
    MoveOnly object{std::make_unique<int>(4)};
    CHECK(*tc::get<0>(object) == 4);
  }
  TEST_CASE("names may be of any letters") {
    CHECK(tc::field_count<caf\u00e9> == 2);
    CHECK(tc::field_names<caf\u00e9>()[1] == "_under_score_1");
    CHECK_FALSE(tc::field_names<caf\u00e9>()[0].empty());
  }
  TEST_CASE("names are found whatever the type is called") {
    CHECK(names<Odd<1, 2>>() == "first second");
    CHECK(names<Odd<&somewhere, Pair{1, 2}, 'x', ','>>() == "first second");
    CHECK(names<Odd<(1 > 0), '<', '}', '.'>::Part>() == "value");
    const auto in_lambda = [](auto) {
      struct Inside {
        int of_lambda, too;
      };
      return names<Inside>();
    };
    CHECK(in_lambda(1) == "of_lambda too");
  }
  TEST_CASE("fields of types that are made from anything are counted") {
    CHECK(names<Greedy>() == "bias either pair");
  }
  TEST_CASE("16 fields and 17") {
    CHECK(names<Sixteen>() == "a b c d e f g h i j k l m n o p");
    CHECK(names<Seventeen>() == "a b c d e f g h i j k l m n o p q");
    Sixteen small;
    CHECK(tc::get<15>(small) == 16);
    tc::get<"o">(small) = 3;
    CHECK(small.o == 3);
    Seventeen large;
    CHECK(tc::get<16>(large) == 17);
    int sum = 0;
    tc::for_each_field(large, [&](std::string_view, int& field) { sum += field; });
    CHECK(sum == 153);
    static constexpr Seventeen constant;
    static_assert(tc::get<"d">(constant) == 4);
  }
  TEST_CASE("an aggregate may have 100 fields") {
    CHECK(tc::field_count<Hundred> == 100);
    CHECK(tc::field_names<Hundred>()[99] == "f99");
    Hundred object{};
    tc::get<"f57">(object) = 3;
    CHECK(object.f57 == 3);
  }
  TEST_CASE("an array is one field") {
    CHECK(names<Arrays>() == "first grid text letters homes maybe last");
    CHECK(names<OnlyArray>() == "values");
    CHECK(names<ArrayLate>() == "a b c d e f g h i j k l m");
    CHECK(names<MoveOnlyArray>() == "pointer values rest");
    CHECK(std::is_same_v<tc::field_type<Arrays, 1>, int[2][3]>);
    Arrays object;
    tc::get<"grid">(object)[1][2] = 7;
    tc::get<"last">(object).zip = 8;
    CHECK(object.grid[1][2] == 7);
    CHECK(object.last.zip == 8);
  }
  TEST_CASE("a described class has its bases' members first, private ones included") {
    const Described object;
    CHECK(names<Described>() == "secret_ open half_ hidden_");
    CHECK(tc::get<"secret_">(object) == 1);
    CHECK(tc::get<"open">(object) == 2);
    CHECK(tc::get<2>(object) == 3);
    CHECK(tc::get<"hidden_">(object) == "four");
    CHECK(names<DescribedPlain>() == "a b");
  }
  TEST_CASE("a listed class is const when its object is") {
    const Listed constant;
    Listed object;
    CHECK(std::is_same_v<decltype(tc::get<0>(constant)), const int&>);
    tc::get<"second_">(object) = 5;
    CHECK(tc::get<1>(object) == 5);
  }
  TEST_CASE("fields are read in constant expressions") {
    static constexpr Bits bits{3, 4};
    static_assert(tc::get<"b">(bits) == 4);
    static_assert(tc::get<0>(bits) == 3);
    CHECK(true);
  }
}

}  // namespace test_fields
