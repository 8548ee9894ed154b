// summary.cpp: include/ctorch/summary.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "summary.hpp"

#include "convert.hpp"

using namespace ct;

namespace {

const char *summary(const ObjectPtr &self, const Tensors &inputs, const ct_summary_options &options)
{
    SummaryMode mode = checked(options);
    Summary result = summarize(self, inputs, mode);
    const char *lent = lend(table(result, options));
    if (options.totals)
        *options.totals = result.totals;
    return lent;
}

} // namespace

const char *ct_module_summary_with(ct_module *self, ct_tensor *const *inputs, size_t n,
                                   const ct_summary_options *options)
{
    return guard_or("", [&] {
        return summary(ARG(self), tensors_or_none(inputs, n, "inputs"), given(options, ct_summary_options_default()));
    });
}
