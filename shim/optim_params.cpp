// optim_params.cpp: what an optimizer keeps for a parameter.
// SPDX-License-Identifier: BSD-3-Clause
#include "optim_params.hpp"

#include "call_value.hpp"

#include <c10/core/DefaultDtype.h>

namespace ct {

namespace optim = torch::optim;

namespace {

// ---- Out ----

class Writer {
public:
    explicit Writer(ValueArena &arena) : arena(arena) {}

    void add(const char *key, ct_value value) { values.push_back(ct_value_named(key, value)); }

    void add(const char *key, const at::Tensor &tensor)
    {
        if (tensor.defined())
            add(key, arena.tensor(tensor));
    }

    // Python counts steps in a tensor, whose type follows the default one.
    void add_step(int64_t step)
    {
        at::ScalarType type = c10::get_default_dtype_as_scalartype() == at::kDouble ? at::kDouble : at::kFloat;
        add("step", at::full({}, step, at::TensorOptions().dtype(type)));
    }

    template <class Tensors> void add_list(const char *key, const Tensors &tensors)
    {
        std::vector<ct_value> items;
        for (const at::Tensor &tensor : tensors)
            items.push_back(tensor.defined() ? arena.tensor(tensor) : ct_value_none());
        add(key, arena.list(CT_VALUE_LIST, items));
    }

    ValueArena &arena;
    std::vector<ct_value> values;
};

template <class State> void write_adam(Writer &to, const State &state)
{
    to.add_step(state.step());
    to.add("exp_avg", state.exp_avg());
    to.add("exp_avg_sq", state.exp_avg_sq());
    to.add("max_exp_avg_sq", state.max_exp_avg_sq());
}

void write_rmsprop(Writer &to, const optim::RMSpropParamState &state)
{
    FROM_2_6(to.add_step(state.step()), to.add("step", ct_value_int(state.step())));
    to.add("square_avg", state.square_avg());
    to.add("momentum_buffer", state.momentum_buffer());
    to.add("grad_avg", state.grad_avg());
}

void write_lbfgs(Writer &to, const optim::LBFGSParamState &state)
{
    to.add("func_evals", ct_value_int(state.func_evals()));
    to.add("n_iter", ct_value_int(state.n_iter()));
    if (!state.d().defined()) // the first gradient was small enough
        return;
    if (state.al())
        to.add_list("al", *state.al());
    to.add("d", state.d());
    to.add("t", ct_value_real(state.t()));
    to.add_list("old_dirs", state.old_dirs());
    to.add_list("old_stps", state.old_stps());
    to.add_list("ro", state.ro());
    to.add("H_diag", state.H_diag());
    to.add("prev_flat_grad", state.prev_flat_grad());
    to.add("prev_loss", ct_value_real(state.prev_loss()));
}

// ---- In ----

class Reader {
public:
    Reader(const ct_value &saved, const Owner &owner, const std::string &where)
        : saved(saved), owner(owner), where(where)
    {
    }

    const ct_value &need(const char *key) const
    {
        const ct_value *found = find_entry(saved, key);
        return found ? *found : (fail(CT_ERROR_KEY, where + " has no " + key), *found);
    }

    int64_t count(const char *key) const
    {
        int64_t n = whole_of(need(key), where + "." + key);
        if (n < 0)
            fail(CT_ERROR_VALUE, where + "." + key + " is " + std::to_string(n) + "; expected a number from 0 up");
        return n;
    }

    double real(const char *key) const { return real_of(need(key), where + "." + key); }

    // As Python has it, tensors come into the type of a parameter with fractions.
    at::Tensor taken(const ct_value &value, at::IntArrayRef sizes, const std::string &place) const
    {
        if (value.kind != CT_VALUE_TENSOR || !value.as.tensor)
            fail(CT_ERROR_TYPE, place + " is " + given_text(value) + "; expected a tensor");
        const at::Tensor &tensor = arg(value.as.tensor, "value"), &like = owner.parameter;
        if (tensor.sizes() != sizes)
            fail(CT_ERROR_VALUE,
                 place + " has the shape " + tuple_text(tensor.sizes()) + "; expected " + tuple_text(sizes));
        at::NoGradGuard no_grad;
        return tensor.detach().to(like.device(), like.is_floating_point() ? like.scalar_type() : tensor.scalar_type(),
                                  /*non_blocking=*/false, /*copy=*/true);
    }

    at::Tensor tensor(const char *key) const { return taken(need(key), owner.parameter.sizes(), where + "." + key); }

    // One that is there in some settings alone.
    at::Tensor tensor_if(const char *key, bool is_needed) const
    {
        return is_needed || find_entry(saved, key) ? tensor(key) : at::Tensor();
    }

    at::Tensor flat(const char *key) const { return taken(need(key), {owner.count}, where + "." + key); }

    // A number or a tensor with one element.
    at::Tensor scalar(const ct_value &value, const std::string &place) const
    {
        if (value.kind == CT_VALUE_TENSOR && value.as.tensor && arg(value.as.tensor, "value").dim() == 0)
            return taken(value, {}, place);
        double number = real_of(value, place);
        return at::full({}, number, owner.parameter.options().requires_grad(false));
    }

    std::deque<at::Tensor> list(const char *key, bool is_flat) const
    {
        const ct_value &items = need(key);
        std::string place = where + "." + key;
        if (items.kind != CT_VALUE_LIST)
            fail(CT_ERROR_TYPE, place + " is " + given_text(items) + "; expected a list");
        std::deque<at::Tensor> tensors;
        for (size_t i = 0; i < items.n; i++) {
            std::string item = place + "[" + std::to_string(i) + "]";
            tensors.push_back(is_flat ? taken(items.as.values[i], {owner.count}, item)
                                      : scalar(items.as.values[i], item));
        }
        return tensors;
    }

    const ct_value &saved;
    const Owner &owner;
    const std::string &where;
};

std::unique_ptr<ParamState> read_sgd(const Reader &from)
{
    // Without momentum Python 1.13 writes None.
    if (!find_entry(from.saved, "momentum_buffer"))
        return nullptr;
    auto state = std::make_unique<optim::SGDParamState>();
    state->momentum_buffer(from.tensor("momentum_buffer"));
    return state;
}

template <class State, class Options> std::unique_ptr<ParamState> read_adam(const Reader &from, const Options &options)
{
    auto state = std::make_unique<State>();
    state->step(from.count("step"));
    state->exp_avg(from.tensor("exp_avg"));
    state->exp_avg_sq(from.tensor("exp_avg_sq"));
    state->max_exp_avg_sq(from.tensor_if("max_exp_avg_sq", options.amsgrad()));
    return state;
}

std::unique_ptr<ParamState> read_rmsprop(const Reader &from, const optim::RMSpropOptions &options)
{
    auto state = std::make_unique<optim::RMSpropParamState>();
    state->step(from.count("step"));
    state->square_avg(from.tensor("square_avg"));
    state->momentum_buffer(from.tensor_if("momentum_buffer", options.momentum() > 0));
    state->grad_avg(from.tensor_if("grad_avg", options.centered()));
    return state;
}

std::unique_ptr<ParamState> read_adagrad(const Reader &from)
{
    auto state = std::make_unique<optim::AdagradParamState>();
    state->step(from.count("step"));
    state->sum(from.tensor("sum"));
    return state;
}

// libtorch trusts the lists to be of one length, and no longer than the history.
std::unique_ptr<ParamState> read_lbfgs(const Reader &from, const optim::LBFGSOptions &options)
{
    auto state = std::make_unique<optim::LBFGSParamState>();
    state->func_evals(from.count("func_evals"));
    state->n_iter(from.count("n_iter"));
    if (state->n_iter() == 0)
        return state;
    state->d(from.flat("d"));
    state->t(from.real("t"));
    state->old_dirs(from.list("old_dirs", /*is_flat=*/true));
    state->old_stps(from.list("old_stps", /*is_flat=*/true));
    state->ro(from.list("ro", /*is_flat=*/false));
    size_t n = state->old_dirs().size();
    if (state->old_stps().size() != n || state->ro().size() != n || n > static_cast<size_t>(options.history_size()))
        fail(CT_ERROR_VALUE, from.where + ": old_dirs, old_stps and ro have " + std::to_string(n) + ", " +
                                 std::to_string(state->old_stps().size()) + " and " +
                                 std::to_string(state->ro().size()) + " items; expected as many of each, and at most " +
                                 std::to_string(options.history_size()));
    state->H_diag(from.scalar(from.need("H_diag"), from.where + ".H_diag"));
    state->prev_flat_grad(from.flat("prev_flat_grad"));
    state->prev_loss(from.real("prev_loss"));
    return state;
}

} // namespace

std::vector<ct_value> state_values(const ParamState &state, ValueArena &arena)
{
    Writer to(arena);
    if (auto *sgd = dynamic_cast<const optim::SGDParamState *>(&state))
        to.add("momentum_buffer", sgd->momentum_buffer());
    else if (auto *adam = dynamic_cast<const optim::AdamParamState *>(&state))
        write_adam(to, *adam);
    else if (auto *adamw = dynamic_cast<const optim::AdamWParamState *>(&state))
        write_adam(to, *adamw);
    else if (auto *rmsprop = dynamic_cast<const optim::RMSpropParamState *>(&state))
        write_rmsprop(to, *rmsprop);
    else if (auto *adagrad = dynamic_cast<const optim::AdagradParamState *>(&state)) {
        to.add_step(adagrad->step());
        to.add("sum", adagrad->sum());
    } else {
        write_lbfgs(to, dynamic_cast<const optim::LBFGSParamState &>(state));
    }
    return std::move(to.values);
}

std::unique_ptr<ParamState> read_state(const ct_value &saved, const Owner &owner, const std::string &where)
{
    if (saved.kind != CT_VALUE_DICT)
        fail(CT_ERROR_TYPE, where + " is " + given_text(saved) + "; expected a dict");
    Reader from(saved, owner, where);
    if (dynamic_cast<const optim::SGDOptions *>(&owner.options))
        return read_sgd(from);
    if (auto *adam = dynamic_cast<const optim::AdamOptions *>(&owner.options))
        return read_adam<optim::AdamParamState>(from, *adam);
    if (auto *adamw = dynamic_cast<const optim::AdamWOptions *>(&owner.options))
        return read_adam<optim::AdamWParamState>(from, *adamw);
    if (auto *rmsprop = dynamic_cast<const optim::RMSpropOptions *>(&owner.options))
        return read_rmsprop(from, *rmsprop);
    if (dynamic_cast<const optim::AdagradOptions *>(&owner.options))
        return read_adagrad(from);
    return read_lbfgs(from, dynamic_cast<const optim::LBFGSOptions &>(owner.options));
}

} // namespace ct
