// tensacode/codec/detail/emitted_helpers.hpp -- the C++ functions that every emitted network calls.
// Layer 4.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tc::detail {

inline constexpr std::string_view emitted_helpers = R"(
// y = weight * x + bias; the weight of input i to output o is weight[i * outputs + o].
TC_CLONES static void linear(const double* __restrict x, long long inputs,
                             const float* __restrict weight, const float* __restrict bias,
                             long long outputs, double* __restrict y) {
  for (long long o = 0; o < outputs; ++o) y[o] = bias[o];
  for (long long i = 0; i < inputs; ++i) {
    if (x[i] == 0) continue;  // half of what follows a rectifier
    const float* w = weight + i * outputs;
    for (long long o = 0; o < outputs; ++o) y[o] += x[i] * w[o];
  }
}

static void rectify(double* x, long long n) {
  for (long long i = 0; i < n; ++i)
    if (!(x[i] > 0)) x[i] = 0;
}

// Zeros for a negative column.
static void copy_column(const float* table, long long column, long long width, double* out) {
  for (long long i = 0; i < width; ++i) out[i] = column < 0 ? 0 : table[column * width + i];
}

static double between(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// A number as the parts of the intervals between knots that lie below it, its standardised
// value, and a flag for "absent" where that is allowed; then a linear map.
static void encode_number(double x, const double* knots, long long intervals, double mean,
                          double deviation, int may_be_absent, const float* weight,
                          const float* bias, long long width, double* out) {
  double feature[MOST_FEATURES];
  const int absent = x != x;
  for (long long i = 0; i < intervals; ++i)
    feature[i] = absent ? 0 : between((x / 2 - knots[i] / 2) / (knots[i + 1] / 2 - knots[i] / 2), 0, 1);
  feature[intervals] = absent ? 0 : between((x - mean) / deviation, -5, 5);
  if (may_be_absent) feature[intervals + 1] = absent;
  linear(feature, intervals + 1 + may_be_absent, weight, bias, width, out);
}

// One of the categories 0 ... categories - 1; anything else is "absent", the table's last column.
static void encode_category(long long category, long long categories, const float* table,
                            long long width, double* out) {
  copy_column(table, category < 0 || category >= categories ? categories : category, width, out);
}

static long long most_likely(const double* logits, long long n) {
  long long best = 0;
  for (long long i = 1; i < n; ++i)
    if (logits[i] > logits[best]) best = i;
  return best;
}
)";

inline constexpr std::string_view emitted_text_reader = R"(
static void add_token(unsigned long long token, const unsigned long long* vocabulary,
                      long long known, const float* table, long long width, double* sum,
                      long long* count) {
  long long low = 0, high = known;
  while (low < high) {
    const long long middle = (low + high) / 2;
    if (vocabulary[middle] < token) low = middle + 1; else high = middle;
  }
  if (low == known || vocabulary[low] != token) return;
  for (long long i = 0; i < width; ++i) sum[i] += table[low * width + i];
  ++*count;
}

static unsigned long long mix(unsigned long long w) {
  w ^= w >> 33; w *= 0xff51afd7ed558ccdULL; w ^= w >> 33;
  w *= 0xc4ceb9fe1a85ec53ULL; w ^= w >> 33;
  return w;
}

// A text as the sum over its known tokens (words, pairs of words, the whole) over the square root
// of their number. Hashes are FNV-1a. Returns the number of code points.
static long long encode_text(const char* text, long long length,
                             const unsigned long long* vocabulary, long long known,
                             const float* table, long long width, double* out) {
  const unsigned long long basis = 0xcbf29ce484222325ULL, prime = 0x100000001b3ULL;
  unsigned long long word = basis, previous = 0, whole = basis;
  long long count = 0, inside = 0, has_previous = 0;
  for (long long i = 0; i < width; ++i) out[i] = 0;
  for (long long i = 0; i <= length; ++i) {
    const unsigned char c = i < length ? (unsigned char)text[i] : (unsigned char)' ';
    const int upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) {
      word = (word ^ (unsigned long long)(upper ? c + 32 : c)) * prime;
      inside = 1;
    } else if (inside) {
      add_token(word, vocabulary, known, table, width, out, &count);
      if (has_previous)
        add_token(mix(previous * 3 + word) ^ 0x9e3779b97f4a7c15ULL, vocabulary, known, table,
                  width, out, &count);
      previous = word; has_previous = 1; word = basis; inside = 0;
    }
    if (i < length) whole = (whole ^ (unsigned long long)c) * prime;
  }
  if (length > 0)
    add_token(whole ^ 0xc2b2ae3d27d4eb4fULL, vocabulary, known, table, width, out, &count);
  const double scale = count ? 1 / sqrt((double)count) : 0;
  for (long long i = 0; i < width; ++i) out[i] *= scale;

  long long points = 0;
  for (long long i = 0; i < length; ++points) {
    const unsigned char lead = (unsigned char)text[i];
    long long bytes = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3
                    : (lead >> 3) == 30 ? 4 : 0;
    int valid = bytes > 0 && i + bytes <= length;
    unsigned point = bytes == 1 ? lead : lead & (0xffu >> (bytes + 1));
    for (long long j = 1; valid && j < bytes; ++j) {
      valid = ((unsigned char)text[i + j] >> 6) == 2;
      point = (point << 6) | (text[i + j] & 63);
    }
    // Overlong forms, surrogates, and numbers beyond Unicode are not valid.
    if (bytes == 2 && point < 0x80) valid = 0;
    if (bytes == 3 && (point < 0x800 || (point >> 11) == 0x1b)) valid = 0;
    if (bytes == 4 && (point < 0x10000 || point > 0x10ffff)) valid = 0;
    i += valid ? bytes : 1;
  }
  return points;
}
)";

inline constexpr std::string_view emitted_text_writer = R"(
static long long write_code_point(char* out, unsigned point) {
  if (point < 0x80) { out[0] = (char)point; return 1; }
  if (point < 0x800) {
    out[0] = (char)(0xc0 | (point >> 6)); out[1] = (char)(0x80 | (point & 63)); return 2;
  }
  if (point < 0x10000) {
    out[0] = (char)(0xe0 | (point >> 12)); out[1] = (char)(0x80 | ((point >> 6) & 63));
    out[2] = (char)(0x80 | (point & 63)); return 3;
  }
  out[0] = (char)(0xf0 | (point >> 18)); out[1] = (char)(0x80 | ((point >> 12) & 63));
  out[2] = (char)(0x80 | ((point >> 6) & 63)); out[3] = (char)(0x80 | (point & 63)); return 4;
}
)";

}  // namespace tc::detail
