// examples/soybean.hpp -- a diseased plant of UCI soybean-large (CC BY 4.0). Codes as in the
// source.
#pragma once

#include <tensacode/tensacode.hpp>

#include <optional>
#include <string_view>

namespace soybean {

enum class Disease {
  _2_4_d_injury,
  alternarialeaf_spot,
  anthracnose,
  bacterial_blight,
  bacterial_pustule,
  brown_spot,
  brown_stem_rot,
  charcoal_rot,
  cyst_nematode,
  diaporthe_pod_stem_blight,
  diaporthe_stem_canker,
  downy_mildew,
  frog_eye_leaf_spot,
  herbicide_injury,
  phyllosticta_leaf_spot,
  phytophthora_rot,
  powdery_mildew,
  purple_seed_stain,
  rhizoctonia_root_rot
};
constexpr std::string_view tc_spelling(Disease disease) {
  if (disease == Disease::diaporthe_pod_stem_blight) return "diaporthe-pod-&-stem-blight";
  return tc::enum_name_with<'-'>(disease);
}

struct Diagnosis {
  Disease Class;
};
struct Plant {
  std::optional<int> date, plant_stand, precip, temp, hail, crop_hist, area_dam, sever, seed_tmt,
      germ, plant_growth, leaves, leaf_halo, leaf_marg, leaf_size, leaf_shread, leaf_malf,
      leaf_mild, stem, lodging, stem_cankers, canker_lesion, fruiting_bodies, ext_decay, mycelium,
      int_discolor, sclerotia, fruit_pods, fruit_spots, seed, mold_growth, seed_discolor, seed_size,
      shriveling, roots;
};

TC_REFLECT(Diagnosis)
TC_REFLECT(Plant)

}  // namespace soybean
