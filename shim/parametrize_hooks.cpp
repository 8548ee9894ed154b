// parametrize_hooks.cpp: torch.nn.utils.weight_norm and spectral_norm: parameters that a hook computes before each
// forward.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "hooks.hpp"
#include "parametrize.hpp"
#include "walk.hpp"

#include <ctorch/parametrize.h>

using namespace ct;

namespace {

at::Tensor own_parameter(const Object &module, const std::string &name)
{
    return module.own_parameters()[name];
}

at::Tensor parameter_of(const at::Tensor &value)
{
    return value.variable_data().set_requires_grad(true);
}

at::Tensor needed(const Dict &tensors, const std::string &name)
{
    const at::Tensor *found = tensors.find(name);
    if (!found || !found->defined())
        fail(CT_ERROR_KEY, "there is no tensor '" + name + "'");
    return *found;
}

// ---- the hooks, which are also how they are found again ----

struct WeightNorm {
    static constexpr const char *name_of_class = "WeightNorm", *name_of_hook = "weight_norm";
    std::string name;
    int64_t dim;

    void apply(Object &module) const
    {
        at::Tensor weight = plain_parameter(module, name, name_of_class);
        check_free(module, name + "_g");
        check_free(module, name + "_v");
        at::Tensor g = parameter_of(at::norm_except_dim(weight, 2, dim)), v = parameter_of(weight);
        at::Tensor computed = at::_weight_norm(v, g, dim);
        module.put_parameter(name + "_g", g);
        module.put_parameter(name + "_v", v);
        module.put_parameter(name, computed);
    }

    at::Tensor compute(Object &module) const
    {
        return at::_weight_norm(own_parameter(module, name + "_v"), own_parameter(module, name + "_g"), dim);
    }

    at::Tensor value(Object &module) const { return compute(module); }

    void check(const Object &module) const
    {
        at::Tensor v = needed(module.own_parameters(), name + "_v"), g = needed(module.own_parameters(), name + "_g");
        if (dim < -v.dim() || dim >= v.dim())
            fail(CT_ERROR_VALUE,
                 "dim of weight_norm is " + std::to_string(dim) + " for " + std::to_string(v.dim()) + " dimensions");
    }

    void forget(Object &module) const
    {
        module.remove_parameter(name + "_g");
        module.remove_parameter(name + "_v");
    }

    void operator()(Object &module, Tensors &) const { module.put_parameter(name, compute(module)); }
};

struct SpectralNorm {
    static constexpr const char *name_of_class = "SpectralNorm", *name_of_hook = "spectral_norm";
    std::string name;
    int64_t n_power_iterations, dim;
    double eps;

    void apply(Object &module) const
    {
        at::Tensor weight = plain_parameter(module, name, name_of_class);
        for (const char *suffix : {"_orig", "_u", "_v"})
            check_free(module, name + suffix);
        at::Tensor matrix = as_matrix(weight.detach());
        at::Tensor u = normalized(weight.detach().new_empty(matrix.size(0)).normal_(), eps);
        at::Tensor v = normalized(weight.detach().new_empty(matrix.size(1)).normal_(), eps);
        module.put_parameter(name + "_orig", weight);
        module.put_parameter(name, weight.variable_data());
        module.put_buffer(name + "_u", u);
        module.put_buffer(name + "_v", v);
    }

    at::Tensor as_matrix(const at::Tensor &weight) const
    {
        at::Tensor first = weight;
        if (dim != 0) {
            std::vector<int64_t> order = {dim};
            for (int64_t d = 0; d < weight.dim(); d++)
                if (d != dim)
                    order.push_back(d);
            first = weight.permute(order);
        }
        return first.reshape({first.size(0), -1});
    }

    // The buffers are changed in place, and copied for the graph: a second forward may come before its backward.
    at::Tensor compute(Object &module, bool iterates) const
    {
        at::Tensor weight = own_parameter(module, name + "_orig"), matrix = as_matrix(weight);
        at::Tensor u = module.own_buffers()[name + "_u"], v = module.own_buffers()[name + "_v"];
        if (iterates) {
            at::NoGradGuard no_grad;
            for (int64_t i = 0; i < n_power_iterations; i++) {
                normalize_into(v, at::mv(matrix.t(), u), eps);
                normalize_into(u, at::mv(matrix, v), eps);
            }
            u = u.clone(at::MemoryFormat::Contiguous);
            v = v.clone(at::MemoryFormat::Contiguous);
        }
        return weight / at::dot(u, at::mv(matrix, v));
    }

    at::Tensor value(Object &module) const { return compute(module, /*iterates=*/false); }

    void check(const Object &module) const
    {
        at::Tensor weight = needed(module.own_parameters(), name + "_orig");
        if (dim < 0 || dim >= weight.dim())
            fail(CT_ERROR_VALUE, "dim of spectral_norm is " + std::to_string(dim) + " for " +
                                     std::to_string(weight.dim()) + " dimensions");
        needed(module.own_buffers(), name + "_u");
        needed(module.own_buffers(), name + "_v");
    }

    void forget(Object &module) const
    {
        module.remove_parameter(name + "_orig");
        module.put_buffer(name + "_u", {});
        module.put_buffer(name + "_v", {});
    }

    void operator()(Object &module, Tensors &) const
    {
        module.put_parameter(name, compute(module, /*iterates=*/module.is_training()));
    }
};

// torch.nn.utils.prune's: what is left of a parameter.
struct Pruning {
    static constexpr const char *name_of_hook = "pruning";
    std::string name;

    at::Tensor value(Object &module) const
    {
        return own_parameter(module, name + "_orig") * module.own_buffers()[name + "_mask"];
    }

    void check(const Object &module) const
    {
        needed(module.own_parameters(), name + "_orig");
        needed(module.own_buffers(), name + "_mask");
    }

    void operator()(Object &module, Tensors &) const { module.put_parameter(name, value(module)); }
};

template <class Norm> const Hook<PreHook> *find_hook(const Object &module, const std::string &name)
{
    if (module.hooks)
        for (const auto &hook : module.hooks->before)
            if (const Norm *norm = hook.run->template target<Norm>(); norm && norm->name == name)
                return &hook;
    return nullptr;
}

template <class Norm> void add(Object &module, Norm norm)
{
    module.set_computed(norm.name, true);
    add_hook(module, &Hooks::before, PreHook(std::move(norm)), /*prepend=*/false);
}

template <class Norm> void check_single(const Object &module, const Norm &norm)
{
    if (find_hook<Norm>(module, norm.name))
        fail(CT_ERROR_RUNTIME,
             "Cannot register two " + std::string(Norm::name_of_hook) + " hooks on the same parameter " + norm.name);
}

template <class Norm> void apply(Object &module, Norm norm)
{
    check_single(module, norm);
    norm.apply(module);
    add(module, std::move(norm));
}

template <class Norm> void restore(Object &module, Norm norm)
{
    check_single(module, norm);
    norm.check(module);
    module.put_parameter(norm.name, norm.value(module));
    add(module, std::move(norm));
}

template <class Norm> void remove(Object &module, const std::string &name)
{
    const Hook<PreHook> *hook = find_hook<Norm>(module, name);
    if (!hook)
        fail(CT_ERROR_VALUE,
             std::string(Norm::name_of_hook) + " of '" + name + "' not found in " + module.class_name());
    int64_t number = hook->number;
    const Norm norm = *hook->run->template target<Norm>();
    at::Tensor value = parameter_of(norm.value(module));
    remove_hook(module, &Hooks::before, number);
    norm.forget(module);
    module.put_parameter(name, value);
    module.set_computed(name, false);
}

} // namespace

void ct::restore_weight_norm(Object &module, const std::string &name, int64_t dim)
{
    restore(module, WeightNorm{name, dim});
}

void ct::restore_spectral_norm(Object &module, const std::string &name, int64_t n_power_iterations, int64_t dim,
                               double eps)
{
    restore(module, SpectralNorm{name, check_iterations(n_power_iterations), dim, eps});
}

void ct::restore_pruning(Object &module, const std::string &name)
{
    restore(module, Pruning{name});
}

ct_status ct_weight_norm_with(ct_module *self, const char *name, const ct_weight_norm_options *options)
{
    ct_weight_norm_options o = given(options, ct_weight_norm_options_default());
    return guard([&] { apply(*ARG(self), WeightNorm{text(name, "name"), o.dim == CT_NONE ? -1 : o.dim}); });
}

ct_status ct_remove_weight_norm(ct_module *self, const char *name)
{
    return guard([&] { remove<WeightNorm>(*ARG(self), text(name, "name")); });
}

ct_status ct_spectral_norm_with(ct_module *self, const char *name, const ct_spectral_norm_options *options)
{
    ct_spectral_norm_options o = given(options, ct_spectral_norm_options_default());
    return guard([&] {
        Object &module = *ARG(self);
        apply(module, SpectralNorm{text(name, "name"), check_iterations(o.n_power_iterations),
                                   output_dim(module, o.dim), o.eps});
    });
}

ct_status ct_remove_spectral_norm(ct_module *self, const char *name)
{
    return guard([&] { remove<SpectralNorm>(*ARG(self), text(name, "name")); });
}
