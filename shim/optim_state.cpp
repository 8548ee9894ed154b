// optim_state.cpp: include/ctorch/optim_state.h: an optimizer's state_dict in Python's format.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_value.hpp"
#include "optim_params.hpp"

#include <ctorch/optim_state.h>
#include <ctorch/scope.h>

using namespace ct;

namespace {

// Under what libtorch keeps the state of a parameter.
auto key_of(const at::Tensor &parameter)
{
    return FROM_2_6(static_cast<void *>(parameter.unsafeGetTensorImpl()),
                    c10::guts::to_string(parameter.unsafeGetTensorImpl()));
}

// A dict whose keys are whole numbers.
ct_value numbered_dict(const std::vector<std::pair<int64_t, ct_value>> &entries, ValueArena &arena)
{
    std::vector<ct_value> parts;
    for (const auto &[key, value] : entries)
        parts.push_back(value);
    for (const auto &[key, value] : entries)
        parts.push_back(ct_value_int(key));
    ct_value dict = arena.list(CT_VALUE_DICT, parts);
    dict.n = entries.size();
    return dict;
}

// Visits each parameter with its number, which counts through all groups.
template <class Visit> void each_parameter(Optimizer &self, Visit visit)
{
    int64_t number = 0;
    for (auto &group : self.param_groups())
        for (const at::Tensor &parameter : group.params())
            visit(number++, parameter);
}

ct_value state_dict(Optimizer &self, ValueArena &arena)
{
    std::vector<std::pair<int64_t, ct_value>> states;
    each_parameter(self, [&](int64_t number, const at::Tensor &parameter) {
        auto found = self.state().find(key_of(parameter));
        if (found != self.state().end())
            states.emplace_back(number, arena.list(CT_VALUE_DICT, state_values(*found->second, arena)));
    });
    std::vector<ct_value> groups;
    int64_t number = 0;
    for (auto &group : self.param_groups()) {
        std::vector<ct_value> values = group_values(group.options(), arena), numbers;
        for (size_t i = 0; i < group.params().size(); i++)
            numbers.push_back(ct_value_int(number++));
        values.push_back(ct_value_named("params", arena.list(CT_VALUE_LIST, numbers)));
        groups.push_back(arena.list(CT_VALUE_DICT, values));
    }
    return arena.list(CT_VALUE_DICT, {ct_value_named("state", numbered_dict(states, arena)),
                                      ct_value_named("param_groups", arena.list(CT_VALUE_LIST, groups))});
}

// A tree whose arena the innermost scope frees.
ct_value lent_state_dict(Optimizer &self)
{
    auto arena = std::make_unique<ValueArena>();
    ct_value made = state_dict(self, *arena);
    auto free_arena = [](void *given) { delete static_cast<ValueArena *>(given); };
    if (ct_scope_defer(free_arena, arena.release()) != CT_OK)
        fail(CT_ERROR_VALUE, "no scope is open on this thread that could free the values");
    return made;
}

// ---- Loading ----

const ct_value &need(const ct_value &dict, const char *key, ct_value_kind kind, const std::string &where)
{
    const ct_value *found = find_entry(dict, key);
    if (!found)
        fail(CT_ERROR_KEY, where + " has no '" + key + "'");
    if (found->kind != kind)
        fail(CT_ERROR_TYPE, where + "['" + key + "'] is " + given_text(*found) + "; expected a " +
                                (kind == CT_VALUE_DICT ? "dict" : "list"));
    return *found;
}

// An optimizer's next groups and states, made before the first one changes.
class Loader {
public:
    Loader(Optimizer &self, const ct_value &saved) : self(self)
    {
        if (saved.kind != CT_VALUE_DICT)
            fail(CT_ERROR_TYPE, "the state_dict is " + given_text(saved) + "; expected a dict");
        const ct_value &groups = need(saved, "param_groups", CT_VALUE_LIST, "the state_dict");
        const ct_value &saved_states = need(saved, "state", CT_VALUE_DICT, "the state_dict");
        if (groups.n != self.param_groups().size())
            fail(CT_ERROR_VALUE, "loaded state dict has a different number of parameter groups: " +
                                     std::to_string(groups.n) + ", not " + std::to_string(self.param_groups().size()));
        for (size_t i = 0; i < groups.n; i++)
            check_size(groups.as.values[i], i);
        for (size_t i = 0; i < groups.n; i++)
            read_group(groups.as.values[i], saved_states, i);
    }

    void commit()
    {
        for (size_t i = 0; i < options.size(); i++)
            self.param_groups()[i].set_options(std::move(options[i]));
        std::swap(self.state(), states);
    }

private:
    static std::string group_name(size_t i) { return "param_groups[" + std::to_string(i) + "]"; }

    void check_size(const ct_value &group, size_t i) const
    {
        size_t n = need(group, "params", CT_VALUE_LIST, group_name(i)).n, own = self.param_groups()[i].params().size();
        if (n != own)
            fail(CT_ERROR_VALUE,
                 "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
                     group_name(i) + " has " + std::to_string(n) + " parameters, not " + std::to_string(own));
    }

    void read_group(const ct_value &group, const ct_value &saved_states, size_t i)
    {
        auto &own = self.param_groups()[i];
        options.push_back(ct::read_group(own.options(), group, group_name(i)));
        int64_t count = 0;
        for (const at::Tensor &parameter : own.params())
            count += parameter.numel();
        const ct_value &numbers = need(group, "params", CT_VALUE_LIST, group_name(i));
        for (size_t j = 0; j < numbers.n; j++)
            read_parameter(numbers.as.values[j], saved_states, {own.params()[j], *options.back(), count});
    }

    // The state that was saved under a parameter's number.
    void read_parameter(const ct_value &number, const ct_value &saved_states, const Owner &owner)
    {
        const ct_value *end = saved_states.as.values + saved_states.n;
        bool is_numbered = saved_states.n > 0 && !saved_states.as.values[0].name;
        for (size_t i = 0; is_numbered && number.kind == CT_VALUE_INT && i < saved_states.n; i++)
            if (end[i].kind == CT_VALUE_INT && end[i].as.integer == number.as.integer) {
                std::string where = "state[" + std::to_string(number.as.integer) + "]";
                if (auto made = read_state(saved_states.as.values[i], owner, where))
                    states[key_of(owner.parameter)] = std::move(made);
                return;
            }
        if (dynamic_cast<const torch::optim::AdagradOptions *>(&owner.options))
            fail(CT_ERROR_KEY,
                 "state has nothing for the parameter " + given_text(number) + ", and Adagrad keeps a sum for each");
    }

    Optimizer &self;
    std::vector<std::unique_ptr<OptimizerOptions>> options;
    std::decay_t<decltype(std::declval<Optimizer>().state())> states;
};

void load_state_dict(Optimizer &self, const ct_value &saved)
{
    Loader loader(self, saved);
    loader.commit();
}

} // namespace

ct_value ct_optimizer_state_dict(const ct_optimizer *self)
{
    return guard_or(ct_value_none(), [&] { return lent_state_dict(*ARG(self)); });
}

ct_status ct_optimizer_load_state_dict(ct_optimizer *self, ct_value state_dict)
{
    return guard([&] { load_state_dict(*ARG(self), state_dict); });
}
