// optim_groups.cpp: the parameter groups of an optimizer's state_dict.
// SPDX-License-Identifier: BSD-3-Clause
#include "optim_groups.hpp"

#include "call_value.hpp"
#include "kept.hpp"

#include <algorithm>

namespace ct {

namespace optim = torch::optim;

namespace {

// What Python has under a key.
enum class Form {
    real,
    number, // real, and whole where it has no fraction, as Python's default
    truth,
    integer,
    betas,    // a pair of reals
    initial,  // Adagrad's initial_accumulator_value, which libtorch keeps but does not ask for again
    max_eval, // LBFGS's
    line_search,
    none, // what libtorch's optimizers do not have, and is as Python's default
    no,
    yes
};

struct Key {
    const char *name;
    Form form;
    bool is_there = true; // in this release
};

constexpr bool from_2_6 = FROM_2_6(true, false), from_2_14 = FROM_2_14(true, false);

const std::vector<Key> sgd = {{"lr", Form::real},
                              {"momentum", Form::number},
                              {"dampening", Form::number},
                              {"weight_decay", Form::number},
                              {"nesterov", Form::truth},
                              {"maximize", Form::no},
                              {"foreach", Form::none},
                              {"differentiable", Form::no},
                              {"fused", Form::none, from_2_6}};

const std::vector<Key> adam = {{"lr", Form::real},
                               {"betas", Form::betas},
                               {"eps", Form::real},
                               {"weight_decay", Form::number},
                               {"amsgrad", Form::truth},
                               {"maximize", Form::no},
                               {"foreach", Form::none},
                               {"capturable", Form::no},
                               {"differentiable", Form::no},
                               {"fused", from_2_6 ? Form::none : Form::no},
                               {"decoupled_weight_decay", Form::no, from_2_14}};

const std::vector<Key> adamw = {{"lr", Form::real},
                                {"betas", Form::betas},
                                {"eps", Form::real},
                                {"weight_decay", Form::number},
                                {"amsgrad", Form::truth},
                                {"maximize", Form::no, from_2_14},
                                {"foreach", Form::none},
                                {"maximize", Form::no, !from_2_14},
                                {"capturable", Form::no},
                                {"differentiable", Form::no, from_2_6},
                                {"fused", Form::none, from_2_6},
                                {"decoupled_weight_decay", Form::yes, from_2_14}};

const std::vector<Key> rmsprop = {{"lr", Form::real},
                                  {"momentum", Form::number},
                                  {"alpha", Form::real},
                                  {"eps", Form::real},
                                  {"centered", Form::truth},
                                  {"weight_decay", Form::number},
                                  {"capturable", Form::no, from_2_6},
                                  {"foreach", Form::none},
                                  {"maximize", Form::no},
                                  {"differentiable", Form::no}};

const std::vector<Key> adagrad = {{"lr", Form::real},
                                  {"lr_decay", Form::number},
                                  {"eps", Form::real},
                                  {"weight_decay", Form::number},
                                  {"initial_accumulator_value", Form::initial},
                                  {"foreach", Form::none},
                                  {"maximize", Form::no},
                                  {"differentiable", Form::no, from_2_6},
                                  {"fused", Form::none, from_2_6}};

const std::vector<Key> lbfgs = {{"lr", Form::number},
                                {"max_iter", Form::integer},
                                {"max_eval", Form::max_eval},
                                {"tolerance_grad", Form::real},
                                {"tolerance_change", Form::real},
                                {"history_size", Form::integer},
                                {"line_search_fn", Form::line_search},
                                {"maximize", Form::no, from_2_14}};

// What somebody else has put into a group. Python keeps it there, so the options have it here.
struct Others {
    virtual ~Others() = default;
    std::vector<KeptValue> values;
};

template <class Options> struct WithOthers : Options, Others {
    explicit WithOthers(const Options &options) : Options(options) {}

    std::unique_ptr<OptimizerOptions> clone() const override { return std::make_unique<WithOthers>(*this); }
};

// ---- One row for each class of optimizers ----

struct Class {
    const std::vector<Key> &keys;
    bool (*is_of)(const OptimizerOptions &options);
    // A copy with room for the others' values.
    std::unique_ptr<OptimizerOptions> (*copy)(const OptimizerOptions &options);
};

template <class Options> Class row(const std::vector<Key> &keys)
{
    return {keys, [](const OptimizerOptions &o) { return dynamic_cast<const Options *>(&o) != nullptr; },
            [](const OptimizerOptions &o) -> std::unique_ptr<OptimizerOptions> {
                return std::make_unique<WithOthers<Options>>(dynamic_cast<const Options &>(o));
            }};
}

const Class classes[] = {row<optim::SGDOptions>(sgd),         row<optim::AdamOptions>(adam),
                         row<optim::AdamWOptions>(adamw),     row<optim::RMSpropOptions>(rmsprop),
                         row<optim::AdagradOptions>(adagrad), row<optim::LBFGSOptions>(lbfgs)};

const Class &class_of(const OptimizerOptions &options)
{
    return *std::find_if(std::begin(classes), std::end(classes), [&](const Class &c) { return c.is_of(options); });
}

// ---- Out ----

// libtorch gives options by reference to what is not const alone.
double get(const OptimizerOptions &options, const std::string &name)
{
    auto &open = const_cast<OptimizerOptions &>(options);
    return option_of(open, name).get(open);
}

ct_value number_value(double value)
{
    return value == 0 || value == 1 ? ct_value_int(static_cast<int64_t>(value)) : ct_value_real(value);
}

ct_value option_value(const OptimizerOptions &options, const Key &key, ValueArena &arena)
{
    const auto *of_adagrad = dynamic_cast<const optim::AdagradOptions *>(&options);
    const auto *of_lbfgs = dynamic_cast<const optim::LBFGSOptions *>(&options);
    switch (key.form) {
    case Form::real:
        return ct_value_real(get(options, key.name));
    case Form::number:
        return number_value(get(options, key.name));
    case Form::truth:
        return ct_value_bool(get(options, key.name) != 0);
    case Form::integer:
        return ct_value_int(static_cast<int64_t>(get(options, key.name)));
    case Form::betas:
        return arena.list(CT_VALUE_TUPLE,
                          {ct_value_real(get(options, "betas[0]")), ct_value_real(get(options, "betas[1]"))});
    case Form::initial:
        return number_value(of_adagrad->initial_accumulator_value());
    case Form::max_eval: {
        auto most = of_lbfgs->max_eval();
        return most ? ct_value_int(*most) : ct_value_none();
    }
    case Form::line_search: {
        auto name = of_lbfgs->line_search_fn();
        return name ? ct_value_string(arena.text(*name)) : ct_value_none();
    }
    case Form::no:
    case Form::yes:
        return ct_value_bool(key.form == Form::yes);
    default:
        return ct_value_none();
    }
}

// ---- In ----

bool truth_of(const ct_value &value, const std::string &where)
{
    int64_t whole = whole_of(value, where);
    if (whole != 0 && whole != 1)
        fail(CT_ERROR_VALUE, where + " is " + given_text(value) + "; expected a truth");
    return whole == 1;
}

void set(OptimizerOptions &options, const std::string &name, double value)
{
    option_of(options, name).set(options, value);
}

void set_betas(OptimizerOptions &options, const ct_value &value, const std::string &where)
{
    if ((value.kind != CT_VALUE_TUPLE && value.kind != CT_VALUE_LIST) || value.n != 2)
        fail(CT_ERROR_TYPE, where + " is " + given_text(value) + "; expected two numbers");
    set(options, "betas[0]", real_of(value.as.values[0], where));
    set(options, "betas[1]", real_of(value.as.values[1], where));
}

void set_option(OptimizerOptions &options, const Key &key, const ct_value &value, const std::string &where)
{
    if (value.kind == CT_VALUE_NONE && key.form == Form::line_search)
        static_cast<optim::LBFGSOptions &>(options).line_search_fn() = {};
    if (value.kind == CT_VALUE_NONE)
        return;
    switch (key.form) {
    case Form::real:
    case Form::number:
        set(options, key.name, real_of(value, where));
        break;
    case Form::truth:
        set(options, key.name, truth_of(value, where));
        break;
    case Form::integer:
        if (whole_of(value, where) < 1)
            fail(CT_ERROR_VALUE, where + " is " + given_text(value) + "; expected a number from 1 up");
        set(options, key.name, static_cast<double>(whole_of(value, where)));
        break;
    case Form::betas:
        set_betas(options, value, where);
        break;
    case Form::initial:
        static_cast<optim::AdagradOptions &>(options).initial_accumulator_value(real_of(value, where));
        break;
    case Form::max_eval:
        static_cast<optim::LBFGSOptions &>(options).max_eval(whole_of(value, where));
        break;
    case Form::line_search:
        if (value.kind != CT_VALUE_STRING || std::string(value.as.string) != "strong_wolfe")
            fail(CT_ERROR_VALUE, where + " is " + given_text(value) + "; only 'strong_wolfe' is supported");
        static_cast<optim::LBFGSOptions &>(options).line_search_fn(std::string("strong_wolfe"));
        break;
    default:
        break;
    }
}

// The entry of a dict, which may be None.
const ct_value *find_any(const ct_value &dict, const std::string &name)
{
    for (size_t i = dict.kind == CT_VALUE_DICT ? dict.n : 0; i-- > 0;)
        if (dict.as.values[i].name && dict.as.values[i].name == name)
            return &dict.as.values[i];
    return nullptr;
}

// What changes the steps, and how libtorch's optimizer has it. The rest of what Python alone has says how it computes.
void check_fixed(const ct_value &group, const char *name, bool expected, const std::string &where)
{
    const ct_value *given = find_entry(group, name);
    if (given && truth_of(*given, where + "." + name) != expected)
        fail(CT_ERROR_NOT_IMPLEMENTED, where + "." + name + " is " + given_text(*given) +
                                           "; libtorch's optimizer of this class has no other than " +
                                           (expected ? "True" : "False"));
}

std::vector<KeptValue> other_values(const std::vector<Key> &keys, const ct_value &group)
{
    std::vector<KeptValue> values;
    for (size_t i = 0; i < group.n; i++) {
        const ct_value &value = group.as.values[i];
        auto has_its_name = [&](const Key &key) { return std::string(key.name) == value.name; };
        if (value.name && std::string(value.name) != "params" && std::none_of(keys.begin(), keys.end(), has_its_name))
            values.push_back(kept_copy(value, [](const at::Tensor &tensor) { return tensor.clone(); }));
    }
    return values;
}

} // namespace

const ct_value *find_entry(const ct_value &dict, const char *name)
{
    const ct_value *found = find_any(dict, name);
    return found && found->kind != CT_VALUE_NONE ? found : nullptr;
}

double real_of(const ct_value &value, const std::string &where)
{
    double number = NAN;
    if (value.kind == CT_VALUE_REAL)
        number = value.as.real;
    else if (value.kind == CT_VALUE_INT)
        number = static_cast<double>(value.as.integer);
    else if (value.kind == CT_VALUE_BOOL)
        number = value.as.boolean;
    else if (value.kind == CT_VALUE_TENSOR && value.as.tensor && arg(value.as.tensor, "value").numel() == 1)
        number = arg(value.as.tensor, "value").item().toDouble();
    if (std::isnan(number))
        fail(CT_ERROR_TYPE, where + " is " + given_text(value) + "; expected a number");
    return number;
}

int64_t whole_of(const ct_value &value, const std::string &where)
{
    double number = real_of(value, where), limit = std::ldexp(1.0, 63);
    if (number != std::trunc(number) || number < -limit || number >= limit)
        fail(CT_ERROR_TYPE, where + " is " + given_text(value) + "; expected a whole number");
    return value.kind == CT_VALUE_INT ? value.as.integer : static_cast<int64_t>(number);
}

std::vector<ct_value> group_values(const OptimizerOptions &options, ValueArena &arena)
{
    std::vector<ct_value> values;
    for (const Key &key : class_of(options).keys)
        if (key.is_there)
            values.push_back(ct_value_named(key.name, option_value(options, key, arena)));
    if (auto *others = dynamic_cast<const Others *>(&options))
        for (const KeptValue &kept : others->values) {
            arena.hold(kept.home);
            values.push_back(kept.value);
        }
    return values;
}

std::unique_ptr<OptimizerOptions> read_group(const OptimizerOptions &old, const ct_value &group,
                                             const std::string &where)
{
    if (!find_entry(group, "lr"))
        fail(CT_ERROR_KEY, where + " has no lr");
    const Class &kind = class_of(old);
    std::unique_ptr<OptimizerOptions> made = kind.copy(old);
    check_fixed(group, "maximize", false, where);
    if (dynamic_cast<const optim::AdamOptions *>(&old))
        check_fixed(group, "decoupled_weight_decay", false, where);
    if (dynamic_cast<const optim::AdamWOptions *>(&old))
        check_fixed(group, "decoupled_weight_decay", true, where);
    for (const Key &key : kind.keys)
        if (const ct_value *value = find_any(group, key.name))
            set_option(*made, key, *value, where + "." + key.name);
    dynamic_cast<Others &>(*made).values = other_values(kind.keys, group);
    return made;
}

} // namespace ct
