// parameters.cpp: include/ctorch/parameters.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "named.hpp"
#include "walk.hpp"

using namespace ct;

namespace {

template <class Type> Type &container_of(const ct_module *given, const char *argument)
{
    Object &module = *arg(given, argument);
    if (auto *container = dynamic_cast<Type *>(&module))
        return *container;
    fail(CT_ERROR_TYPE,
         std::string(argument) + " is a " + module.class_name() + "; expected a " + Type().class_name());
}

#define LIST(name) container_of<ParameterList>(name, #name)
#define DICT(name) container_of<ParameterDict>(name, #name)

// ---- ParameterList ----

Tensors values(const Parameters &self)
{
    Tensors tensors;
    for (const auto &item : self.items())
        tensors.push_back(item.value());
    return tensors;
}

size_t place(size_t length, int64_t i, const char *what)
{
    int64_t size = static_cast<int64_t>(length);
    if (i < -size || i >= size)
        fail(CT_ERROR_INDEX, "index " + std::to_string(i) + " is out of range for " + std::to_string(size) + what);
    return static_cast<size_t>(i < 0 ? i + size : i);
}

size_t position(const ParameterList &self, int64_t i)
{
    return place(self.size(), i, " parameters");
}

at::Tensor item(const ParameterList &self, int64_t i)
{
    return self.own_parameters()[std::to_string(position(self, i))];
}

void set(ParameterList &self, int64_t i, const at::Tensor &tensor)
{
    size_t at = position(self, i);
    check_parameter(tensor, "tensor");
    self.put_parameter(std::to_string(at), as_parameter(tensor));
}

void append(ParameterList &self, const at::Tensor &tensor)
{
    check_parameter(tensor, "tensor");
    self.put_parameter(std::to_string(self.size()), as_parameter(tensor));
}

void add_all(ParameterList &self, const Tensors &more)
{
    Tensors all = values(self);
    all.insert(all.end(), more.begin(), more.end());
    self.assign_items(all);
}

// What a caller gave, as parameters; all are checked before the first is changed.
Tensors as_parameters(Tensors tensors)
{
    for (size_t i = 0; i < tensors.size(); i++)
        check_parameter(tensors[i], "tensors[" + std::to_string(i) + "]");
    for (at::Tensor &tensor : tensors)
        tensor = as_parameter(tensor);
    return tensors;
}

std::shared_ptr<ParameterList> make_list(const Tensors &items)
{
    auto list = std::make_shared<ParameterList>();
    list->assign_items(items);
    return list;
}

at::Tensor pop(ParameterList &self, int64_t i)
{
    size_t at = position(self, i);
    Tensors rest = values(self);
    at::Tensor taken = rest[at];
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(at));
    self.assign_items(rest);
    return taken;
}

ObjectPtr slice(const ParameterList &self, int64_t start, int64_t stop, int64_t step)
{
    Tensors all = values(self), part;
    for (size_t i : slice_of(all.size(), start, stop, step))
        part.push_back(all[i]);
    return make_list(part);
}

// ---- ParameterDict ----

ObjectPtr make_dict(Dict items)
{
    auto dict = std::make_shared<ParameterDict>();
    dict->assign_items(std::move(items));
    return dict;
}

ObjectPtr from_keys(const char *const *keys, size_t n, const at::Tensor &tensor)
{
    if (!keys && n > 0)
        fail_null("keys");
    if (tensor.defined())
        check_parameter(tensor, "tensor");
    Dict items;
    for (size_t i = 0; i < n; i++) {
        std::string key = text(keys[i], ("keys[" + std::to_string(i) + "]").c_str());
        check_key(ParameterDict(), key, "parameter");
        put(items, key, tensor);
    }
    as_parameter(tensor);
    return make_dict(std::move(items));
}

const at::Tensor &found(const ParameterDict &self, const std::string &key)
{
    if (const at::Tensor *item = self.own_parameters().find(key))
        return *item;
    fail(CT_ERROR_KEY, "there is no parameter '" + key + "'");
}

at::Tensor get(const ParameterDict &self, const std::string &key, const at::Tensor &fallback)
{
    const at::Tensor *item = self.own_parameters().find(key);
    return item ? *item : fallback;
}

at::Tensor set_default(ParameterDict &self, const std::string &key, const at::Tensor &tensor)
{
    if (!self.own_parameters().contains(key)) {
        check_name(key, "parameter");
        check_free(self, key);
        check_parameter(tensor, "tensor");
        self.put_parameter(key, as_parameter(tensor));
    }
    return self.own_parameters()[key];
}

at::Tensor take(ParameterDict &self, const std::string &key)
{
    at::Tensor item = found(self, key);
    self.remove_parameter(key);
    return item;
}

at::Tensor take_last(ParameterDict &self, const char **key)
{
    if (!key)
        fail_null("key");
    if (self.own_parameters().is_empty())
        fail(CT_ERROR_KEY, "popitem(): dictionary is empty");
    const char *last = lend(self.own_parameters().back().key());
    at::Tensor item = take(self, last);
    *key = last;
    return item;
}

Dict merged(const ParameterDict &self, const ParameterDict &other)
{
    Dict items = self.items();
    for (const auto &item : other.items()) {
        if (!items.contains(item.key()))
            check_free(self, item.key());
        put(items, item.key(), item.value());
    }
    return items;
}

const std::string &key_at(const ParameterDict &self, int64_t i)
{
    const Dict &items = self.own_parameters();
    return items[place(items.size(), i, " keys")].key();
}

} // namespace

ct_module *ct_nn_parameter_list_new(ct_tensor *const *values, size_t n)
{
    return guard([&] { return box(ObjectPtr(make_list(as_parameters(tensors(values, n, "tensors"))))); });
}

int64_t ct_parameter_list_size(const ct_module *self)
{
    return guard_or(int64_t{0}, [&] { return static_cast<int64_t>(LIST(self).size()); });
}

ct_tensor *ct_parameter_list_at(const ct_module *self, int64_t i)
{
    return guard([&] { return box_or_null(item(LIST(self), i)); });
}

ct_status ct_parameter_list_set(ct_module *self, int64_t i, const ct_tensor *tensor)
{
    return guard([&] { set(LIST(self), i, ARG(tensor)); });
}

ct_status ct_parameter_list_append(ct_module *self, const ct_tensor *tensor)
{
    return guard([&] { append(LIST(self), ARG(tensor)); });
}

ct_status ct_parameter_list_extend(ct_module *self, ct_tensor *const *values, size_t n)
{
    return guard([&] { add_all(LIST(self), as_parameters(tensors(values, n, "tensors"))); });
}

ct_status ct_parameter_list_add_(ct_module *self, const ct_module *other)
{
    return guard([&] { add_all(LIST(self), values(LIST(other))); });
}

ct_tensor *ct_parameter_list_pop(ct_module *self, int64_t i)
{
    return guard([&] { return box_or_null(pop(LIST(self), i)); });
}

ct_module *ct_parameter_list_slice(const ct_module *self, int64_t start, int64_t stop, int64_t step)
{
    return guard([&] { return box(slice(LIST(self), start, stop, step)); });
}

ct_module *ct_nn_parameter_dict_new(const ct_named_tensor *tensors, size_t n)
{
    return guard([&] { return box(make_dict(named(tensors, n, ParameterDict()))); });
}

ct_module *ct_nn_parameter_dict_fromkeys(const char *const *keys, size_t n, const ct_tensor *tensor)
{
    return guard([&] { return box(from_keys(keys, n, tensor ? ARG(tensor) : at::Tensor())); });
}

int64_t ct_parameter_dict_size(const ct_module *self)
{
    return guard_or(int64_t{0}, [&] { return static_cast<int64_t>(DICT(self).own_parameters().size()); });
}

const char *ct_parameter_dict_key_at(const ct_module *self, int64_t i)
{
    return guard_or("", [&] { return lend(key_at(DICT(self), i)); });
}

bool ct_parameter_dict_has(const ct_module *self, const char *key)
{
    return guard_or(false, [&] { return DICT(self).own_parameters().contains(text(key, "key")); });
}

ct_tensor *ct_parameter_dict_get(const ct_module *self, const char *key, const ct_tensor *fallback)
{
    return guard([&] {
        return box_or_null(get(DICT(self), text(key, "key"), fallback ? ARG(fallback) : at::Tensor()));
    });
}

ct_tensor *ct_parameter_dict_setdefault(ct_module *self, const char *key, const ct_tensor *tensor)
{
    return guard([&] { return box_or_null(set_default(DICT(self), text(key, "key"), ARG(tensor))); });
}

ct_status ct_parameter_dict_delete(ct_module *self, const char *key)
{
    return guard([&] { take(DICT(self), text(key, "key")); });
}

ct_tensor *ct_parameter_dict_pop(ct_module *self, const char *key)
{
    return guard([&] { return box_or_null(take(DICT(self), text(key, "key"))); });
}

ct_tensor *ct_parameter_dict_popitem(ct_module *self, const char **key)
{
    return guard([&] { return box_or_null(take_last(DICT(self), key)); });
}

ct_status ct_parameter_dict_clear(ct_module *self)
{
    return guard([&] { DICT(self).assign_items(Dict()); });
}

ct_status ct_parameter_dict_update(ct_module *self, const ct_module *other)
{
    return guard([&] { DICT(self).assign_items(merged(DICT(self), DICT(other))); });
}

ct_module *ct_parameter_dict_copy(const ct_module *self)
{
    return guard([&] { return box(make_dict(DICT(self).items())); });
}

ct_module *ct_parameter_dict_or(const ct_module *self, const ct_module *other)
{
    return guard([&] { return box(make_dict(merged(DICT(self), DICT(other)))); });
}
