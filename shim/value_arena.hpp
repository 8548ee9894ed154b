// value_arena.hpp: what a tree of values lives in. Values borrow; an arena is whom they borrow from.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

#include <ctorch/value.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ct {

class ValueArena {
public:
    ValueArena() = default;
    ~ValueArena();
    ValueArena(const ValueArena &) = delete;
    ValueArena &operator=(const ValueArena &) = delete;

    // Room for n values, None to begin with.
    ct_value *values(size_t n);
    const char *text(std::string text);

    // A value with a handle of the arena's own, which belongs to no scope.
    ct_value tensor(const at::Tensor &tensor);

    // The same of a tensor that is made when somebody asks for it.
    ct_value pending(at::Tensor description, std::function<at::Tensor()> make);

    ct_value list(ct_value_kind kind, const std::vector<ct_value> &items);

    // Keeps what something in it points to.
    void hold(std::shared_ptr<const void> other) { others.push_back(std::move(other)); }

    // How many values there are.
    size_t size() const { return count; }

private:
    template <class Make> ct_value keep(Make make);

    std::vector<std::unique_ptr<ct_value[]>> arrays;
    std::deque<std::string> texts;
    std::deque<Pending> awaited;
    std::vector<ct_tensor *> handles;
    std::vector<std::shared_ptr<const void>> others;
    size_t count = 0;
};

} // namespace ct
