// tree.hpp: what is in a saved file, as a tree of values.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "saved_tensors.hpp"
#include "value_arena.hpp"

namespace ct {

// Values and the tensors in them, as long as it lives. What Python shared is one list, dict or tensor here too, and a
// list that holds itself does so here.
class Tree {
public:
    Tree(std::shared_ptr<SavedTensors> tensors, const record *root);

    ct_value root() const { return top; }
    size_t size() const { return arena.size(); }

private:
    std::shared_ptr<SavedTensors> tensors; // and the file, from which texts are borrowed
    ValueArena arena;
    ct_value top;
};

// Trees that are given the same tensors share them.
std::shared_ptr<const Tree> make_tree(std::shared_ptr<SavedTensors> tensors, const record *root);
std::shared_ptr<const Tree> make_tree(saved_file *file, const record *root);

} // namespace ct
