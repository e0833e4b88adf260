// tensacode/codec/statistics.hpp -- what is measured on the training rows before training.
// Layer 4. Knots of piecewise-linear encodings (Gorishniy et al. 2022, arXiv:2203.05556), means
// and deviations, vocabularies and alphabets of texts, lengths of sequences.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/node.hpp>
#include <tensacode/codec/tokens.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tc {

struct measure_options {
  std::size_t knots = 32;             ///< intervals of the piecewise-linear encoding, at most
  std::size_t vocabulary = 4096;      ///< tokens kept per text field, the most frequent
  std::size_t least_count = 2;        ///< occurrences that make a token known
  std::size_t alphabet = 256;         ///< code points kept per text field
  std::size_t longest_text = 64;      ///< code points a decoded text has at most
  std::size_t longest_sequence = 32;  ///< elements a decoded sequence has at most
};

/// Computes the statistics of `node` and of everything below it from columns of training rows.
void measure(codec_node& node, const columns& c, const measure_options& options = {});

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/statistics.hpp>
#endif
