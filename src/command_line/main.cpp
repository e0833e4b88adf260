// src/command_line/main.cpp -- the command-line tool `tensacode`. Each command is a function in a
// file of its own; this file only reads the command line.
#include "inspect.hpp"

#include <tensacode/core/core.hpp>

#include <cstdio>
#include <exception>
#include <string>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"TensaCode: learning for a C++ program's own types"};
  app.set_version_flag("--version", std::string(TC_VERSION_STRING));
  app.require_subcommand(1);

  std::string file;
  bool tensors = false;
  auto* inspect = app.add_subcommand(
      "inspect", "Show what a saved model (.safetensors) holds: sizes, fields, parameters");
  inspect->add_option("file", file, "the file that model.save wrote")->required();
  inspect->add_flag("--tensors", tensors, "list every tensor");

  CLI11_PARSE(app, argc, argv);
  try {
    if (*inspect) std::fputs(tool::inspect(file, tensors).c_str(), stdout);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tensacode: %s\n", e.what());
    return 1;
  }
}
