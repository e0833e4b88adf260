// src/command_line/inspect.hpp -- `tensacode inspect`: what a saved model holds.
#pragma once

#include <string>

namespace tool {

/// A description of the safetensors file at `path`; with `tensors`, one line for each of them.
/// Throws `tc::file_error`, `tc::parse_error`.
std::string inspect(const std::string& path, bool tensors);

}  // namespace tool
