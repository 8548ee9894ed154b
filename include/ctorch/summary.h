/* ctorch/summary.h: a table of a network's layers, as torchinfo prints it:
 *
 *     puts(ct_module_summary(net, CT_TENSORS(x), .col_width = 18));
 *
 *     ==============================================================================================
 *     Layer (type:depth-idx)                   Output Shape       Param #            Mult-Adds
 *     ==============================================================================================
 *     Sequential                               [1, 8, 26, 26]     --                 --
 *     ├─Conv2d: 1-1                            [1, 8, 26, 26]     80                 54,080
 *     ├─ReLU: 1-2                              [1, 8, 26, 26]     --                 --
 *     ...
 *
 * It calls the module once, without recording gradients, and leaves no trace of it, also when the call fails: training
 * modes, buffers and random numbers are as they were. What the module's own C code changes elsewhere stays changed.
 *
 * A row is a call: a module that is called again has another row, "(recursive)", and one that is not called has none
 * unless it holds one that is. Mult-adds are torchinfo's, of modules without children: a Conv's parameters times the
 * positions of its output, another's weight and bias times the batch, a recurrent layer's times batch and steps.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_SUMMARY_H
#define CTORCH_SUMMARY_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* The numbers below the table, under the names of torchinfo's results. */
typedef struct ct_summary_totals {
    int64_t total_params; /* each counted once */
    int64_t trainable_params;
    int64_t total_mult_adds;
    int64_t total_input;        /* bytes of the inputs */
    int64_t total_output_bytes; /* bytes of what layers with parameters give, and of as many gradients */
    int64_t total_param_bytes;
} ct_summary_totals;

typedef struct ct_summary_options {
    int64_t depth;             /* how many levels of children are shown; all are counted */
    int64_t col_width;         /* characters in a column */
    const char *mode;          /* the call's: "eval", "train", or "same" as the modules are in */
    ct_summary_totals *totals; /* where the numbers go, too; NULL: nowhere */

    /* The columns, of "kernel_size", "groups", "input_size", "output_size", "num_params", "params_percent", "mult_adds"
     * and "trainable". */
    const char *col_names[8];

    /* What rows show, of "depth", "var_names", "ascii_only" and "hide_recursive_layers". */
    const char *row_settings[4];
} ct_summary_options;

CT_API ct_summary_options ct_summary_options_default(void);
#define CT_SUMMARY_DEFAULTS                                                                                            \
    .depth = 3, .col_width = 25, .mode = "eval", .totals = NULL,                                                       \
    .col_names = {"output_size", "num_params", "mult_adds"}, .row_settings = {"depth"}

/* The table, for inputs as ct_module_call takes them:
 * `ct_module_summary(net, CT_TENSORS(x), .depth = 4, .row_settings = {"depth", "var_names"})`; "" on failure, which
 * writes no totals. Valid as ct_module_name_at's. torchinfo.summary. @since 0.1 */
CT_API const char *ct_module_summary_with(ct_module *self, ct_tensor *const *inputs, size_t n,
                                          const ct_summary_options *options);
#define ct_module_summary(...) CT_MODULE_SUMMARY_(__VA_ARGS__, )
#define CT_MODULE_SUMMARY_(self, inputs, n, ...)                                                                       \
    CT_KEYWORDS_(ct_module_summary_with(self, inputs, n, &(ct_summary_options){CT_SUMMARY_DEFAULTS, __VA_ARGS__}))

CT_END_DECLS

#endif
