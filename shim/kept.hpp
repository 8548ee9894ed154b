// kept.hpp: values that somebody keeps: what a ct_value borrows, they own.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

#include <ctorch/value.h>

#include <deque>
#include <memory>

namespace ct {

// Where texts, lists and tensors of values live together, as long as anyone keeps one of them.
class Kept {
public:
    Kept() = default;
    ~Kept();
    Kept(const Kept &) = delete;

    const char *text(std::string text);
    const ct_value *values(std::vector<ct_value> list);
    ct_tensor *tensor(const at::Tensor &tensor); // lent: it is no live handle, and is not to be freed
    const ct_dict *dict(Dict dict);

    // A copy of n plain things.
    template <class Type> const Type *array(const Type *from, size_t n)
    {
        std::shared_ptr<Type> made(new Type[n], std::default_delete<Type[]>());
        std::copy_n(from, n, made.get());
        blocks.push_back(made);
        return made.get();
    }

    // A copy of everything in a value. What must not be kept, a pointer or a generator, is an error.
    ct_value copy(const ct_value &value);

private:
    template <class Handle> Handle *lend(Held<Handle> value);
    ct_value copy(ct_value value, size_t depth);
    const ct_value *copied(const ct_value *list, size_t n, size_t depth);

    std::deque<std::string> texts;
    std::deque<std::vector<ct_value>> lists;
    std::deque<handle> handles;
    std::deque<std::shared_ptr<void>> blocks;
};

// A caller's value as an attribute: plain where it is a number, a truth, a text or None.
Value attribute_of(const ct_value &given);

// An attribute as a value that borrows from it.
ct_value lent_value(const Value &attribute, const std::string &name);

} // namespace ct
