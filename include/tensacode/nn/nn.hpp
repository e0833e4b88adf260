// tensacode/nn/nn.hpp -- the door of room nn: what networks are made of.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/nn/layers.hpp>
#include <tensacode/nn/losses.hpp>
#include <tensacode/nn/optimizer.hpp>
#include <tensacode/nn/parameters.hpp>
