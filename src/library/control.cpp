// src/library/control.cpp -- the compiled part of room control.
#include <tensacode/control/compiled/choose_estimator.hpp>
#include <tensacode/control/compiled/ledger.hpp>
#include <tensacode/control/compiled/ledger_report.hpp>
#include <tensacode/control/compiled/mixture.hpp>
#include <tensacode/control/detail/compiled/control_variates.hpp>
#include <tensacode/control/detail/compiled/flip.hpp>
#include <tensacode/control/detail/compiled/rebar_shard.hpp>
#include <tensacode/control/detail/compiled/relaxation.hpp>
