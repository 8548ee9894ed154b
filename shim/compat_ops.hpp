// compat_ops.hpp: operators that libtorch's releases declare differently, as the newest of them has them. An argument
// that a release lacks may be given there at its default only.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "operands.hpp"

namespace ct::compat {

using namespace operands;

using MaybeBool = Optional<bool>;
using MaybeFormat = Optional<at::MemoryFormat>;
using MaybeGenerator = Optional<at::Generator>;
using MaybeInt = Optional<int64_t>;
using MaybeLayout = Optional<at::Layout>;
using MaybeDevice = Optional<c10::Device>;
using MaybeScalar = Optional<at::Scalar>;
using MaybeTensor = Optional<at::Tensor>;
using MaybeType = Optional<at::ScalarType>;

// Whole numbers before 2.0.
inline FROM_2_6(MaybeScalar, MaybeInt) correction(const MaybeScalar &given)
{
    return FROM_2_6(given, given ? MaybeInt(given->toLong()) : MaybeInt());
}

inline at::Tensor std_correction(const at::Tensor &self, at::OptionalIntArrayRef dim, const MaybeScalar &given,
                                 bool keepdim)
{
    return at::std(self, dim, correction(given), keepdim);
}

inline at::Tensor var_correction(const at::Tensor &self, at::OptionalIntArrayRef dim, const MaybeScalar &given,
                                 bool keepdim)
{
    return at::var(self, dim, correction(given), keepdim);
}

inline std::tuple<at::Tensor, at::Tensor> std_mean_correction(const at::Tensor &self, at::OptionalIntArrayRef dim,
                                                              const MaybeScalar &given, bool keepdim)
{
    return at::std_mean(self, dim, correction(given), keepdim);
}

inline std::tuple<at::Tensor, at::Tensor> var_mean_correction(const at::Tensor &self, at::OptionalIntArrayRef dim,
                                                              const MaybeScalar &given, bool keepdim)
{
    return at::var_mean(self, dim, correction(given), keepdim);
}

// ---- Random: a generator since 2.14 ----

inline void no_generator(const MaybeGenerator &generator)
{
    needs_if(generator.has_value(), "generator", "2.14");
}

inline at::Tensor rand_like(const at::Tensor &self, const MaybeGenerator &generator, MaybeType dtype,
                            MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory, MaybeFormat format)
{
    return FROM_2_14(at::rand_like(self, generator, dtype, layout, device, pin_memory, format),
                     (no_generator(generator), at::rand_like(self, dtype, layout, device, pin_memory, format)));
}

inline at::Tensor randn_like(const at::Tensor &self, const MaybeGenerator &generator, MaybeType dtype,
                             MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory, MaybeFormat format)
{
    return FROM_2_14(at::randn_like(self, generator, dtype, layout, device, pin_memory, format),
                     (no_generator(generator), at::randn_like(self, dtype, layout, device, pin_memory, format)));
}

inline at::Tensor randint_like(const at::Tensor &self, int64_t high, const MaybeGenerator &generator, MaybeType dtype,
                               MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory, MaybeFormat format)
{
    return FROM_2_14(
        at::randint_like(self, high, generator, dtype, layout, device, pin_memory, format),
        (no_generator(generator), at::randint_like(self, high, dtype, layout, device, pin_memory, format)));
}

inline at::Tensor randint_like_low(const at::Tensor &self, int64_t low, int64_t high, const MaybeGenerator &generator,
                                   MaybeType dtype, MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory,
                                   MaybeFormat format)
{
    return FROM_2_14(
        at::randint_like(self, low, high, generator, dtype, layout, device, pin_memory, format),
        (no_generator(generator), at::randint_like(self, low, high, dtype, layout, device, pin_memory, format)));
}

// ---- Sparse ----

inline at::Tensor sparse_coo_tensor(const at::Tensor &indices, const at::Tensor &values, MaybeType dtype,
                                    MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory,
                                    MaybeBool is_coalesced)
{
    return FROM_2_6(at::sparse_coo_tensor(indices, values, dtype, layout, device, pin_memory, is_coalesced),
                    (needs_if(is_coalesced.has_value(), "is_coalesced", "2.6"),
                     at::sparse_coo_tensor(indices, values, dtype, layout, device, pin_memory)));
}

inline at::Tensor sparse_coo_tensor_size(const at::Tensor &indices, const at::Tensor &values, at::IntArrayRef size,
                                         MaybeType dtype, MaybeLayout layout, MaybeDevice device, MaybeBool pin_memory,
                                         MaybeBool is_coalesced)
{
    return FROM_2_6(at::sparse_coo_tensor(indices, values, size, dtype, layout, device, pin_memory, is_coalesced),
                    (needs_if(is_coalesced.has_value(), "is_coalesced", "2.6"),
                     at::sparse_coo_tensor(indices, values, size, dtype, layout, device, pin_memory)));
}

inline at::Tensor to_dense(const at::Tensor &self, MaybeType dtype, MaybeBool masked_grad)
{
    return FROM_2_6(self.to_dense(dtype, masked_grad),
                    (needs_if(masked_grad.has_value(), "masked_grad", "2.6"), self.to_dense(dtype)));
}

inline at::Tensor to_sparse(const at::Tensor &self, MaybeLayout layout, at::OptionalIntArrayRef blocksize,
                            MaybeInt dense_dim)
{
    return FROM_2_6(self.to_sparse(layout, blocksize, dense_dim),
                    (needs_if(layout.has_value(), "layout", "2.6"),
                     needs_if(blocksize.has_value(), "blocksize", "2.6"),
                     needs_if(dense_dim.has_value(), "dense_dim", "2.6"), self.to_sparse()));
}

inline at::Tensor to_sparse_csr(const at::Tensor &self, MaybeInt dense_dim)
{
    return FROM_2_6(self.to_sparse_csr(dense_dim),
                    (needs_if(dense_dim.has_value(), "dense_dim", "2.6"), self.to_sparse_csr()));
}

inline at::Tensor to_sparse_csc(const at::Tensor &self, MaybeInt dense_dim)
{
    return FROM_2_6(self.to_sparse_csc(dense_dim),
                    (needs_if(dense_dim.has_value(), "dense_dim", "2.6"), self.to_sparse_csc()));
}

inline at::Tensor to_sparse_bsr(const at::Tensor &self, at::IntArrayRef blocksize, MaybeInt dense_dim)
{
    return FROM_2_6(self.to_sparse_bsr(blocksize, dense_dim),
                    (needs_if(dense_dim.has_value(), "dense_dim", "2.6"), self.to_sparse_bsr(blocksize)));
}

inline at::Tensor to_sparse_bsc(const at::Tensor &self, at::IntArrayRef blocksize, MaybeInt dense_dim)
{
    return FROM_2_6(self.to_sparse_bsc(blocksize, dense_dim),
                    (needs_if(dense_dim.has_value(), "dense_dim", "2.6"), self.to_sparse_bsc(blocksize)));
}

// ---- Others ----

// What is symbolic while PyTorch traces is a number here.
inline int64_t sym_size(const at::Tensor &self, int64_t dim)
{
    return self.size(dim);
}

inline int64_t sym_stride(const at::Tensor &self, int64_t dim)
{
    return self.stride(dim);
}

inline int64_t sym_numel(const at::Tensor &self)
{
    return self.numel();
}

inline bool sym_is_contiguous(const at::Tensor &self, at::MemoryFormat format)
{
    return self.is_contiguous(format);
}

inline int64_t sym_storage_offset(const at::Tensor &self)
{
    return self.storage_offset();
}

inline at::Tensor stft(const at::Tensor &self, int64_t n_fft, MaybeInt hop_length, MaybeInt win_length,
                       const MaybeTensor &window, bool center, c10::string_view pad_mode, bool normalized,
                       MaybeBool onesided, MaybeBool return_complex, MaybeBool align_to_window)
{
    return FROM_2_14(at::stft(self, n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided,
                              return_complex, align_to_window),
                     (needs_if(align_to_window.has_value(), "align_to_window", "2.14"),
                      at::stft(self, n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided,
                               return_complex)));
}

inline at::Tensor fbgemm_linear_fp16_weight_fp32_activation(const at::Tensor &input, const at::Tensor &packed_weight,
                                                            const MaybeTensor &bias)
{
    return at::fbgemm_linear_fp16_weight_fp32_activation(
        input, packed_weight, FROM_2_14(bias, bias ? *bias : needs<at::Tensor>("2.14")));
}

inline at::Tensor mkldnn_reorder_conv2d_weight(const at::Tensor &self, at::IntArrayRef padding, at::IntArrayRef stride,
                                               at::IntArrayRef dilation, int64_t groups,
                                               at::OptionalIntArrayRef input_size)
{
    return FROM_2_6(at::mkldnn_reorder_conv2d_weight(self, padding, stride, dilation, groups, input_size),
                    (needs_if(input_size.has_value(), "input_size", "2.6"),
                     at::mkldnn_reorder_conv2d_weight(self, padding, stride, dilation, groups)));
}

inline at::Tensor mkldnn_reorder_conv3d_weight(const at::Tensor &self, at::IntArrayRef padding, at::IntArrayRef stride,
                                               at::IntArrayRef dilation, int64_t groups,
                                               at::OptionalIntArrayRef input_size)
{
    return FROM_2_6(at::mkldnn_reorder_conv3d_weight(self, padding, stride, dilation, groups, input_size),
                    (needs_if(input_size.has_value(), "input_size", "2.6"),
                     at::mkldnn_reorder_conv3d_weight(self, padding, stride, dilation, groups)));
}

} // namespace ct::compat
