// tests/fuzz/npy.cpp -- any bytes are an array or a parse_error; arrays read back equal.
#include <tensacode/io/npy.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

template <class T>
void read_as(std::string_view bytes) {
  T array{};
  try {
    array = tc::from_npy<T>(bytes);
  } catch (const tc::parse_error&) {
    return;
  }
  const std::string again = tc::to_npy(array);
  if (tc::to_npy(tc::from_npy<T>(again)) != again) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as<double>(bytes);
  read_as<std::vector<float>>(bytes);
  read_as<std::vector<bool>>(bytes);
  read_as<std::vector<std::vector<std::int64_t>>>(bytes);
  read_as<std::vector<std::array<double, 2>>>(bytes);
  read_as<std::deque<std::vector<std::vector<std::uint16_t>>>>(bytes);
  read_as<Eigen::MatrixXd>(bytes);
  read_as<Eigen::Matrix<float, 2, Eigen::Dynamic, Eigen::RowMajor>>(bytes);
  read_as<std::vector<Eigen::MatrixXd>>(bytes);
  return 0;
}
