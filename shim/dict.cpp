// dict.cpp: include/ctorch/dict.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <ctorch/dict.h>

using namespace ct;

namespace {

const Dict::Item &item(const ct_dict *self, size_t i)
{
    const Dict &dict = *ARG(self);
    if (i >= dict.size())
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for a dict of " + std::to_string(dict.size()));
    return dict[i];
}

at::Tensor find(const Dict &dict, const char *name)
{
    const at::Tensor *found = dict.find(text(name, "name"));
    return found ? *found : (fail(CT_ERROR_KEY, "there is no entry '" + std::string(name) + "'"), at::Tensor());
}

} // namespace

ct_dict *ct_dict_new(void)
{
    return guard([&] { return box(Dict()); });
}

void ct_dict_free(ct_dict *self)
{
    free_handle(self);
}

ct_dict *ct_dict_escape(ct_dict *self)
{
    return escape_handle(self);
}

size_t ct_dict_size(const ct_dict *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self)->size(); });
}

ct_tensor *ct_dict_get(const ct_dict *self, const char *name)
{
    return guard([&] { return box(find(*ARG(self), name)); });
}

bool ct_dict_has(const ct_dict *self, const char *name)
{
    return guard_or(false, [&] { return ARG(self)->contains(text(name, "name")); });
}

ct_status ct_dict_set(ct_dict *self, const char *name, const ct_tensor *tensor)
{
    return guard([&] {
        Dict &dict = *ARG(self);
        at::Tensor *found = dict.find(text(name, "name"));
        found ? void(*found = ARG(tensor)) : void(dict.insert(name, ARG(tensor)));
    });
}

const char *ct_dict_name(const ct_dict *self, size_t i)
{
    return guard_or("", [&] { return item(self, i).key().c_str(); });
}

ct_tensor *ct_dict_at(const ct_dict *self, size_t i)
{
    return guard([&] { return box(item(self, i).value()); });
}
