// tree.hpp: what is in a saved file, as a tree of values.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "saved_tensors.hpp"
#include "value_arena.hpp"

namespace ct {

// Values and the tensors in them, as long as it lives. What Python shared is one list, dict or tensor here too, and a
// list that holds itself does so here.
class TreeGrower {
public:
    // An object that is opaque shows its class alone.
    explicit TreeGrower(std::shared_ptr<SavedTensors> tensors, bool (*is_opaque)(const record *) = nullptr)
        : tensors(std::move(tensors)), is_opaque(is_opaque)
    {
    }

    // Enters each record once, in the order of record.h's walk, which bounds the depth; but opaque objects are passed
    // over, so that it is looked at here, too.
    ct_value value(const record *r);

    size_t size() const { return arena.size(); }

private:
    ct_value begin(const record *r, ct_value made);
    ct_value compound(const record *r);
    ct_value items(const record *r, ct_value_kind kind);
    ct_value dict(const record *r);
    ct_value global(const record *r);
    ct_value object(const record *r);
    ct_value tensor(const record *r);

    std::shared_ptr<SavedTensors> tensors; // and the file, from which texts are borrowed
    bool (*is_opaque)(const record *);
    ValueArena arena;
    std::unordered_map<const record *, ct_value> known;
    int depth = 0;
};

class Tree {
public:
    Tree(std::shared_ptr<SavedTensors> tensors, const record *root)
        : grower(std::move(tensors)), top(grower.value(root))
    {
    }

    ct_value root() const { return top; }
    size_t size() const { return grower.size(); }

private:
    TreeGrower grower;
    ct_value top;
};

// Trees that are given the same tensors share them.
std::shared_ptr<const Tree> make_tree(std::shared_ptr<SavedTensors> tensors, const record *root);
std::shared_ptr<const Tree> make_tree(saved_file *file, const record *root);

} // namespace ct
