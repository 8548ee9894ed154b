// optim_options.cpp: the options of libtorch's optimizers by Python's names.
// SPDX-License-Identifier: BSD-3-Clause
#include "optim_options.hpp"

namespace ct {

namespace optim = torch::optim;

namespace {

// Reaches one option as a number: by reference, which libtorch's options give for reading and writing alike.
template <class Options, class Field> OptimizerOption option(const char *name, Field)
{
    return {name, [](OptimizerOptions &o) { return static_cast<double>(Field()(static_cast<Options &>(o))); },
            [](OptimizerOptions &o, double value) {
                auto &field = Field()(static_cast<Options &>(o));
                field = static_cast<std::decay_t<decltype(field)>>(value);
            }};
}

#define FIELD(name, expression)                                                                                        \
    struct name {                                                                                                      \
        template <class Options> auto &operator()(Options &o) const { return expression; }                             \
    }

FIELD(Lr, o.lr());
FIELD(Momentum, o.momentum());
FIELD(Dampening, o.dampening());
FIELD(WeightDecay, o.weight_decay());
FIELD(Nesterov, o.nesterov());
FIELD(Beta0, std::get<0>(o.betas()));
FIELD(Beta1, std::get<1>(o.betas()));
FIELD(Eps, o.eps());
FIELD(Amsgrad, o.amsgrad());
FIELD(Alpha, o.alpha());
FIELD(Centered, o.centered());
FIELD(LrDecay, o.lr_decay());
FIELD(MaxIter, o.max_iter());
FIELD(ToleranceGrad, o.tolerance_grad());
FIELD(ToleranceChange, o.tolerance_change());
FIELD(HistorySize, o.history_size());

using Rows = std::vector<OptimizerOption>;

template <class Options> Rows adam_rows()
{
    return {option<Options>("lr", Lr()),
            option<Options>("betas[0]", Beta0()),
            option<Options>("betas[1]", Beta1()),
            option<Options>("eps", Eps()),
            option<Options>("weight_decay", WeightDecay()),
            option<Options>("amsgrad", Amsgrad())};
}

Rows sgd_rows()
{
    using Options = optim::SGDOptions;
    return {option<Options>("lr", Lr()), option<Options>("momentum", Momentum()),
            option<Options>("dampening", Dampening()), option<Options>("weight_decay", WeightDecay()),
            option<Options>("nesterov", Nesterov())};
}

Rows rmsprop_rows()
{
    using Options = optim::RMSpropOptions;
    return {option<Options>("lr", Lr()),
            option<Options>("alpha", Alpha()),
            option<Options>("eps", Eps()),
            option<Options>("weight_decay", WeightDecay()),
            option<Options>("momentum", Momentum()),
            option<Options>("centered", Centered())};
}

Rows adagrad_rows()
{
    using Options = optim::AdagradOptions;
    return {option<Options>("lr", Lr()), option<Options>("lr_decay", LrDecay()),
            option<Options>("weight_decay", WeightDecay()), option<Options>("eps", Eps())};
}

Rows lbfgs_rows()
{
    using Options = optim::LBFGSOptions;
    return {option<Options>("lr", Lr()), option<Options>("max_iter", MaxIter()),
            option<Options>("tolerance_grad", ToleranceGrad()), option<Options>("tolerance_change", ToleranceChange()),
            option<Options>("history_size", HistorySize())};
}

const Rows &rows_of(OptimizerOptions &options)
{
    static const Rows sgd = sgd_rows(), adam = adam_rows<optim::AdamOptions>(),
                      adamw = adam_rows<optim::AdamWOptions>(), rmsprop = rmsprop_rows(), adagrad = adagrad_rows(),
                      lbfgs = lbfgs_rows();
    if (dynamic_cast<optim::SGDOptions *>(&options))
        return sgd;
    if (dynamic_cast<optim::AdamOptions *>(&options))
        return adam;
    if (dynamic_cast<optim::AdamWOptions *>(&options))
        return adamw;
    if (dynamic_cast<optim::RMSpropOptions *>(&options))
        return rmsprop;
    if (dynamic_cast<optim::AdagradOptions *>(&options))
        return adagrad;
    return lbfgs;
}

} // namespace

const OptimizerOption &option_of(OptimizerOptions &options, const std::string &name)
{
    std::string names;
    for (const OptimizerOption &row : rows_of(options)) {
        if (name == row.name)
            return row;
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    fail(CT_ERROR_KEY, "there is no option '" + name + "'; there are " + names);
}

} // namespace ct
