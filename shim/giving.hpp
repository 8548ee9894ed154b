// giving.hpp: results as values: texts and lists go into one piece of memory that the innermost scope lends, tensors
// into handles, which end with it unless all is well.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <ctorch/value.h>

#include <ATen/core/ivalue.h>

#include <cstdlib>
#include <cstring>

namespace ct {

// What lies in front of a list must keep it aligned.
inline size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

struct Giving {
    // size: the bytes that all texts and lists take.
    explicit Giving(size_t size) : lent(size > 0 ? static_cast<char *>(std::malloc(size)) : nullptr)
    {
        if (size > 0 && !scope_lend(lent))
            throw std::bad_alloc();
    }
    ~Giving()
    {
        for (ct_tensor *handle : handles)
            free_handle(handle);
    }
    Giving(const Giving &) = delete;

    template <class T> T *place(size_t n)
    {
        T *at = reinterpret_cast<T *>(lent);
        lent += padded(n * sizeof(T));
        return at;
    }

    template <class T, class Get> const T *place_all(c10::ArrayRef<c10::IValue> results, Get get)
    {
        T *at = place<T>(results.size());
        for (size_t i = 0; i < results.size(); i++)
            at[i] = get(results[i]);
        return at;
    }

    const char *text(const std::string &value)
    {
        return static_cast<const char *>(std::memcpy(place<char>(value.size() + 1), value.c_str(), value.size() + 1));
    }

    ct_tensor *tensor(const c10::IValue &value)
    {
        if (value.isNone() || !value.toTensor().defined())
            return nullptr;
        handles.reserve(handles.size() + 1);
        handles.push_back(box(value.toTensor()));
        return handles.back();
    }

    // The values are the caller's from now on.
    void hand_out(const std::vector<ct_value> &made, ct_value *to)
    {
        handles.clear();
        std::copy(made.begin(), made.end(), to);
    }

    char *lent;
    std::vector<ct_tensor *> handles;
};

} // namespace ct
