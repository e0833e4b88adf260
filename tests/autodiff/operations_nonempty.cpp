// tests/autodiff/operations_nonempty.cpp -- operations on matrices that have elements in every
// mode.
#include "operation_checks.hpp"
#include "operation_table.hpp"

namespace test_operations_nonempty {

TEST_SUITE("autodiff/operations_nonempty") {
  TEST_CASE("operations on matrices that have elements in every mode") {
#define TC_TEST_ROW(what, statement, plain_expression)                 \
  TC_CHECK_ROW(what, statement, plain_expression, {                    \
    test_support::expect_operation(f, plain_value, 3, 4);              \
    test_support::expect_operation(f, plain_value, 1, 1);              \
    test_support::expect_aliased(f, test_support::left_operand(3, 4)); \
  })
    TC_NONEMPTY_ROWS(TC_TEST_ROW)
#undef TC_TEST_ROW
  }
}

}  // namespace test_operations_nonempty
