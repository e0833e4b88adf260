// tensacode/autodiff/tensor/convolution.hpp -- two-dimensional convolution of a batch of images.
// Layer 2. Not included by autodiff.hpp. Each image becomes a matrix of patches, and its
// convolution a matrix product (Chellapilla, Puri & Simard 2006). The reverse sweep makes the
// patches again instead of storing them.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/eigen_functions.hpp>
#include <tensacode/autodiff/tensor/matrix_product.hpp>
#include <tensacode/autodiff/tensor_var.hpp>

#include <Eigen/Core>

namespace tc {

/// The shape of an image, and how kernels move over it. An image is stored as a column of scalars:
/// the channels of a pixel lie together, then the pixels of a line, then the lines.
struct convolution_shape {
  Eigen::Index channels = 1, width = 1, height = 1;  ///< of an image; width and height in pixels
  Eigen::Index kernel_width = 1, kernel_height = 1;
  Eigen::Index stride = 1;   ///< how many pixels the kernel moves at a time
  Eigen::Index padding = 0;  ///< how many pixels of zeros surround the image

  Eigen::Index out_width() const { return (width + 2 * padding - kernel_width) / stride + 1; }
  Eigen::Index out_height() const { return (height + 2 * padding - kernel_height) / stride + 1; }
  Eigen::Index image_size() const { return channels * width * height; }
  Eigen::Index patch_size() const { return channels * kernel_width * kernel_height; }
};

namespace detail {

/// Calls f(offset in the image, offset in the matrix of patches) for each pixel of each patch that
/// lies inside the image. Each pixel is a run of s.channels scalars.
template <class F>
void for_each_patch_pixel(const convolution_shape& s, const F& f) {
  for (Eigen::Index oy = 0; oy < s.out_height(); ++oy)
    for (Eigen::Index ox = 0; ox < s.out_width(); ++ox)
      for (Eigen::Index ky = 0; ky < s.kernel_height; ++ky)
        for (Eigen::Index kx = 0; kx < s.kernel_width; ++kx) {
          const Eigen::Index x = ox * s.stride + kx - s.padding;
          const Eigen::Index y = oy * s.stride + ky - s.padding;
          if (x < 0 || y < 0 || x >= s.width || y >= s.height) continue;
          f(s.channels * (x + s.width * y),
            s.patch_size() * (ox + s.out_width() * oy) + s.channels * (kx + s.kernel_width * ky));
        }
}
/// Fills `patches` with the patches of one image, one column for each position of the kernel.
template <class Scalar>
void take_patches(const convolution_shape& s, const Scalar* image,
                  dynamic_matrix<Scalar>& patches) {
  patches.setZero(s.patch_size(), s.out_width() * s.out_height());
  for_each_patch_pixel(s, [&](Eigen::Index from, Eigen::Index to) {
    for (Eigen::Index c = 0; c < s.channels; ++c) patches.data()[to + c] = image[from + c];
  });
}

template <class Scalar>
struct convolution_node {
  tensor_operand<Scalar> kernels, images, y;
  convolution_shape shape;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const Eigen::Index places = shape.out_width() * shape.out_height();
    dynamic_matrix<Scalar> patches;
    for (Eigen::Index i = 0; i < images.cols(); ++i) {
      const matrix_map<Scalar> dy(y.adjoints(tape) + i * y.rows(), kernels.rows(), places);
      if (kernels.active()) {
        take_patches(shape, images.values() + i * images.rows(), patches);
        add_product(kernels.adjoint(tape), dy, patches.transpose());
      }
      if (images.active()) {
        patches.resize(kernels.cols(), places);
        assign_product(patches, kernels.value().transpose(), dy);
        Scalar* const adjoint = images.adjoints(tape) + i * images.rows();
        for_each_patch_pixel(shape, [&](Eigen::Index to, Eigen::Index from) {
          for (Eigen::Index c = 0; c < shape.channels; ++c)
            adjoint[to + c] += patches.data()[from + c];
        });
      }
    }
  }
};

template <class Matrix>
void check_convolution(const Matrix& kernels, const auto& images, const convolution_shape& s) {
  check_shape(
      s.channels > 0 && s.width >= 0 && s.height >= 0 && s.kernel_width > 0 &&
          s.kernel_height > 0 && s.stride > 0 && s.padding >= 0 &&
          s.width + 2 * s.padding >= s.kernel_width && s.height + 2 * s.padding >= s.kernel_height,
      "convolution: a {} x {} kernel does not fit a {} x {} image with padding {} and stride {}",
      s.kernel_width, s.kernel_height, s.width, s.height, s.padding, s.stride);
  check_shape(kernels.cols() == s.patch_size() && images.rows() == s.image_size(),
              "convolution: kernels of {} numbers and images of {}; the shape has {} and {}",
              kernels.cols(), images.rows(), s.patch_size(), s.image_size());
}

}  // namespace detail

/// Convolves each image with each kernel. As usual in networks, kernels are not flipped. A row of
/// `kernels` is one kernel, stored like an image of kernel_width x kernel_height pixels. An image
/// of the result has one channel for each kernel, and out_width() x out_height() pixels.
///
/// Shapes   kernels (k, patch_size()), images (image_size(), n) -> (k * pixels, n)
/// Grad     kernels, images
/// Errors   shape_error
/// Cost     2 k patch_size() pixels n; memory for the patches of one image
template <class Scalar>
basic_tensor_var<Scalar> convolution(const basic_tensor_var<Scalar>& kernels,
                                     const basic_tensor_var<Scalar>& images,
                                     const convolution_shape& shape) {
  const convolution_shape& s = shape;
  detail::check_convolution(kernels, images, s);
  const Eigen::Index places = s.out_width() * s.out_height();
  auto y = basic_tensor_var<Scalar>::uninitialised(kernels.rows() * places, images.cols());
  detail::dynamic_matrix<Scalar> patches;
  for (Eigen::Index i = 0; i < images.cols(); ++i) {
    detail::take_patches(s, images.value().data() + i * images.rows(), patches);
    detail::assign_product(
        detail::matrix_map<Scalar>(y.mutable_value().data() + i * y.rows(), kernels.rows(), places),
        kernels.value(), patches);
  }
  if (kernels.active() || images.active())
    y.computed_by(
        detail::convolution_node<Scalar>{kernels.operand(), images.operand(), y.result(), shape});
  return y;
}

/// The same for Eigen matrices, also of dual numbers.
template <detail::matrix_of_eigen K, detail::matrix_of_eigen X>
auto convolution(const K& kernels, const X& images, const convolution_shape& shape) {
  using Number = detail::common_number<K, X>;
  using Matrix = detail::dynamic_matrix<Number>;
  detail::check_convolution(kernels, images, shape);
  const Matrix k = detail::to_matrix_of<Number>(kernels), x = detail::to_matrix_of<Number>(images);
  Matrix patches, y(k.rows() * shape.out_width() * shape.out_height(), x.cols());
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    detail::take_patches(shape, x.data() + i * x.rows(), patches);
    y.col(i) = Matrix(k * patches).reshaped();
  }
  return y;
}

}  // namespace tc
