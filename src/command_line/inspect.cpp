// src/command_line/inspect.cpp -- `tensacode inspect`: what a saved model holds.
#include "inspect.hpp"

#include <tensacode/io/safetensors.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace tool {
namespace {

std::string shape_of(const tc::safetensor& tensor) {
  std::string text;
  for (const auto extent : tensor.shape)
    text += tc::format("{}{}", text.empty() ? "" : " x ", extent);
  return text.empty() ? "single" : text;
}

/// The field a tensor belongs to: `in:age` for `in:age/encoder.weight`; `trunk` for hidden layers.
std::string field_of(std::string_view name) {
  if (const auto slash = name.find('/'); slash != std::string_view::npos)
    return std::string(name.substr(0, slash));
  return std::string(name.substr(0, name.find('[')));
}

}  // namespace

std::string inspect(const std::string& path, bool tensors) {
  const auto file = tc::read_safetensors(path);
  std::string text = path + "\n";
  const std::map<std::string, std::string> metadata(file.metadata.begin(), file.metadata.end());
  for (const auto& [key, value] : metadata) text += tc::format("  {}: {}\n", key, value);

  std::map<std::string, std::size_t> numbers;
  std::size_t total = 0;
  for (const auto& tensor : file.tensors) {
    const std::size_t count = tensor.bytes.size() / tc::size_of(tensor.type);
    numbers[field_of(tensor.name)] += count;
    total += count;
  }
  text += tc::format("{} tensors, {} numbers\n", file.tensors.size(), total);
  for (const auto& [field, count] : numbers) text += tc::format("  {}: {}\n", field, count);
  if (tensors)
    for (const auto& tensor : file.tensors)
      text +=
          tc::format("{}  {}  {}\n", tensor.name, tc::dtype_name(tensor.type), shape_of(tensor));
  return text;
}

}  // namespace tool
