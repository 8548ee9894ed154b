// parametrize.hpp: parameters that are computed from others: torch.nn.utils.parametrize. A parametrized module has
// a child "parametrizations" with a list for each such parameter, in whose place stands what was computed last.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "lists.hpp"

namespace ct {

// One of ours: a map from the originals to the parameter.
class Parametrization : public Object {
public:
    // Originals that give this value, one or several.
    virtual Tensors right_inverse(const at::Tensor &value) { return {value}; }
};

// The maps of one parameter, the first of which takes the originals, the list's own parameters.
class ParametrizationList final : public ModuleList {
public:
    Tensors call(const Tensors &inputs) override;
    at::Tensor forward(const at::Tensor &x) override { return ModuleList::forward(x); }
    ObjectPtr shell() const override { return std::make_shared<ParametrizationList>(); }

    // The parameter, of its originals or of others.
    at::Tensor compute() { return compute(originals()); }
    at::Tensor compute(Tensors originals);

    // Originals that give this value; is_first: a map that has no inverse counts as the identity.
    Tensors right_inverse(at::Tensor value, bool is_first);

    Tensors originals() const;
    bool has_one_original() const { return own_parameters().contains("original"); }

protected:
    std::string type_name() const override { return "ParametrizationList"; }
};

// The maps of a parameter; null where it has none.
ParametrizationList *parametrizations_of(const Object &module, const std::string &name);

void register_parametrization(Object &module, const std::string &name, const ObjectPtr &map, bool is_unsafe);
void remove_parametrizations(Object &module, const std::string &name, bool leave_parametrized);

// The value of a parametrized parameter.
at::Tensor computed_parameter(const Object &module, const std::string &name);

// Chooses the originals so that the parameter gets this value, as Python's `m.weight = value`.
void assign_parametrized(const Object &module, const std::string &name, const at::Tensor &value);

// Puts what every parametrized parameter is now in its place, for a layer that is about to read it there.
void compute_parametrized(Object &module);

// ---- torch.nn.utils.parametrizations ----

// A dimension that is CT_NONE is Python's None.
void weight_norm(Object &module, const std::string &name, int64_t dim);
void spectral_norm(Object &module, const std::string &name, int64_t n_power_iterations, double eps, int64_t dim);
void orthogonal(Object &module, const std::string &name, const char *map, bool use_trivialization);

// Applies the one that prints itself under a class, "_WeightNorm"; false when there is none of that name.
bool parametrize_as(const std::string &class_name, Object &module, const std::string &name);

// torch.nn.utils.weight_norm and spectral_norm over tensors that are there: "weight_g" and "weight_v", or
// "weight_orig", "weight_u" and "weight_v".
void restore_weight_norm(Object &module, const std::string &name, int64_t dim);
void restore_spectral_norm(Object &module, const std::string &name, int64_t n_power_iterations, int64_t dim,
                           double eps);

// torch.nn.utils.prune over "weight_orig" and "weight_mask".
void restore_pruning(Object &module, const std::string &name);

// ---- what both styles share ----

// A parameter that is none yet computed of others; another is an error.
at::Tensor plain_parameter(const Object &module, const std::string &name, const char *what);

int64_t check_iterations(int64_t n_power_iterations);

// The dimension that spectral_norm takes for the outputs.
int64_t output_dim(const Object &module, int64_t dim);

// x / max(norm(x), eps), as torch.nn.functional.normalize; into a tensor that is there already.
at::Tensor normalized(const at::Tensor &x, double eps);
void normalize_into(at::Tensor out, const at::Tensor &x, double eps);

} // namespace ct
