// src/library/engine.cpp -- the compiled part of room engine.
#include <tensacode/engine/compiled/decision.hpp>
#include <tensacode/engine/compiled/learner.hpp>
#include <tensacode/engine/compiled/store.hpp>
