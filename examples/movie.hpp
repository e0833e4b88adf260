// examples/movie.hpp -- a film of Wikipedia's lists (github.com/prust/wikipedia-movie-data, MIT;
// the extracts are Wikipedia's, CC BY-SA 3.0).
#pragma once

#include <tensacode/tensacode.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace movie {

enum class Genre {
  Action,
  Adventure,
  Animated,
  Biography,
  Comedy,
  Crime,
  Dance,
  Disaster,
  Documentary,
  Drama,
  Erotic,
  Family,
  Fantasy,
  Found_Footage,
  Historical,
  Horror,
  Independent,
  Legal,
  Live_Action,
  Martial_Arts,
  Musical,
  Mystery,
  Noir,
  Performance,
  Political,
  Romance,
  Satire,
  Science_Fiction,
  Short,
  Silent,
  Slasher,
  Sport,
  Sports,
  Spy,
  Superhero,
  Supernatural,
  Suspense,
  Teen,
  Thriller,
  War,
  Western
};
constexpr std::string_view tc_spelling(Genre genre) { return tc::enum_name_with<' '>(genre); }

struct Thumbnail {
  int width, height;
};
struct Movie {
  std::string title;
  int year;
  std::vector<std::string> cast;
  std::vector<Genre> genres;
  std::optional<std::string> extract;
  std::optional<Thumbnail> thumbnail;
};

TC_REFLECT(Movie)

}  // namespace movie
