// tests/pch/pch.hpp -- what nearly every test includes, compiled once per test executable.
// A convenience for build time only: each test still includes what it uses.
#ifndef TC_TESTS_PCH_HPP  // g++ warns of `#pragma once` when it precompiles a header
#define TC_TESTS_PCH_HPP

#include <Eigen/Core>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#endif
