// examples/esol.hpp -- a molecule of ESOL (Delaney 2004; MoleculeNet, MIT) as a graph.
#pragma once

#include <tensacode/tensacode.hpp>

#include <string>
#include <tuple>
#include <vector>

namespace esol {

enum class Element { Br, C, Cl, F, I, N, O, P, S };
enum class Bond { single, aromatic, double_, triple };
constexpr std::string_view tc_spelling(Bond bond) {
  return bond == Bond::double_ ? "double" : tc::enum_name(bond);
}

struct Atom {
  Element el;
  int h, charge;
  bool aromatic, ring;
};
struct Molecule {
  std::string smiles;
  std::vector<Atom> atoms;
  std::vector<std::tuple<int, int, Bond>> bonds;
};
struct Solubility {
  double y;
};

TC_REFLECT(Molecule)
TC_REFLECT(Solubility)
TC_FIELD(Solubility, y, tc::doc("logarithm of the measured solubility in mol/L"))

}  // namespace esol
