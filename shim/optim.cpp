// optim.cpp: include/ctorch/optim.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scope.hpp"
#include "convert.hpp"
#include "optim_options.hpp"

#include <ctorch/optim.h>

#include <unordered_set>

namespace optim = torch::optim;
using namespace ct;

namespace {

// The tensors to optimize, after Python's checks; taken are those of the groups that are there already.
std::vector<at::Tensor> checked(const ct_dict *params, std::unordered_set<const void *> taken = {})
{
    std::vector<at::Tensor> tensors;
    for (const auto &item : *ARG(params)) {
        if (!item.value().is_leaf())
            fail(CT_ERROR_VALUE, "can't optimize a non-leaf Tensor: '" + item.key() + "'");
        if (!taken.insert(item.value().unsafeGetTensorImpl()).second)
            fail(CT_ERROR_VALUE, "some parameters appear more than once: '" + item.key() + "'");
        tensors.push_back(item.value());
    }
    if (tensors.empty())
        fail(CT_ERROR_VALUE, "optimizer got an empty parameter list");
    return tensors;
}

template <class Impl, class Options> std::shared_ptr<Optimizer> make(const ct_dict *params, Options options)
{
    return std::make_shared<Impl>(checked(params), std::move(options));
}

// libtorch's step takes the last of a list that is never longer than this.
void check_history_size(double size)
{
    if (!(size >= 1))
        fail(CT_ERROR_VALUE, "history_size is " + repr(size) + "; expected 1 or more");
}

std::shared_ptr<Optimizer> lbfgs(const ct_dict *params, const ct_lbfgs_options &o)
{
    check_history_size(static_cast<double>(o.history_size));
    optim::LBFGSOptions options(o.lr);
    options.max_iter(o.max_iter)
        .tolerance_grad(o.tolerance_grad)
        .tolerance_change(o.tolerance_change)
        .history_size(o.history_size);
    if (o.max_eval != 0)
        options.max_eval(o.max_eval);
    if (o.line_search_fn && std::string(o.line_search_fn) != "strong_wolfe")
        fail(CT_ERROR_VALUE,
             "line_search_fn is '" + std::string(o.line_search_fn) + "'; only 'strong_wolfe' is supported");
    if (o.line_search_fn)
        options.line_search_fn(std::string(o.line_search_fn));
    return make<optim::LBFGS>(params, options);
}

std::unordered_set<const void *> taken_by(Optimizer &self)
{
    std::unordered_set<const void *> taken;
    for (auto &group : self.param_groups())
        for (const at::Tensor &parameter : group.params())
            taken.insert(parameter.unsafeGetTensorImpl());
    return taken;
}

void add_group(Optimizer &self, const ct_dict *params)
{
    if (dynamic_cast<optim::LBFGS *>(&self))
        fail(CT_ERROR_VALUE, "LBFGS doesn't support per-parameter options (parameter groups)");
    self.add_param_group(optim::OptimizerParamGroup(checked(params, taken_by(self))));
}

optim::OptimizerOptions &options_of(Optimizer &self, size_t group)
{
    auto &groups = self.param_groups();
    if (group >= groups.size())
        fail(CT_ERROR_INDEX,
             "group " + std::to_string(group) + " is out of range for " + std::to_string(groups.size()) + " groups");
    return groups[group].options();
}

void set_option(Optimizer &self, size_t group, const char *name, double value)
{
    if (std::isnan(value))
        fail(CT_ERROR_VALUE, std::string(name) + " is NAN; expected a number");
    auto &options = options_of(self, group);
    const OptimizerOption &option = option_of(options, name);
    if (option.name == std::string("history_size"))
        check_history_size(value);
    option.set(options, value);
}

void step(Optimizer &self)
{
    if (dynamic_cast<optim::LBFGS *>(&self))
        fail(CT_ERROR_VALUE, "LBFGS asks for the loss several times: call ct_optimizer_step_closure");
    self.step();
}

at::Tensor step_closure(Optimizer &self, ct_closure closure, void *user)
{
    if (!closure)
        fail_null("closure");
    return self.step([&] {
        CallScope scope;
        return scope.result(closure(user), "the closure");
    });
}

void zero_grad(Optimizer &self)
{
    for (auto &group : self.param_groups())
        for (at::Tensor &parameter : group.params())
            parameter.mutable_grad() = at::Tensor();
}

} // namespace

ct_status ct_optimizer_step(ct_optimizer *self)
{
    return guard([&] { step(*ARG(self)); });
}

ct_tensor *ct_optimizer_step_closure(ct_optimizer *self, ct_closure closure, void *user)
{
    return guard([&] { return box(step_closure(*ARG(self), closure, user)); });
}

ct_status ct_optimizer_zero_grad(ct_optimizer *self)
{
    return guard([&] { zero_grad(*ARG(self)); });
}

ct_status ct_optimizer_add_group(ct_optimizer *self, const ct_dict *params)
{
    return guard([&] { add_group(*ARG(self), params); });
}

size_t ct_optimizer_groups(const ct_optimizer *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self)->param_groups().size(); });
}

double ct_optimizer_option(const ct_optimizer *self, size_t group, const char *name)
{
    return guard_or(double{NAN}, [&] {
        auto &options = options_of(*ARG(self), group);
        return option_of(options, text(name, "name")).get(options);
    });
}

ct_status ct_optimizer_set_option(ct_optimizer *self, size_t group, const char *name, double value)
{
    return guard([&] { set_option(*ARG(self), group, text(name, "name"), value); });
}

double ct_optimizer_lr(const ct_optimizer *self)
{
    return guard_or(double{NAN}, [&] { return options_of(*ARG(self), 0).get_lr(); });
}

ct_status ct_optimizer_set_lr(ct_optimizer *self, double lr)
{
    return guard([&] {
        for (size_t group = 0; group < ARG(self)->param_groups().size(); group++)
            set_option(*ARG(self), group, "lr", lr);
    });
}

void ct_optimizer_free(ct_optimizer *self)
{
    free_handle(self);
}

ct_optimizer *ct_optimizer_escape(ct_optimizer *self)
{
    return escape_handle(self);
}

ct_optimizer *ct_optim_sgd_new(const ct_dict *params, const ct_sgd_options *options)
{
    ct_sgd_options o = given(options, ct_sgd_options_default());
    return guard([&] {
        return box(make<optim::SGD>(params, optim::SGDOptions(o.lr)
                                                .momentum(o.momentum)
                                                .dampening(o.dampening)
                                                .weight_decay(o.weight_decay)
                                                .nesterov(o.nesterov)));
    });
}

ct_optimizer *ct_optim_adam_new(const ct_dict *params, const ct_adam_options *options)
{
    ct_adam_options o = given(options, ct_adam_options_default());
    return guard([&] {
        return box(make<optim::Adam>(params, optim::AdamOptions(o.lr)
                                                 .betas({o.betas[0], o.betas[1]})
                                                 .eps(o.eps)
                                                 .weight_decay(o.weight_decay)
                                                 .amsgrad(o.amsgrad)));
    });
}

ct_optimizer *ct_optim_adamw_new(const ct_dict *params, const ct_adam_options *options)
{
    ct_adam_options o = given(options, ct_adamw_options_default());
    return guard([&] {
        return box(make<optim::AdamW>(params, optim::AdamWOptions(o.lr)
                                                  .betas({o.betas[0], o.betas[1]})
                                                  .eps(o.eps)
                                                  .weight_decay(o.weight_decay)
                                                  .amsgrad(o.amsgrad)));
    });
}

ct_optimizer *ct_optim_rmsprop_new(const ct_dict *params, const ct_rmsprop_options *options)
{
    ct_rmsprop_options o = given(options, ct_rmsprop_options_default());
    return guard([&] {
        return box(make<optim::RMSprop>(params, optim::RMSpropOptions(o.lr)
                                                    .alpha(o.alpha)
                                                    .eps(o.eps)
                                                    .weight_decay(o.weight_decay)
                                                    .momentum(o.momentum)
                                                    .centered(o.centered)));
    });
}

ct_optimizer *ct_optim_adagrad_new(const ct_dict *params, const ct_adagrad_options *options)
{
    ct_adagrad_options o = given(options, ct_adagrad_options_default());
    return guard([&] {
        return box(make<optim::Adagrad>(params, optim::AdagradOptions(o.lr)
                                                    .lr_decay(o.lr_decay)
                                                    .weight_decay(o.weight_decay)
                                                    .initial_accumulator_value(o.initial_accumulator_value)
                                                    .eps(o.eps)));
    });
}

ct_optimizer *ct_optim_lbfgs_new(const ct_dict *params, const ct_lbfgs_options *options)
{
    return guard([&] { return box(lbfgs(params, given(options, ct_lbfgs_options_default()))); });
}
