// expect: offending_field<row, (tc::)?fixed_string<7>\{"scores"\}, std::(.|\n)*tensacode\[R12\] csv: the type does not fit in the cells of a row\. Fix:
// max_lines: 12
// A list in a row of a table.
#include <tensacode/io/csv.hpp>

#include <string>
#include <vector>

struct row {
  int id;
#if defined(TC_REJECT)
  std::vector<int> scores;
#else
  int scores;
#endif
};

int main() { tc::write_csv("rows.csv", std::vector<row>{}); }
