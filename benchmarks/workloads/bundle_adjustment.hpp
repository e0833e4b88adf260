// benchmarks/workloads/bundle_adjustment.hpp -- the reprojection error of one observation, two
// numbers of fifteen, and its Jacobian by hand. Sources: the objective BA of ADBench (Srajer,
// Kukelova and Fitzgibbon 2018); derivative of a rotation: Gallego and Yezzi 2014, result 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>

#include <array>
#include <cmath>

namespace workloads {

/// `p`: rotation vector (3), centre (3), focal length, principal point (2), radial distortion (2)
/// of the camera; the point (3); the weight of the observation.
template <class Real>
std::array<Real, 2> reprojection_error(const std::array<Real, 15>& p,
                                       const std::array<double, 2>& seen) {
  using std::cos, std::sin, std::sqrt;
  const Real v[3] = {p[11] - p[3], p[12] - p[4], p[13] - p[5]};
  const Real square = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
  const Real angle = sqrt(square);
  const Real cosine = cos(angle), sine = sin(angle), inverse = 1.0 / angle;
  const Real w[3] = {p[0] * inverse, p[1] * inverse, p[2] * inverse};
  const Real along = (w[0] * v[0] + w[1] * v[1] + w[2] * v[2]) * (1.0 - cosine);
  const Real camera[3] = {v[0] * cosine + (w[1] * v[2] - w[2] * v[1]) * sine + w[0] * along,
                          v[1] * cosine + (w[2] * v[0] - w[0] * v[2]) * sine + w[1] * along,
                          v[2] * cosine + (w[0] * v[1] - w[1] * v[0]) * sine + w[2] * along};
  const Real x = camera[0] / camera[2], y = camera[1] / camera[2];
  const Real r = x * x + y * y;
  const Real scale = 1.0 + p[9] * r + p[10] * r * r;
  return {p[14] * (x * scale * p[6] + p[7] - seen[0]), p[14] * (y * scale * p[6] + p[8] - seen[1])};
}

struct reprojection {
  std::array<double, 2> error;
  Eigen::Matrix<double, 2, 15> jacobian;
};

inline reprojection reprojection_by_hand(const std::array<double, 15>& p,
                                         const std::array<double, 2>& seen) {
  const auto cross = [](const Eigen::Vector3d& a) {
    Eigen::Matrix3d m;
    m << 0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0;
    return m;
  };
  const Eigen::Vector3d rotation(p[0], p[1], p[2]);
  const Eigen::Vector3d v(p[11] - p[3], p[12] - p[4], p[13] - p[5]);
  const double square = rotation.squaredNorm(), angle = std::sqrt(square);
  const Eigen::Matrix3d k = cross(rotation / angle);
  const Eigen::Matrix3d turn =
      Eigen::Matrix3d::Identity() + std::sin(angle) * k + (1 - std::cos(angle)) * k * k;
  const Eigen::Vector3d camera = turn * v;
  const Eigen::Matrix3d by_rotation =
      -turn * cross(v) *
      (rotation * rotation.transpose() +
       (turn.transpose() - Eigen::Matrix3d::Identity()) * cross(rotation)) /
      square;

  const double depth = 1 / camera[2], x = camera[0] * depth, y = camera[1] * depth;
  const double r = x * x + y * y, scale = 1 + p[9] * r + p[10] * r * r;
  const double slope = 2 * (p[9] + 2 * p[10] * r), f = p[6], w = p[14];
  // Derivatives of the distorted (x, y) scale by (x, y), then by the point before the camera.
  Eigen::Matrix2d by_plane;
  by_plane << scale + slope * x * x, slope * x * y, slope * x * y, scale + slope * y * y;
  Eigen::Matrix<double, 2, 3> plane;
  plane << depth, 0, -x * depth, 0, depth, -y * depth;
  const Eigen::Matrix<double, 2, 3> by_camera = (w * f) * by_plane * plane;
  const Eigen::Matrix<double, 2, 3> by_point = by_camera * turn;

  reprojection out{{w * (x * scale * f + p[7] - seen[0]), w * (y * scale * f + p[8] - seen[1])},
                   {}};
  auto& j = out.jacobian;
  j.leftCols<3>().noalias() = by_camera * by_rotation;
  j.middleCols<3>(3) = -by_point;
  j.col(6) << w * x * scale, w * y * scale;
  j.middleCols<2>(7) = w * Eigen::Matrix2d::Identity();
  j.col(9) << w * f * x * r, w * f * y * r;
  j.col(10) << w * f * x * r * r, w * f * y * r * r;
  j.middleCols<3>(11) = by_point;
  j.col(14) << x * scale * f + p[7] - seen[0], y * scale * f + p[8] - seen[1];
  return out;
}

}  // namespace workloads
