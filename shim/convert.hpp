// convert.hpp: C arguments to libtorch's types, and back.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "handles.hpp"

#include <vector>

namespace ct {

// A list that the caller gave as pointer and count.
at::IntArrayRef ints(const int64_t *values, size_t n, const char *argument);
std::vector<at::Tensor> tensors(ct_tensor *const *values, size_t n, const char *argument);
Tensors tensors_or_none(ct_tensor *const *values, size_t n, const char *argument); // None for a NULL among them
std::vector<ObjectPtr> modules(ct_module *const *values, size_t n, const char *argument);

// A text that must not be NULL.
const char *text(const char *value, const char *argument);

// An element type that must be given.
at::ScalarType scalar_type(ct_dtype dtype);

// CT_DTYPE_NONE for a type that ctorch has no name for.
ct_dtype dtype_of(at::ScalarType type);

HOT at::Scalar scalar(ct_scalar value);
c10::Device device(const char *text);

// A CPU tensor's options.
inline at::TensorOptions options(ct_dtype dtype)
{
    return at::TensorOptions().dtype(scalar_type(dtype));
}

// Those of a tensor that is made from nothing.
at::TensorOptions options(ct_dtype dtype, const ct_factory_options &o);

// A new tensor, which requires gradients where that was asked for.
inline at::Tensor leaf(at::Tensor made, bool requires_grad)
{
    return requires_grad ? made.requires_grad_() : made;
}

// What need not be given.
Optional<at::ScalarType> type_or_none(ct_dtype dtype);
Optional<at::Layout> layout_or_none(ct_layout layout);
Optional<c10::Device> device_or_none(const char *name);
Optional<at::Generator> generator_or_none(ct_generator *value, const char *argument);

// What an options struct is when the caller gives NULL.
template <class Options> Options given(const Options *options, Options defaults = Options())
{
    return options ? *options : defaults;
}

// The same, with the function that returns the defaults.
template <class Options> Options given(const Options *options, Options (*defaults)())
{
    return options ? *options : defaults();
}

// The tensor in the type and on the device that were asked for; the same tensor where nothing changes.
at::Tensor converted(const at::Tensor &tensor, const ct_to_options &to);

// The state of the CPU's random numbers when it was made, to go back to.
class RandomState {
public:
    RandomState();
    void restore() const;

private:
    at::Tensor state;
};

// "3, 4"
std::string joined(at::IntArrayRef values);

// "(3, 4)", or "(3,)", as Python prints a tuple.
std::string tuple_text(at::IntArrayRef values);

} // namespace ct
