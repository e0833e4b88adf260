// tests/autodiff/operations_square.cpp -- linear algebra in every mode.
#include <tensacode/autodiff/tensor/linear_algebra.hpp>

#include "operation_checks.hpp"
#include "operation_table.hpp"

namespace test_operations_square {

TEST_SUITE("autodiff/operations_square") {
  TEST_CASE("linear algebra in every mode") {
#define TC_TEST_ROW(what, statement, plain_expression)                 \
  TC_CHECK_ROW(what, statement, plain_expression, {                    \
    test_support::expect_operation(f, plain_value, 4, 4);              \
    test_support::expect_operation(f, plain_value, 1, 1);              \
    test_support::expect_operation(f, plain_value, 0, 0);              \
    test_support::expect_aliased(f, test_support::left_operand(4, 4)); \
  })
    TC_SQUARE_ROWS(TC_TEST_ROW)
#undef TC_TEST_ROW
  }
}

}  // namespace test_operations_square
