// kept.cpp: values as attributes.
// SPDX-License-Identifier: BSD-3-Clause
#include "kept.hpp"

#include "convert.hpp"
#include "value_arena.hpp"

#include <cstring>

namespace ct {

namespace {

size_t count_of_dict(const ct_value &dict)
{
    for (size_t i = 0; i < dict.n; i++)
        if (!dict.as.values[i].name)
            return 2 * dict.n;
    return dict.n;
}

// Copies values into a home of their own. A list that is there twice, or in itself, is copied once.
class Copier {
public:
    explicit Copier(const CopyTensor &copy) : copy_tensor(copy), home(std::make_shared<ValueArena>()) {}

    KeptValue kept(const ct_value &value) { return {home, copied(value)}; }

private:
    template <class Type> const Type *array(const Type *from, size_t n)
    {
        auto made = std::make_shared<std::vector<Type>>(from, from + n);
        home->hold(made);
        return made->data();
    }

    const char *text(const ct_value &value)
    {
        const char *chars = ct::text(value.as.string, "value");
        return home->text(std::string(chars, value.n ? value.n : std::strlen(chars)));
    }

    const ct_value *list(const ct_value *from, size_t n)
    {
        auto [found, is_new] = lists.emplace(from, nullptr);
        if (!is_new || n == 0)
            return found->second;
        if (!from)
            fail_null("value");
        if (++depth > deepest)
            fail(CT_ERROR_VALUE, "value is nested more than " + std::to_string(deepest) + " deep");
        ct_value *to = home->values(n);
        found->second = to;
        for (size_t i = 0; i < n; i++)
            to[i] = copied(from[i]);
        depth--;
        return to;
    }

    ct_tensor *tensor(const ct_tensor *from)
    {
        return from ? home->tensor(copy_tensor(arg(from, "value"))).as.tensor : nullptr;
    }

    ct_tensor *const *tensors(ct_tensor *const *from, size_t n)
    {
        std::vector<ct_tensor *> copies;
        for (size_t i = 0; i < n; i++)
            copies.push_back(tensor(from[i]));
        return array(copies.data(), n);
    }

    const char *const *texts(const char *const *from, size_t n)
    {
        std::vector<const char *> copies;
        for (size_t i = 0; i < n; i++)
            copies.push_back(text(ct_value_string(from[i])));
        return array(copies.data(), n);
    }

    // As a dict of values: a ct_dict is a handle, which the home cannot lend.
    ct_value state(const ct_value &given)
    {
        const Dict &from = *arg(given.as.dict, "value");
        std::vector<ct_value> items;
        for (const auto &entry : from)
            items.push_back(
                ct_value_named(home->text(entry.key()), home->tensor(copy_tensor(entry.value()))));
        return home->list(CT_VALUE_DICT, items);
    }

    ct_value copied(ct_value value);

    const CopyTensor &copy_tensor;
    std::shared_ptr<ValueArena> home;
    std::unordered_map<const ct_value *, const ct_value *> lists;
    static constexpr int deepest = 1000; // as in a file
    int depth = 0;
};

ct_value Copier::copied(ct_value value)
{
    if (value.name)
        value.name = home->text(value.name);
    switch (value.kind) {
    case CT_VALUE_TENSOR:
        value.as.tensor = tensor(value.as.tensor);
        break;
    case CT_VALUE_STRING:
    case CT_VALUE_DEVICE:
    case CT_VALUE_LONG:
    case CT_VALUE_GLOBAL:
        value.as.string = text(value);
        break;
    case CT_VALUE_INTS:
        value.as.ints = array(value.as.ints, value.n);
        break;
    case CT_VALUE_REALS:
        value.as.reals = array(value.as.reals, value.n);
        break;
    case CT_VALUE_BYTES:
        value.as.bytes = array(value.as.bytes, value.n);
        break;
    case CT_VALUE_STRINGS:
        value.as.strings = texts(value.as.strings, value.n);
        break;
    case CT_VALUE_TENSORS:
        value.as.tensors = tensors(value.as.tensors, value.n);
        break;
    case CT_VALUE_LIST:
    case CT_VALUE_TUPLE:
    case CT_VALUE_SET:
        value.as.values = list(value.as.values, value.n);
        break;
    case CT_VALUE_OBJECT:
        value.as.values = list(value.as.values, CT_OBJECT_PARTS);
        break;
    case CT_VALUE_DICT:
        value.as.values = list(value.as.values, count_of_dict(value));
        break;
    case CT_VALUE_STATE:
        return ct_value_named(value.name, state(value));
    case CT_VALUE_BOOLS:
    case CT_VALUE_POINTER:
    case CT_VALUE_GENERATOR:
        fail(CT_ERROR_TYPE,
             "value is a pointer, a generator or a list of C's bools; expected a number, a text, a tensor, "
             "or a list of them");
    default:
        break;
    }
    return value;
}

// Whole numbers alone, where a layer has sizes.
Optional<Value> sizes_of(const ct_value &given, const Sizes &old)
{
    Sizes sizes;
    bool is_list = given.kind == CT_VALUE_LIST || given.kind == CT_VALUE_TUPLE;
    if (given.kind == CT_VALUE_INTS)
        sizes.numbers.assign(given.as.ints, given.as.ints + given.n);
    for (size_t i = 0; is_list && i < given.n; i++)
        if (given.as.values[i].kind == CT_VALUE_INT)
            sizes.numbers.push_back(given.as.values[i].as.integer);
    bool fits =
        (is_list || given.kind == CT_VALUE_INTS) && sizes.numbers.size() == given.n && given.n == old.numbers.size();
    return fits ? Optional<Value>(sizes) : Optional<Value>();
}

} // namespace

KeptValue kept_copy(const ct_value &value, const CopyTensor &copy)
{
    return Copier(copy).kept(value);
}

Value attribute_of(const ct_value &given, const Value *old)
{
    const Sizes *sizes = old ? old->get<Sizes>() : nullptr;
    if (Optional<Value> as_sizes = sizes ? sizes_of(given, *sizes) : Optional<Value>())
        return *as_sizes;
    switch (given.kind) {
    case CT_VALUE_NONE:
        return {};
    case CT_VALUE_INT:
        return given.as.integer;
    case CT_VALUE_REAL:
        return given.as.real;
    case CT_VALUE_BOOL:
        return given.as.boolean;
    case CT_VALUE_STRING:
        return text(given.as.string, "value");
    default: {
        KeptValue kept = kept_copy(given, [](const at::Tensor &tensor) { return tensor; });
        kept.value.name = nullptr;
        return kept;
    }
    }
}

ct_value lent_value(const Value &attribute, const std::string &name)
{
    if (const KeptValue *kept = attribute.get<KeptValue>())
        return kept->value;
    if (const bool *truth = attribute.get<bool>())
        return ct_value_bool(*truth);
    if (const int64_t *integer = attribute.get<int64_t>())
        return ct_value_int(*integer);
    if (const double *real = attribute.get<double>())
        return ct_value_real(*real);
    if (attribute.is_text())
        return ct_value_string(attribute.text().c_str());
    if (const Sizes *sizes = attribute.get<Sizes>())
        return ct_value_ints(sizes->numbers.data(), sizes->numbers.size());
    if (const Scales *scales = attribute.get<Scales>())
        return ct_value_reals(scales->numbers.data(), scales->numbers.size());
    if (!attribute.is_none())
        fail(CT_ERROR_TYPE, "attribute '" + name +
                                "' is a tensor or a module that the layer was given; ct_module_buffer "
                                "and ct_module_child have those");
    return ct_value_none();
}

} // namespace ct
