// benchmarks/workloads/hand.hpp -- distances of points to the skin of a hand, and their Jacobian by
// the 26 numbers of its pose by hand. Source: the objective Hand (simple) of ADBench (Srajer,
// Kukelova and Fitzgibbon 2018); its skeleton, with a made-up skin.
// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace workloads {

/// A wrist, five fingers of four bones each, and a bone for the forearm.
struct hand_model {
  static constexpr std::size_t bones = 22;

  std::vector<int> parents;                        ///< -1 of the first
  std::vector<Eigen::Matrix4d> base_relatives;     ///< of a bone to its parent, at rest
  std::vector<Eigen::Matrix4d> inverse_absolutes;  ///< of the hand to a bone, at rest
  Eigen::MatrixXd skin;                            ///< 4 x vertices, the last row 1
  Eigen::MatrixXd weights;                         ///< bones x vertices
  Eigen::MatrixXd points;                          ///< 3 x points seen
  std::vector<int> vertex_of_point;
};

/// A hand with so many vertices, each of which a point is seen of.
inline hand_model make_hand(int vertices) {
  hand_model hand;
  std::vector<Eigen::Matrix4d> absolutes;
  for (int bone = 0; bone < static_cast<int>(hand_model::bones); ++bone) {
    const bool starts = bone % 4 == 1 || bone == 21;
    hand.parents.push_back(bone == 0 ? -1 : starts ? 0 : bone - 1);
    Eigen::Matrix4d relative = Eigen::Matrix4d::Identity();
    relative.topLeftCorner<3, 3>() =
        Eigen::AngleAxisd(0.1 * bone, Eigen::Vector3d(1, bone, 2).normalized()).toRotationMatrix();
    relative.topRightCorner<3, 1>() = Eigen::Vector3d(0.3 * (bone % 3), 1, 0.05 * bone);
    hand.base_relatives.push_back(relative);
    absolutes.push_back(
        bone == 0 ? relative : absolutes[static_cast<std::size_t>(hand.parents.back())] * relative);
    hand.inverse_absolutes.push_back(
        Eigen::Affine3d(absolutes.back()).inverse(Eigen::Isometry).matrix());
  }
  hand.skin = Eigen::MatrixXd::Ones(4, vertices);
  hand.weights = Eigen::MatrixXd::Zero(hand_model::bones, vertices);
  hand.points.resize(3, vertices);
  for (int v = 0; v < vertices; ++v) {
    const int bone = v % static_cast<int>(hand_model::bones);
    hand.skin.col(v).head<3>() =
        absolutes[static_cast<std::size_t>(bone)].topRightCorner<3, 1>() +
        0.2 * Eigen::Vector3d(std::sin(v), std::cos(2 * v), std::sin(3 * v));
    hand.weights(bone, v) = 0.7;
    hand.weights((bone + 1) % static_cast<int>(hand_model::bones), v) = 0.3;
    hand.points.col(v) = hand.skin.col(v).head<3>() + Eigen::Vector3d(0.1, -0.2, 0.05);
    hand.vertex_of_point.push_back(v);
  }
  return hand;
}

template <class Real>
using matrix3 = Eigen::Matrix<Real, 3, 3>;
template <class Real>
using matrix4 = Eigen::Matrix<Real, 4, 4>;

/// By the Rodrigues formula; `axis` is not 0.
template <class Real>
matrix3<Real> rotation_about(const std::array<Real, 3>& axis) {
  using std::cos, std::sin, std::sqrt;
  const Real norm = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
  const Real x = axis[0] / norm, y = axis[1] / norm, z = axis[2] / norm;
  const Real s = sin(norm), c = cos(norm);
  matrix3<Real> r;
  r(0, 0) = x * x + (1 - x * x) * c;
  r(0, 1) = x * y * (1 - c) - z * s;
  r(0, 2) = x * z * (1 - c) + y * s;
  r(1, 0) = x * y * (1 - c) + z * s;
  r(1, 1) = y * y + (1 - y * y) * c;
  r(1, 2) = y * z * (1 - c) - x * s;
  r(2, 0) = x * z * (1 - c) - y * s;
  r(2, 1) = z * y * (1 - c) + x * s;
  r(2, 2) = z * z + (1 - z * z) * c;
  return r;
}

/// A joint bends about x, and the first of a finger also about z.
template <class Real>
matrix4<Real> bent(const Eigen::Matrix4d& rest, const Real& about_x, const Real& about_z) {
  using std::cos, std::sin;
  const Real cx = cos(about_x), sx = sin(about_x), cz = cos(about_z), sz = sin(about_z);
  matrix4<Real> joint;  // Rz Rx
  joint << cz, -sz * cx, sz * sx, Real(0), sz, cz * cx, -cz * sx, Real(0), Real(0), sx, cx, Real(0),
      Real(0), Real(0), Real(0), Real(1);
  matrix4<Real> out;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      Real sum = rest(i, 0) * joint(0, j);
      for (int k = 1; k < 4; ++k) sum += rest(i, k) * joint(k, j);
      out(i, j) = sum;
    }
  return out;
}

/// Where in the pose the angles of a bone are; -1 for bones that do not bend.
struct joint_angles {
  int about_x = -1, about_z = -1;
};
inline std::array<joint_angles, hand_model::bones> joints() {
  std::array<joint_angles, hand_model::bones> out;
  int next = 6;
  for (std::size_t finger = 0; finger < 5; ++finger)
    for (std::size_t joint = 2; joint <= 4; ++joint) {
      auto& angles = out[4 * finger + joint];
      angles.about_x = next++;
      if (joint == 2) angles.about_z = next++;
    }
  return out;
}

/// `pose`: rotation (3), translation (3), four angles a finger. Three numbers a point.
template <class Real>
std::vector<Real> hand_errors(const std::array<Real, 26>& pose, const hand_model& hand) {
  const auto angles = joints();
  std::vector<matrix4<Real>> absolutes(hand_model::bones), transforms(hand_model::bones);
  for (std::size_t b = 0; b < hand_model::bones; ++b) {
    const auto angle = [&](int i) { return i < 0 ? Real(0) : pose[static_cast<std::size_t>(i)]; };
    const matrix4<Real> relative =
        bent<Real>(hand.base_relatives[b], angle(angles[b].about_x), angle(angles[b].about_z));
    if (hand.parents[b] < 0)
      absolutes[b] = relative;
    else
      absolutes[b] = absolutes[static_cast<std::size_t>(hand.parents[b])] * relative;
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) {
        Real sum = absolutes[b](i, 0) * hand.inverse_absolutes[b](0, j);
        for (int k = 1; k < 4; ++k) sum += absolutes[b](i, k) * hand.inverse_absolutes[b](k, j);
        transforms[b](i, j) = sum;
      }
  }
  const matrix3<Real> turn = rotation_about<Real>({pose[0], pose[1], pose[2]});
  std::vector<Real> errors;
  errors.reserve(3 * hand.vertex_of_point.size());
  for (std::size_t p = 0; p < hand.vertex_of_point.size(); ++p) {
    const int v = hand.vertex_of_point[p];
    std::array<Real, 3> position{Real(0), Real(0), Real(0)};
    for (std::size_t b = 0; b < hand_model::bones; ++b) {
      const double weight = hand.weights(static_cast<Eigen::Index>(b), v);
      if (weight == 0) continue;
      for (int i = 0; i < 3; ++i)
        position[static_cast<std::size_t>(i)] +=
            weight *
            (transforms[b](i, 0) * hand.skin(0, v) + transforms[b](i, 1) * hand.skin(1, v) +
             transforms[b](i, 2) * hand.skin(2, v) + transforms[b](i, 3) * hand.skin(3, v));
    }
    for (int i = 0; i < 3; ++i)
      errors.push_back(hand.points(i, static_cast<Eigen::Index>(p)) -
                       (turn(i, 0) * position[0] + turn(i, 1) * position[1] +
                        turn(i, 2) * position[2] + pose[static_cast<std::size_t>(3 + i)]));
  }
  return errors;
}

/// 3 points x 26: the derivatives of the bones' transforms are carried down the fingers.
inline Eigen::MatrixXd hand_jacobian_by_hand(const std::array<double, 26>& pose,
                                             const hand_model& hand) {
  const auto angles = joints();
  std::vector<Eigen::Matrix4d> relatives(hand_model::bones), absolutes(hand_model::bones);
  // Of the angles that move a bone: which, and the derivative of its absolute transform.
  struct moved {
    int angle;
    Eigen::Matrix4d derivative;
  };
  std::vector<std::vector<moved>> moves(hand_model::bones);
  for (std::size_t b = 0; b < hand_model::bones; ++b) {
    const auto [x, z] = angles[b];
    const double about_x = x < 0 ? 0 : pose[static_cast<std::size_t>(x)];
    const double about_z = z < 0 ? 0 : pose[static_cast<std::size_t>(z)];
    relatives[b] = bent(hand.base_relatives[b], about_x, about_z);
    const bool has_parent = hand.parents[b] >= 0;
    const Eigen::Matrix4d above = has_parent ? absolutes[static_cast<std::size_t>(hand.parents[b])]
                                             : Eigen::Matrix4d(Eigen::Matrix4d::Identity());
    absolutes[b] = above * relatives[b];
    if (has_parent)
      for (const moved& m : moves[static_cast<std::size_t>(hand.parents[b])])
        moves[b].push_back({m.angle, m.derivative * relatives[b]});
    const double cx = std::cos(about_x), sx = std::sin(about_x), cz = std::cos(about_z),
                 sz = std::sin(about_z);
    Eigen::Matrix4d d = Eigen::Matrix4d::Zero();
    if (x >= 0) {
      d.topLeftCorner<3, 3>() << 0, sz * sx, sz * cx, 0, -cz * sx, -cz * cx, 0, cx, -sx;
      moves[b].push_back({x, above * hand.base_relatives[b] * d});
    }
    if (z >= 0) {
      d.topLeftCorner<3, 3>() << -sz, -cz * cx, cz * sx, cz, -sz * cx, sz * sx, 0, 0, 0;
      moves[b].push_back({z, above * hand.base_relatives[b] * d});
    }
  }
  const Eigen::Vector3d axis(pose[0], pose[1], pose[2]);
  const Eigen::Matrix3d turn = rotation_about<double>({pose[0], pose[1], pose[2]});
  const auto cross = [](const Eigen::Vector3d& a) {
    Eigen::Matrix3d m;
    m << 0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0;
    return m;
  };
  const Eigen::Matrix3d spin =
      (axis * axis.transpose() + (turn.transpose() - Eigen::Matrix3d::Identity()) * cross(axis)) /
      axis.squaredNorm();
  Eigen::MatrixXd jacobian =
      Eigen::MatrixXd::Zero(3 * static_cast<Eigen::Index>(hand.vertex_of_point.size()), 26);
  for (std::size_t p = 0; p < hand.vertex_of_point.size(); ++p) {
    const int v = hand.vertex_of_point[p];
    auto rows = jacobian.middleRows<3>(3 * static_cast<Eigen::Index>(p));
    Eigen::Vector3d position = Eigen::Vector3d::Zero();
    for (std::size_t b = 0; b < hand_model::bones; ++b) {
      const double weight = hand.weights(static_cast<Eigen::Index>(b), v);
      if (weight == 0) continue;
      const Eigen::Vector4d at_rest = weight * hand.inverse_absolutes[b] * hand.skin.col(v);
      position += (absolutes[b] * at_rest).head<3>();
      for (const moved& m : moves[b])
        rows.col(m.angle) -= turn * (m.derivative * at_rest).head<3>();
    }
    rows.leftCols<3>() = turn * cross(position) * spin;
    rows.middleCols<3>(3) = -Eigen::Matrix3d::Identity();
  }
  return jacobian;
}

}  // namespace workloads
