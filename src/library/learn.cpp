// src/library/learn.cpp -- the compiled part of room learn.
#include <tensacode/learn/compiled/compiled_model.hpp>
#include <tensacode/learn/compiled/learned_network.hpp>
#include <tensacode/learn/compiled/metrics.hpp>
#include <tensacode/learn/compiled/prediction.hpp>
#include <tensacode/learn/compiled/progress_bar.hpp>
