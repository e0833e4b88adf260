// src/library/nn.cpp -- the compiled part of room nn.
#include <tensacode/nn/compiled/layers.hpp>
#include <tensacode/nn/compiled/optimizer.hpp>
