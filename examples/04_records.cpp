// examples/04_records.cpp -- works of art as records: read, told, changed, undone, checked.
// Reads the Tate collection, whose subjects are trees, into a struct; no model is trained here.
// Run from the project's root: 04_records [folder of the data set]
#include <tensacode/io/text.hpp>

#include "tate.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

using namespace tate;

int main(int argc, char** argv) try {
  const std::string folder = argc > 1 ? argv[1] : "examples/data/tate";
  const auto out = std::filesystem::temp_directory_path() / "tensacode-records";
  std::filesystem::create_directories(out);

  auto works = tc::read_jsonl<Work>(folder + "/data.jsonl");
  Work& work = *std::ranges::find(works, "AR00008", &Work::acno);
  std::printf("%zu works; one of them in at most 200 bytes:\n%s\n\n", works.size(),
              tc::to_text(work, {.budget = 200}).c_str());

  // Every name at any depth of the tree, by a pattern that is checked against the type.
  const Work before = work;
  std::printf("its subjects, of which one changes:");
  tc::for_each_match<"subjects.**.name">(work, [](const tc::path&, std::string& name) {
    std::printf(" %s", name.c_str());
    if (name == "winter") name = "midwinter";
  });
  work.title += " (detail)";
  work.contributors[0].birthYear.reset();

  // What changed is data: it can be kept, sent, read, applied and undone.
  const tc::patch patch = tc::diff(before, work);
  std::printf("\n\nwhat changed:\n");
  for (const tc::edit& edit : patch.edits)
    std::printf("  %s: %s -> %s\n", edit.path.c_str(), edit.before->c_str(), edit.after->c_str());
  const auto received = tc::from_json<tc::patch>(tc::to_json(patch));
  Work copy = before;
  tc::apply(received, copy);
  const bool applied = tc::equal(copy, work);
  tc::apply(received.inverse(), copy);
  const bool undone = tc::equal(copy, before);
  std::printf("a patch of %zu bytes, applied: %s, undone: %s\n", tc::to_json(patch).size(),
              applied ? "equal" : "different", undone ? "equal" : "different");
  try {
    tc::apply(received, work);  // has these changes already
  } catch (const tc::patch_conflict& conflict) {
    std::printf("applied twice: %s\n", conflict.what());
  }

  const std::string schema = tc::json_schema<Work>();
  tc::write_file(out / "work.schema.json", schema);
  std::printf("\nJSON Schema, %zu bytes: %s\n", schema.size(), (out / "work.schema.json").c_str());

  // Three rows, of which one is bad: it is left out, counted, and told with its place.
  std::string rows = tc::to_json(before) + "\n" + tc::to_json(before) + "\n" + tc::to_json(before);
  const std::size_t second = rows.find('\n');
  rows.replace(rows.find(R"("birthYear":1927)", second), 16, R"("birthYear":"about 1927")");
  tc::write_file(out / "rows.jsonl", rows);
  tc::read_report report;
  tc::read_jsonl<Work>(out / "rows.jsonl", {.on_error = tc::bad_rows::skip}, &report);
  std::printf("\n%zu rows read, %zu skipped:\n%s\n", report.rows, report.skipped,
              report.errors.at(0).what());
  return applied && undone && report.rows == 2 && report.skipped == 1 ? 0 : 1;
} catch (const tc::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
