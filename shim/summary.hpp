// summary.hpp: what a call of a network did, module by module, and the table that shows it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

#include <ctorch/summary.h>

namespace ct {

// A call of a module, or a container whose modules were called without it.
struct SummaryRow {
    ObjectPtr module;
    std::string name; // its parent's name for it
    int64_t depth = 0;
    int64_t index = 0;         // among the rows of this depth, from 1
    bool is_recursive = false; // has a row already
    std::vector<int64_t> input, output; // sizes of the first; empty when there was no call
    int64_t output_bytes = 0;

    // Of the module with all below it.
    int64_t params = 0, trainable = 0;

    // Of a module with children, what no row but this one shows: its own, and those of modules that were not called.
    int64_t params_left = 0;

    int64_t mult_adds = 0; // of the call; with children, of the calls below

    bool is_leaf() const { return module->children().empty(); }
};

struct Summary {
    std::vector<SummaryRow> rows;
    ct_summary_totals totals = {};
};

enum class SummaryMode { eval, train, same };

// Calls the module, and puts everything back as it was.
Summary summarize(const ObjectPtr &module, const Tensors &inputs, SummaryMode mode);

// Fails where the options are not good. The first finds out before a call is made.
SummaryMode checked(const ct_summary_options &options);
std::string table(const Summary &summary, const ct_summary_options &options);

} // namespace ct
