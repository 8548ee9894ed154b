/* ctorch/parametrize.h: parameters that are computed from others: normalized weights, orthogonal matrices, and formulas
 * of one's own:
 *
 *     ct_weight_norm(conv, "weight");                        torch.nn.utils.weight_norm(conv)
 *     ct_parametrizations_spectral_norm(linear, "weight");   torch.nn.utils.parametrizations.spectral_norm(linear)
 *
 * The module keeps what the parameter is computed from: that is what learns and what is saved, under Python's names.
 * A function that fails changes nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_PARAMETRIZE_H
#define CTORCH_PARAMETRIZE_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

typedef struct ct_weight_norm_options {
    int64_t dim; /* each slice along it has a norm of its own; CT_NONE: one norm for all */
} ct_weight_norm_options;

CT_API ct_weight_norm_options ct_weight_norm_options_default(void);
#define CT_WEIGHT_NORM_DEFAULTS .dim = 0
#define CT_WEIGHT_NORM_(function, self, name, ...)                                                                     \
    CT_KEYWORDS_(function(self, name, &(ct_weight_norm_options){CT_WEIGHT_NORM_DEFAULTS, __VA_ARGS__}))

typedef struct ct_spectral_norm_options {
    int64_t n_power_iterations; /* in each call in training mode */
    double eps;                 /* the least norm that is divided by */
    int64_t dim;                /* that of the outputs; CT_NONE: 1 for a ConvTranspose, else 0 */
} ct_spectral_norm_options;

CT_API ct_spectral_norm_options ct_spectral_norm_options_default(void);
#define CT_SPECTRAL_NORM_DEFAULTS .n_power_iterations = 1, .eps = 1e-12, .dim = CT_NONE
#define CT_SPECTRAL_NORM_(function, self, name, ...)                                                                   \
    CT_KEYWORDS_(function(self, name, &(ct_spectral_norm_options){CT_SPECTRAL_NORM_DEFAULTS, __VA_ARGS__}))

/* ---- torch.nn.utils: computed before each forward of the module, and not in between ---- */

/* Splits a parameter into its length and its direction, "weight_g" and "weight_v": `ct_weight_norm(conv, "weight",
 * .dim = 1)`. nn.utils.weight_norm. @since 0.1 */
CT_API ct_status ct_weight_norm_with(ct_module *self, const char *name, const ct_weight_norm_options *options);
#define ct_weight_norm(...) CT_WEIGHT_NORM_(ct_weight_norm_with, __VA_ARGS__, )

/* Makes it one parameter again, of the value that it has. nn.utils.remove_weight_norm. @since 0.1 */
CT_API ct_status ct_remove_weight_norm(ct_module *self, const char *name);

/* Divides a parameter by its largest singular value, which the buffers "weight_u" and "weight_v" approximate; the
 * parameter is "weight_orig": `ct_spectral_norm(conv, "weight", .n_power_iterations = 3)`. nn.utils.spectral_norm.
 * @since 0.1 */
CT_API ct_status ct_spectral_norm_with(ct_module *self, const char *name, const ct_spectral_norm_options *options);
#define ct_spectral_norm(...) CT_SPECTRAL_NORM_(ct_spectral_norm_with, __VA_ARGS__, )

/* Makes it a plain parameter again, of the value that it has. nn.utils.remove_spectral_norm. @since 0.1 */
CT_API ct_status ct_remove_spectral_norm(ct_module *self, const char *name);

/* ---- torch.nn.utils.parametrizations: computed whenever the parameter is asked for ---- */

/* ct_weight_norm's, as "parametrizations.weight.original0" and "original1". nn.utils.parametrizations.weight_norm.
 * @since 0.1 */
CT_API ct_status ct_parametrizations_weight_norm_with(ct_module *self, const char *name,
                                                      const ct_weight_norm_options *options);
#define ct_parametrizations_weight_norm(...) CT_WEIGHT_NORM_(ct_parametrizations_weight_norm_with, __VA_ARGS__, )

/* ct_spectral_norm's, as "parametrizations.weight.original" with the buffers "parametrizations.weight.0._u" and "_v"; a
 * vector is divided by its norm. nn.utils.parametrizations.spectral_norm. @since 0.1 */
CT_API ct_status ct_parametrizations_spectral_norm_with(ct_module *self, const char *name,
                                                        const ct_spectral_norm_options *options);
#define ct_parametrizations_spectral_norm(...) CT_SPECTRAL_NORM_(ct_parametrizations_spectral_norm_with, __VA_ARGS__, )

typedef struct ct_orthogonal_options {
    const char *orthogonal_map; /* "matrix_exp", "cayley", "householder"; NULL: matrix_exp for square or complex ones,
                                   else householder */
    bool use_trivialization;    /* learn the way from where the matrix is, kept in the buffer "base" */
} ct_orthogonal_options;

CT_API ct_orthogonal_options ct_orthogonal_options_default(void);
#define CT_ORTHOGONAL_DEFAULTS .orthogonal_map = NULL, .use_trivialization = true

/* Keeps a matrix, or each of a batch, orthogonal: its columns, or, of a wide one, its rows:
 * `ct_parametrizations_orthogonal(linear, "weight", .orthogonal_map = "cayley")`. nn.utils.parametrizations.orthogonal.
 * @since 0.1 */
CT_API ct_status ct_parametrizations_orthogonal_with(ct_module *self, const char *name,
                                                     const ct_orthogonal_options *options);
#define ct_parametrizations_orthogonal(...) CT_ORTHOGONAL_(__VA_ARGS__, )
#define CT_ORTHOGONAL_(self, name, ...)                                                                                \
    CT_KEYWORDS_(ct_parametrizations_orthogonal_with(self, name,                                                       \
                                                     &(ct_orthogonal_options){CT_ORTHOGONAL_DEFAULTS, __VA_ARGS__}))

/* ---- torch.nn.utils.parametrize: by a module whose forward computes the parameter from the original ---- */

typedef struct ct_parametrization_options {
    bool unsafe; /* it may change shape and type, and is not run to see whether it does */
} ct_parametrization_options;

CT_API ct_parametrization_options ct_parametrization_options_default(void);
#define CT_PARAMETRIZATION_DEFAULTS .unsafe = false

/* Computes a parameter by a module, or by one more: `ct_module_register_parametrization(linear, "weight", symmetric)`.
 * The original is "parametrizations.weight.original". nn.utils.parametrize.register_parametrization. @since 0.1 */
CT_API ct_status ct_module_register_parametrization_with(ct_module *self, const char *name,
                                                         const ct_module *parametrization,
                                                         const ct_parametrization_options *options);
#define ct_module_register_parametrization(...) CT_REGISTER_PARAMETRIZATION_(__VA_ARGS__, )
#define CT_REGISTER_PARAMETRIZATION_(self, name, parametrization, ...)                                                 \
    CT_KEYWORDS_(ct_module_register_parametrization_with(                                                              \
        self, name, parametrization, &(ct_parametrization_options){CT_PARAMETRIZATION_DEFAULTS, __VA_ARGS__}))

/* Whether a parameter is computed by parametrizations; for "", whether any is; false on failure.
 * nn.utils.parametrize.is_parametrized. @since 0.1 */
CT_API bool ct_module_is_parametrized(const ct_module *self, const char *name);

typedef struct ct_remove_parametrizations_options {
    bool leave_parametrized; /* keep the computed value, not that of the original */
} ct_remove_parametrizations_options;

CT_API ct_remove_parametrizations_options ct_remove_parametrizations_options_default(void);
#define CT_REMOVE_PARAMETRIZATIONS_DEFAULTS .leave_parametrized = true

/* Makes it a plain parameter again: `ct_module_remove_parametrizations(linear, "weight")`. One original remains the
 * parameter that an optimizer knows; of several, a new one is made. nn.utils.parametrize.remove_parametrizations.
 * @since 0.1 */
CT_API ct_status ct_module_remove_parametrizations_with(ct_module *self, const char *name,
                                                        const ct_remove_parametrizations_options *options);
#define ct_module_remove_parametrizations(...) CT_REMOVE_PARAMETRIZATIONS_(__VA_ARGS__, )
#define CT_REMOVE_PARAMETRIZATIONS_(self, name, ...)                                                                   \
    CT_KEYWORDS_(ct_module_remove_parametrizations_with(                                                               \
        self, name, &(ct_remove_parametrizations_options){CT_REMOVE_PARAMETRIZATIONS_DEFAULTS, __VA_ARGS__}))

CT_END_DECLS

#endif
