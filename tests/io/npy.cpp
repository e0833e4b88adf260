// tests/io/npy.cpp -- arrays in .npy files. tests/oracle/npy/ holds files that numpy wrote.
#include <tensacode/io/npy.hpp>
#include "support/small_disk.hpp"

#include <unistd.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <limits>
#include <list>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

// xtensor 0.24 itself does not compile with clang 19 (ambiguous rebind_container).
#if __has_include(<xtensor/xarray.hpp>) && !(defined(__clang__) && __clang_major__ >= 19)
#define TC_TEST_XTENSOR
#include <xtensor/xarray.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xtensor.hpp>
#endif

namespace test_npy {

std::string oracle(const std::string& name) {
  return tc::read_file("tests/oracle/npy/" + name + ".npy");
}

std::string error_of_bytes(const std::string& bytes) {
  try {
    tc::from_npy<Eigen::MatrixXd>(bytes, "a.npy");
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "no error";
}
std::string with_header(const std::string& header, std::size_t data_size, char major = 1) {
  std::string out = "\x93NUMPY";
  out += major;
  out += '\0';
  for (std::size_t i = 0; i < (major == 1 ? 2U : 4U); ++i)
    out += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return out + header + std::string(data_size, '\0');
}
std::string header_of(const std::string& type, const std::string& shape) {
  return "{'descr': " + type + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
}
std::string error_of(const std::string& header, std::size_t data_size = 16) {
  return error_of_bytes(with_header(header, data_size));
}

// --- arrays of any numbers -----------------------------------------------------------------------
using generator = std::mt19937_64;

template <class Number>
Number any_number(generator& random) {
  if constexpr (std::is_same_v<Number, bool>) return random() % 2 == 1;
  if constexpr (std::is_floating_point_v<Number>) {
    if (random() % 8 == 0) return std::numeric_limits<Number>::infinity();
    return static_cast<Number>(
        std::ldexp(static_cast<double>(random()) - 0x1p63, static_cast<int>(random() % 40) - 60));
  }
  return static_cast<Number>(random());
}

template <class T>
void fill(T& place, generator& random, const std::array<std::size_t, 3>& sizes,
          std::size_t level = 0) {
  if constexpr (std::is_arithmetic_v<T>) {
    place = any_number<T>(random);
  } else if constexpr (tc::kind_of<T> == tc::kind::tensor) {
    const auto rows = static_cast<Eigen::Index>(sizes[level]);
    const auto columns = static_cast<Eigen::Index>(sizes[level + 1]);
    constexpr int fixed_rows = T::RowsAtCompileTime;
    constexpr int fixed_columns = T::ColsAtCompileTime;
    place.resize(fixed_rows < 0 ? rows : fixed_rows, fixed_columns >= 0 ? fixed_columns
                                                     : fixed_rows == 1  ? rows
                                                                        : columns);
    for (Eigen::Index i = 0; i < place.size(); ++i)
      place.data()[i] = any_number<typename T::Scalar>(random);
  } else {
    if constexpr (requires { place.resize(1); }) place.resize(sizes[level]);
    for (auto&& element : place) {
      typename T::value_type made{};
      fill(made, random, sizes, level + 1);
      element = made;
    }
  }
}

template <class T>
void check_round_trips() {
  generator random(1);
  for (const auto& sizes : {std::array<std::size_t, 3>{2, 3, 4},
                            {1, 1, 1},
                            {3, 1, 2},
                            {0, 0, 0},
                            {3, 0, 2},
                            {70, 5, 1}}) {
    T array{};
    fill(array, random, sizes);
    const std::string bytes = tc::to_npy(array);
    const T back = tc::from_npy<T>(bytes);
    CHECK(tc::to_npy(back) == bytes);
    if constexpr (tc::kind_of<T> != tc::kind::tensor)
      CHECK(back == array);
    else
      CHECK((back.array() == array.array()).all());
  }
}

template <class Number>
void check_number() {
  check_round_trips<Number>();
  check_round_trips<std::vector<Number>>();
  check_round_trips<std::vector<std::vector<Number>>>();
  check_round_trips<Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>>();
}

template <class Number>
void check_containers() {
  check_round_trips<std::array<Number, 3>>();
  check_round_trips<std::array<std::array<Number, 3>, 2>>();
  check_round_trips<std::vector<std::array<Number, 2>>>();
  check_round_trips<std::deque<Number>>();
  check_round_trips<std::list<std::vector<Number>>>();
  check_round_trips<std::vector<std::vector<std::vector<Number>>>>();
  check_round_trips<Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>();
  check_round_trips<Eigen::Array<Number, Eigen::Dynamic, Eigen::Dynamic>>();
  check_round_trips<Eigen::Matrix<Number, Eigen::Dynamic, 1>>();
  check_round_trips<Eigen::Matrix<Number, 1, Eigen::Dynamic>>();
  check_round_trips<Eigen::Matrix<Number, 2, 3>>();
  check_round_trips<Eigen::Matrix<Number, 3, Eigen::Dynamic>>();
  check_round_trips<Eigen::Matrix<Number, 2, 2, Eigen::RowMajor>>();
}

template <class... Numbers>
struct number_list {};
using all_numbers =
    number_list<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                std::uint16_t, std::uint32_t, std::uint64_t, float, double>;

template <class... Numbers, class F>
void for_each_type(number_list<Numbers...>, const F& f) {
  (f(Numbers{}), ...);
}

template <class From, class To>
constexpr bool holds_all() {
  using from = std::numeric_limits<From>;
  using to = std::numeric_limits<To>;
  if (std::is_same_v<From, To> || std::is_same_v<From, bool>) return true;
  if (std::is_same_v<To, bool>) return false;
  if (!from::is_integer) return !to::is_integer && from::digits <= to::digits;
  return from::digits <= to::digits && (to::is_signed || !from::is_signed);
}

TEST_SUITE("io/npy") {
  TEST_CASE("arrays of every type of number read back equal") {
    for_each_type(all_numbers{}, []<class Number>(Number) { check_number<Number>(); });
  }
  TEST_CASE("arrays in every container read back equal") {
    check_containers<double>();
    check_containers<std::int16_t>();
    check_containers<bool>();
  }
  TEST_CASE("C arrays are written; nested ones have as many axes") {
    const int numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
    CHECK(tc::from_npy<std::vector<std::vector<int>>>(tc::to_npy(numbers)) ==
          std::vector<std::vector<int>>{{1, 2, 3}, {4, 5, 6}});
    const bool flags[2] = {true, false};
    CHECK(tc::from_npy<std::vector<bool>>(tc::to_npy(flags)) == std::vector<bool>{true, false});
  }
  TEST_CASE("rows stay rows, whatever the order of the matrix and of the file") {
    Eigen::MatrixXd columns(2, 3);
    columns << 1, 2, 3, 4, 5, 6;
    const Eigen::Matrix<double, 2, 3, Eigen::RowMajor> rows = columns;
    const std::vector<std::vector<double>> lists{{1, 2, 3}, {4, 5, 6}};
    CHECK(tc::to_npy(columns).find("'fortran_order': True") != std::string::npos);
    CHECK(tc::to_npy(rows).find("'fortran_order': False") != std::string::npos);
    CHECK(tc::to_npy(rows) == tc::to_npy(lists));
    for (const auto& bytes : {tc::to_npy(columns), tc::to_npy(rows)}) {
      CHECK(tc::from_npy<Eigen::MatrixXd>(bytes) == columns);
      CHECK(tc::from_npy<Eigen::Matrix<double, 2, Eigen::Dynamic, Eigen::RowMajor>>(bytes) ==
            columns);
      CHECK(tc::from_npy<std::vector<std::vector<double>>>(bytes) == lists);
      CHECK(tc::from_npy<std::array<std::array<double, 3>, 2>>(bytes)[1][0] == 4);
      CHECK(tc::from_npy<std::vector<Eigen::Vector3d>>(bytes)[1] == Eigen::Vector3d(4, 5, 6));
    }
  }
  TEST_CASE("numbers are read into types that hold all of theirs, and into no others") {
    for_each_type(all_numbers{}, []<class From>(From) {
      generator random(2);
      std::vector<From> numbers;
      for (int i = 0; i < 50; ++i) numbers.push_back(any_number<From>(random));
      const std::string bytes = tc::to_npy(numbers);
      for_each_type(all_numbers{}, [&]<class To>(To) {
        INFO(tc::dtype_name(tc::dtype_of<From>()), " as ", tc::dtype_name(tc::dtype_of<To>()));
        if constexpr (holds_all<From, To>()) {
          std::vector<To> wide;
          for (const auto number : numbers) wide.push_back(static_cast<To>(number));
          CHECK(tc::from_npy<std::vector<To>>(bytes) == wide);
        } else {
          CHECK_THROWS_WITH_AS(
              tc::from_npy<std::vector<To>>(bytes, "a"),
              tc::format("a: expected numbers that {} holds without loss, found {}",
                         tc::detail::npy_name(tc::dtype_of<To>()),
                         tc::detail::npy_name(tc::dtype_of<From>()))
                  .c_str(),
              tc::parse_error);
        }
      });
    });
  }
  TEST_CASE("files that numpy wrote are read, and equal arrays are written as numpy does") {
    const auto check = [](const std::string& name, auto expected, bool same_bytes = true) {
      INFO(name);
      CHECK(tc::from_npy<decltype(expected)>(oracle(name)) == expected);
      if (same_bytes) CHECK(tc::to_npy(expected) == oracle(name));
    };
    const auto check_signed = [&]<class Number>(const std::string& name, Number) {
      check(name, std::vector<std::vector<Number>>{{-3, -2, -1}, {0, 1, 2}});
    };
    check_signed("i1", std::int8_t{});
    check_signed("i2", std::int16_t{});
    check_signed("i4", std::int32_t{});
    check_signed("i8", std::int64_t{});
    check_signed("f4", float{});
    check_signed("f8", double{});
    const auto check_unsigned = [&]<class Number>(const std::string& name, Number) {
      check(name, std::vector<std::vector<Number>>{{0, 1, 2}, {3, 4, 5}});
    };
    check_unsigned("u1", std::uint8_t{});
    check_unsigned("u2", std::uint16_t{});
    check_unsigned("u4", std::uint32_t{});
    check_unsigned("u8", std::uint64_t{});
    check("b1", std::vector<std::vector<bool>>{{false, true, false}, {true, false, true}});
    Eigen::MatrixXd grid(2, 3);
    grid << -3, -2, -1, 0, 1, 2;
    check("fortran_f8", grid);
    for (const auto* name : {"f2", "big_i2", "big_f8", "big_f2", "version_2", "version_3"})
      check(name,
            std::string_view(name).starts_with("v") ? Eigen::MatrixXd(grid.array() + 3) : grid,
            false);
    check("fortran_big_u4", std::vector<std::vector<std::int64_t>>{{0, 1, 2}, {3, 4, 5}}, false);
    std::vector<std::vector<std::vector<std::int32_t>>> cube(
        2, std::vector<std::vector<std::int32_t>>(3, std::vector<std::int32_t>(4)));
    for (std::size_t i = 0; i < 24; ++i)
      cube[i / 12][i / 4 % 3][i % 4] = static_cast<std::int32_t>(i);
    check("fortran_3d_i4", cube, false);
    check("single_f8", 2.5);
    check("vector_f4", std::vector<float>{1.5, -2.5, 3.5});
    check("vector_f4", Eigen::VectorXf(Eigen::Vector3f(1.5, -2.5, 3.5)));
    check("empty_f8", std::vector<std::array<double, 3>>{});
    check("hollow_f8", std::vector<std::vector<double>>(3));
    check("hollow_f8", Eigen::MatrixXd(3, 0));
  }
  TEST_CASE("halves are exact") {
    const auto numbers = tc::from_npy<std::vector<float>>(oracle("halves"));
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(numbers == std::vector<float>{0, -0.0F, 0x1p-24F, 0x3FFp-24F, 0x1p-14F, 65504, infinity,
                                        -infinity, 0x1.554p-2F});
    CHECK(std::signbit(numbers[1]));
    CHECK(std::isnan(tc::detail::float_of_half(0x7E00)));
  }
  TEST_CASE("a file is written at once, and one that does not fit leaves the old one") {
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("tensacode_" + std::to_string(getpid()) + ".npy"))
                                 .string();
    const std::vector<double> numbers(1000, 0.5);
    tc::write_npy(path, numbers);
    CHECK(tc::read_file(path) == tc::to_npy(numbers));
    CHECK(tc::read_npy<std::vector<double>>(path) == numbers);
    CHECK_THROWS_WITH_AS(
        tc::read_npy<double>(path),
        (path + ": expected a single number, found an array of shape (1000)").c_str(),
        tc::parse_error);
    std::remove(path.c_str());
    CHECK_THROWS_AS(tc::read_npy<double>(path), tc::file_error);
    CHECK(small_disk_keeps_old_file([&](const std::string& at) { tc::write_npy(at, numbers); }));
  }
  TEST_CASE("lists beside each other of different lengths are not written") {
    CHECK_THROWS_WITH_AS(tc::to_npy(std::vector<std::vector<double>>{{1, 2}, {3}}),
                         "array of numbers: element [1] has shape (1), the first one (2)",
                         tc::argument_error);
    CHECK_THROWS_WITH_AS(
        tc::to_npy(std::vector<std::vector<std::vector<bool>>>{{{true}, {true}}, {{true}, {}}}),
        "array of numbers: element [1][1] has shape (0), the first one (1)", tc::argument_error);
    CHECK_THROWS_WITH_AS(
        tc::to_npy(std::vector<Eigen::MatrixXd>{Eigen::MatrixXd(1, 2), Eigen::MatrixXd(2, 1)}),
        "array of numbers: element [1] has shape (2, 1), the first one (1, 2)", tc::argument_error);
  }
  TEST_CASE("a header is read as Python reads it") {
    for (const char* header : {
             "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }",
             "{'descr':'<f8','fortran_order':False,'shape':(1,2)}",
             "  {\"shape\" : ( 1 , 2 , ) ,\n\t'fortran_order': False , \"descr\": '=f8'}  \n",
             "{'descr': '|f8', 'shape': (1L, 2L), 'fortran_order': False}",
             "{'descr': 'f8', 'shape': (1, 2), 'fortran_order': True}",
         })
      for (const char major : {'\1', '\2', '\3'})
        CHECK(error_of_bytes(with_header(header, 16, major)) == "no error");
    CHECK(tc::from_npy<bool>(with_header(header_of("'?'", "()"), 1)) == false);
  }
  TEST_CASE("errors name the file, what was expected and what was found") {
    const std::string types =
        "a.npy: expected a dtype that is one of b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4 or f8, "
        "found ";
    const auto error_of_type = [](const std::string& type) {
      return error_of(header_of(type, "(1, 2)"));
    };
    CHECK(error_of_bytes("{}") ==
          "a.npy: expected a .npy file, which begins with \\x93NUMPY, "
          "found '{}'");
    CHECK(error_of_bytes(with_header("{}", 0, 4)) ==
          "a.npy: expected format version 1.0, 2.0 or 3.0, found 4.0");
    CHECK(error_of_bytes("\x93NUMPY\1") == "a.npy: expected a version, found the end of the file");
    CHECK(error_of_bytes(std::string("\x93NUMPY\1\0\x10\0{}", 12)) ==
          "a.npy: expected a header of 16 bytes, found 2");
    CHECK(error_of_bytes(std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF{}", 14)) ==
          "a.npy: expected a header of 4294967295 bytes, found 2");
    CHECK(error_of_type("'|O'") == types + "'|O': Python objects, which are not supported");
    CHECK(error_of_type("'<U3'") == types + "'<U3': strings, which are not supported");
    CHECK(error_of_type("'<f16'") == types + "'<f16'");
    CHECK(error_of_type("[('a', '<f4')]") == types + "a structured dtype, which is not supported");
    CHECK(error_of_type("8") ==
          "a.npy: expected in the header the dtype as a string, found '8, "
          "'fortran_order': False, 'shape': (1, ...'");
    CHECK(error_of(header_of("'<f8'", "(-1, 2)")) ==
          "a.npy: expected in the header an extent from 0, found '-1, 2), }?'");
    CHECK(error_of(header_of("'<f8'", "(99999999999999999999,)")) ==
          "a.npy: expected in the header an extent that fits in memory, found "
          "'99999999999999999999,), }?'");
    CHECK(error_of(header_of("'<f8'", "(4294967296, 4294967296)")) ==
          "a.npy: expected a shape that fits in memory, found a larger one");
    CHECK(error_of(header_of("'<f8'", "(9223372036854775807, 0, 2)"), 0) ==
          "a.npy: expected a shape that fits in memory, found a larger one");
    CHECK(error_of(header_of("'<f8'", "(1, 3)")) ==
          "a.npy: expected 24 bytes of data for its shape, found 16");
    CHECK(error_of(header_of("'<f8'", "(1, 1)")) ==
          "a.npy: expected 8 bytes of data for its shape, found 16");
    CHECK(error_of(header_of("'<f8'", "(2)")) ==
          "a.npy: expected in the header a tuple for the shape, found a number in parentheses");
    CHECK(error_of(header_of("'<f8'", "(1 2)")) ==
          "a.npy: expected in the header ',' or ')', found '2), }?'");
    CHECK(error_of(header_of("'<f8'", "[2]")) ==
          "a.npy: expected in the header a tuple for the shape, found '[2], }?'");
    CHECK(error_of(header_of("'<f8'", "(2,)")) ==
          "a.npy: expected an array of shape (n, n), found an array of shape (2)");
    CHECK(error_of("{'descr': '<f8', 'shape': (2,), 'shape': (2,)}") ==
          "a.npy: expected in the header the keys descr, fortran_order and shape, once each, found "
          "'shape'");
    CHECK(error_of("{'descr': '<f8', 'shape': (2,), 'x': (2,)}") ==
          "a.npy: expected in the header the keys descr, fortran_order and shape, once each, found "
          "'x'");
    CHECK(error_of("{'descr': '<f8', 'shape': (2,)}") ==
          "a.npy: expected in the header the keys descr, fortran_order and shape, found not all of "
          "them");
    CHECK(error_of("{'descr': '<f8'} {}") ==
          "a.npy: expected in the header nothing after the dict, found '{}'");
    CHECK(error_of("{'descr': '<f8'") == "a.npy: expected in the header ',' or '}', found its end");
    CHECK(error_of("{'descr': '<f8") ==
          "a.npy: expected in the header the end of a string, found ''<f8'");
    CHECK(error_of("{'fortran_order': 0}") ==
          "a.npy: expected in the header True or False for fortran_order, found '0}'");
    CHECK(error_of("[]") == "a.npy: expected in the header a dict, found '[]'");
    std::string many;
    for (int i = 0; i < 65; ++i) many += "1,";
    CHECK(error_of(header_of("'<f8'", "(" + many + ")")) ==
          "a.npy: expected at most 64 axes, found more");
    for (const auto* name : {"object", "structured", "text", "bytes", "complex", "time"})
      CHECK(error_of_bytes(oracle(std::string("refused_") + name)).starts_with(types));
  }
  TEST_CASE("lists of nothing take memory only for so many") {
    const std::string bytes = with_header(header_of("'<f8'", "(1099511627776, 0)"), 0);
    CHECK(tc::from_npy<Eigen::MatrixXd>(bytes).rows() == 1099511627776);
    CHECK_THROWS_WITH_AS(tc::from_npy<std::vector<std::vector<double>>>(bytes, "a"),
                         "a: expected at most 65536 lists of no numbers, found an array of shape "
                         "(1099511627776, 0)",
                         tc::parse_error);
    const std::string deep = with_header(header_of("'<f8'", "(2, 60000, 0, 5)"), 0);
    CHECK_THROWS_AS(tc::from_npy<std::vector<std::vector<std::vector<std::vector<double>>>>>(deep),
                    tc::parse_error);
    const std::string none = with_header(header_of("'<f8'", "(0, 1099511627776)"), 0);
    CHECK(tc::from_npy<std::vector<std::vector<double>>>(none).empty());
  }
  TEST_CASE("what does not fit the type says what would") {
    const std::string bytes = tc::to_npy(std::vector<std::array<double, 3>>(2));
    const auto check = [&]<class T>(T, const char* expected) {
      CHECK_THROWS_WITH_AS(
          tc::from_npy<T>(bytes, "a"),
          (std::string("a: expected ") + expected + ", found an array of shape (2, 3)").c_str(),
          tc::parse_error);
    };
    check(std::vector<double>(), "an array of shape (n)");
    check(std::vector<std::array<double, 4>>(), "an array of shape (n, 4)");
    check(std::vector<std::vector<std::vector<double>>>(), "an array of shape (n, n, n)");
    check(Eigen::Matrix4Xd(), "an array of shape (4, n)");
    check(Eigen::VectorXd(), "an array of shape (n)");
    check(Eigen::RowVector2d(), "an array of shape (2)");
    check(Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 2, 2>(),
          "an array of shape (n, n)");
    check(std::vector<Eigen::Vector2d>(), "an array of shape (n, 2)");
    check(0.5, "a single number");
  }
  TEST_CASE("a file cut at any byte, or longer than it says, is an error and not a crash") {
    for (const auto* name : {"f8", "fortran_3d_i4", "version_2", "single_f8", "hollow_f8"}) {
      const std::string bytes = oracle(name);
      INFO(name);
      for (std::size_t i = 0; i < bytes.size(); ++i)
        CHECK_THROWS_AS(tc::from_npy<Eigen::MatrixXd>(bytes.substr(0, i)), tc::parse_error);
      CHECK_THROWS_AS(tc::from_npy<Eigen::MatrixXd>(bytes + '\0'), tc::parse_error);
    }
  }
#ifdef TC_TEST_XTENSOR
  TEST_CASE("xtensor arrays of any rank and order read back equal") {
    const auto check = [](const auto& array) {
      using T = std::remove_cvref_t<decltype(array)>;
      const std::string bytes = tc::to_npy(array);
      CHECK(tc::from_npy<T>(bytes) == array);
      CHECK(tc::to_npy(tc::from_npy<T>(bytes)) == bytes);
    };
    check(xt::xarray<double>{{1, 2, 3}, {4, 5, 6}});
    check(xt::xarray<float, xt::layout_type::column_major>{{1, 2, 3}, {4, 5, 6}});
    check(xt::xarray<bool>{true, false});
    check(xt::xarray<int>(7));
    check(xt::xtensor<std::int64_t, 3>{{{1, 2}, {3, 4}, {5, 6}}});
    check(xt::xtensor_fixed<int, xt::xshape<2, 2>>{{1, 2}, {3, 4}});
    check(std::vector<xt::xarray<double>>{{1, 2}, {3, 4}});
    const auto cube = tc::from_npy<xt::xtensor<int, 3>>(oracle("fortran_3d_i4"));
    const auto same =
        tc::from_npy<xt::xtensor<int, 3, xt::layout_type::column_major>>(oracle("fortran_3d_i4"));
    CHECK(cube(1, 2, 3) == 23);
    CHECK(cube(0, 1, 2) == 6);
    CHECK(same == cube);
    CHECK(tc::to_npy(same) == oracle("fortran_3d_i4"));
    xt::xarray<double, xt::layout_type::dynamic> strided;
    strided.resize({2, 3}, {1, 2});
    for (std::size_t i = 0; i < 6; ++i) strided(i / 3, i % 3) = static_cast<double>(i);
    CHECK(tc::from_npy<std::vector<std::vector<double>>>(tc::to_npy(strided)) ==
          std::vector<std::vector<double>>{{0, 1, 2}, {3, 4, 5}});
    CHECK_THROWS_WITH_AS(
        (tc::from_npy<xt::xtensor_fixed<int, xt::xshape<2, 3>>>(oracle("single_f8"), "a")),
        "a: expected an array of shape (2, 3), found a single number", tc::parse_error);
    CHECK_THROWS_WITH_AS((tc::from_npy<xt::xtensor<double, 1>>(oracle("f8"), "a")),
                         "a: expected an array of shape (n), found an array of shape (2, 3)",
                         tc::parse_error);
  }
#endif
}

}  // namespace test_npy
