// utils.cpp: include/ctorch/utils.h, in the steps of torch/nn/utils, so that the bits are Python's.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "value.hpp"

#include <ctorch/utils.h>

using namespace ct;

namespace {

std::vector<at::Tensor> gradients(const Dict &parameters)
{
    std::vector<at::Tensor> result;
    for (const auto &item : parameters)
        if (item.value().grad().defined())
            result.push_back(item.value().grad());
    return result;
}

at::Tensor total_norm(const std::vector<at::Tensor> &tensors, const ct_norm_options &o)
{
    at::NoGradGuard no_grad;
    if (tensors.empty())
        return at::scalar_tensor(0.0, at::kFloat);
    std::vector<at::Tensor> norms;
    for (const at::Tensor &tensor : tensors)
        norms.push_back(at::linalg_vector_norm(tensor, o.norm_type).to(tensors[0].device()));
    at::Tensor total = at::linalg_vector_norm(at::stack(norms), o.norm_type);
    if (o.error_if_nonfinite && !std::isfinite(total.item<double>()))
        fail(CT_ERROR_RUNTIME, "The total norm of order " + repr(o.norm_type) +
                                   " for gradients from `parameters` is non-finite, so it cannot be clipped. To "
                                   "disable this error and scale the gradients by the non-finite norm anyway, set "
                                   "`error_if_nonfinite=False`");
    return total;
}

void scale(const std::vector<at::Tensor> &gradients, double max_norm, const at::Tensor &total)
{
    at::NoGradGuard no_grad;
    // Python divides a number by a tensor so.
    at::Tensor factor = (total + 1e-6).reciprocal() * max_norm;
    factor = at::clamp_max(factor, 1.0);
    for (const at::Tensor &gradient : gradients)
        gradient.mul_(factor.to(gradient.device()));
}

at::Tensor clip_norm(const Dict &parameters, double max_norm, const ct_norm_options &o)
{
    std::vector<at::Tensor> gradients = ::gradients(parameters);
    at::Tensor total = total_norm(gradients, o);
    scale(gradients, max_norm, total);
    return total;
}

void clip_value(const Dict &parameters, double most)
{
    at::NoGradGuard no_grad;
    for (const at::Tensor &gradient : gradients(parameters))
        gradient.clamp_(-most, most);
}

void check_one_device(const Dict &parameters)
{
    for (const auto &item : parameters)
        if (item.value().device() != parameters[0].value().device())
            fail(CT_ERROR_TYPE, "Found two parameters on different devices, this is currently not supported.");
}

at::Tensor to_vector(const Dict &parameters)
{
    if (parameters.is_empty())
        fail(CT_ERROR_VALUE, "expected a non-empty list of Tensors");
    check_one_device(parameters);
    std::vector<at::Tensor> flat;
    for (const auto &item : parameters)
        flat.push_back(item.value().view(-1));
    return at::cat(flat);
}

// The part of the vector that becomes a parameter's elements.
at::Tensor part(const at::Tensor &vec, int64_t start, const std::string &name, const at::Tensor &parameter)
{
    at::Tensor data = vec.slice(0, start, start + parameter.numel()).view_as(parameter).variable_data();
    if (!at::_has_compatible_shallow_copy_type(parameter, data))
        fail(CT_ERROR_RUNTIME, "'" + name + "' and vec have incompatible tensor types");
    return data;
}

void from_vector(const at::Tensor &vec, const Dict &parameters)
{
    check_one_device(parameters);
    std::vector<at::Tensor> parts;
    int64_t start = 0;
    for (const auto &item : parameters) {
        parts.push_back(part(vec, start, item.key(), item.value()));
        start += item.value().numel();
    }
    for (size_t i = 0; i < parts.size(); i++)
        parameters[i].value().set_data(parts[i]);
}

} // namespace

ct_tensor *ct_clip_grad_norm_with_(const ct_dict *parameters, double max_norm, const ct_norm_options *options)
{
    ct_norm_options o = given(options, ct_norm_options_default());
    return guard([&] { return box(clip_norm(*ARG(parameters), max_norm, o)); });
}

ct_status ct_clip_grad_value_(const ct_dict *parameters, double clip_value)
{
    return guard([&] { ::clip_value(*ARG(parameters), clip_value); });
}

ct_tensor *ct_get_total_norm_with(ct_tensor *const *tensors, size_t n, const ct_norm_options *options)
{
    ct_norm_options o = given(options, ct_norm_options_default());
    return guard([&] { return box(total_norm(ct::tensors(tensors, n, "tensors"), o)); });
}

ct_status ct_clip_grads_with_norm_(const ct_dict *parameters, double max_norm, const ct_tensor *total_norm)
{
    return guard([&] { scale(gradients(*ARG(parameters)), max_norm, ARG(total_norm)); });
}

ct_tensor *ct_parameters_to_vector(const ct_dict *parameters)
{
    return guard([&] { return box(to_vector(*ARG(parameters))); });
}

ct_status ct_vector_to_parameters(const ct_tensor *vec, const ct_dict *parameters)
{
    return guard([&] { from_vector(ARG(vec), *ARG(parameters)); });
}
