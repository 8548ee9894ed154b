/* ctorch/init.h: how parameters begin: `ct_init_xavier_uniform_(w, .gain = 2)` is nn.init.xavier_uniform_(w, gain=2).
 * Each function fills a tensor in place, records no gradient, and draws what Python draws with the same seed on the
 * same release. Behind each macro stands a function that takes the options as a struct; NULL is all defaults.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_INIT_H
#define CTORCH_INIT_H

#include <ctorch/tensor.h>

#include <math.h>

CT_BEGIN_DECLS

/* ---- Gain ---- */

typedef struct ct_init_gain_options {
    double param; /* the negative slope of "leaky_relu"; NAN: 0.01 */
} ct_init_gain_options;

/* By how much weights grow for a nonlinearity: "linear", "conv1d" ... "conv_transpose3d", "sigmoid", "tanh", "relu",
 * "leaky_relu", "selu"; NAN on failure. `ct_init_calculate_gain("leaky_relu", .param = 0.2)`. nn.init.calculate_gain.
 * @since 0.1 */
CT_API double ct_init_calculate_gain_with(const char *nonlinearity, const ct_init_gain_options *options);
CT_API ct_init_gain_options ct_init_gain_options_default(void);
#define CT_INIT_GAIN_DEFAULTS .param = NAN
#define ct_init_calculate_gain(...)                                                                                    \
    CT_INIT_(ct_init_calculate_gain_with, ct_init_gain_options, CT_INIT_GAIN_DEFAULTS, __VA_ARGS__, )

/* ---- Constants ---- */

/* One value everywhere. nn.init.constant_. @since 0.1 */
CT_API ct_status ct_init_constant_(ct_tensor *tensor, double val);

/* Ones. nn.init.ones_. @since 0.1 */
CT_API ct_status ct_init_ones_(ct_tensor *tensor);

/* Zeros. nn.init.zeros_. @since 0.1 */
CT_API ct_status ct_init_zeros_(ct_tensor *tensor);

/* The identity matrix, for two dimensions. nn.init.eye_. @since 0.1 */
CT_API ct_status ct_init_eye_(ct_tensor *tensor);

typedef struct ct_init_dirac_options {
    int64_t groups; /* of the convolution */
} ct_init_dirac_options;

/* A convolution's weight of 3 to 5 dimensions with which channels pass unchanged, as many as can. nn.init.dirac_.
 * @since 0.1 */
CT_API ct_status ct_init_dirac_with_(ct_tensor *tensor, const ct_init_dirac_options *options);
CT_API ct_init_dirac_options ct_init_dirac_options_default(void);
#define CT_INIT_DIRAC_DEFAULTS .groups = 1
#define ct_init_dirac_(...) CT_INIT_(ct_init_dirac_with_, ct_init_dirac_options, CT_INIT_DIRAC_DEFAULTS, __VA_ARGS__, )

/* ---- Distributions ---- */

typedef struct ct_init_uniform_options {
    double a, b;             /* the lower and the upper bound */
    ct_generator *generator; /* what draws; NULL: the one that ct_manual_seed seeds */
} ct_init_uniform_options;

/* Draws from [a, b). nn.init.uniform_. @since 0.1 */
CT_API ct_status ct_init_uniform_with_(ct_tensor *tensor, const ct_init_uniform_options *options);
CT_API ct_init_uniform_options ct_init_uniform_options_default(void);
#define CT_INIT_UNIFORM_DEFAULTS .a = 0, .b = 1, .generator = NULL
#define ct_init_uniform_(...)                                                                                          \
    CT_INIT_(ct_init_uniform_with_, ct_init_uniform_options, CT_INIT_UNIFORM_DEFAULTS, __VA_ARGS__, )

typedef struct ct_init_normal_options {
    double mean, std;
    ct_generator *generator; /* what draws; NULL: the one that ct_manual_seed seeds */
} ct_init_normal_options;

/* Draws from the normal distribution. nn.init.normal_. @since 0.1 */
CT_API ct_status ct_init_normal_with_(ct_tensor *tensor, const ct_init_normal_options *options);
CT_API ct_init_normal_options ct_init_normal_options_default(void);
#define CT_INIT_NORMAL_DEFAULTS .mean = 0, .std = 1, .generator = NULL
#define ct_init_normal_(...)                                                                                           \
    CT_INIT_(ct_init_normal_with_, ct_init_normal_options, CT_INIT_NORMAL_DEFAULTS, __VA_ARGS__, )

typedef struct ct_init_trunc_normal_options {
    double mean, std;
    double a, b;             /* the smallest and the largest value */
    ct_generator *generator; /* what draws; NULL: the one that ct_manual_seed seeds */
} ct_init_trunc_normal_options;

/* Draws from the normal distribution within [a, b]. nn.init.trunc_normal_. @since 0.1 */
CT_API ct_status ct_init_trunc_normal_with_(ct_tensor *tensor, const ct_init_trunc_normal_options *options);
CT_API ct_init_trunc_normal_options ct_init_trunc_normal_options_default(void);
#define CT_INIT_TRUNC_NORMAL_DEFAULTS .mean = 0, .std = 1, .a = -2, .b = 2, .generator = NULL
#define ct_init_trunc_normal_(...)                                                                                     \
    CT_INIT_(ct_init_trunc_normal_with_, ct_init_trunc_normal_options, CT_INIT_TRUNC_NORMAL_DEFAULTS, __VA_ARGS__, )

/* ---- Scaled to the layer: tensor is a weight (out, in, ...) ---- */

typedef struct ct_init_scale_options {
    double gain;             /* a factor: see ct_init_calculate_gain */
    ct_generator *generator; /* what draws; NULL: the one that ct_manual_seed seeds */
} ct_init_scale_options;
CT_API ct_init_scale_options ct_init_scale_options_default(void);
#define CT_INIT_SCALE_DEFAULTS .gain = 1, .generator = NULL

/* Draws evenly, so that signals keep their size forwards and backwards (Glorot). nn.init.xavier_uniform_. @since 0.1 */
CT_API ct_status ct_init_xavier_uniform_with_(ct_tensor *tensor, const ct_init_scale_options *options);
#define ct_init_xavier_uniform_(...)                                                                                   \
    CT_INIT_(ct_init_xavier_uniform_with_, ct_init_scale_options, CT_INIT_SCALE_DEFAULTS, __VA_ARGS__, )

/* The same from the normal distribution. nn.init.xavier_normal_. @since 0.1 */
CT_API ct_status ct_init_xavier_normal_with_(ct_tensor *tensor, const ct_init_scale_options *options);
#define ct_init_xavier_normal_(...)                                                                                    \
    CT_INIT_(ct_init_xavier_normal_with_, ct_init_scale_options, CT_INIT_SCALE_DEFAULTS, __VA_ARGS__, )

typedef struct ct_init_kaiming_options {
    double a;         /* the negative slope of "leaky_relu" */
    const char *mode; /* "fan_in" keeps the size of signals forwards, "fan_out" backwards */
    const char *nonlinearity;
    ct_generator *generator; /* what draws; NULL: the one that ct_manual_seed seeds */
} ct_init_kaiming_options;
CT_API ct_init_kaiming_options ct_init_kaiming_options_default(void);
#define CT_INIT_KAIMING_DEFAULTS .a = 0, .mode = "fan_in", .nonlinearity = "leaky_relu", .generator = NULL

/* Draws evenly, so that signals keep their size through rectifiers (He). A tensor without elements stays as it is.
 * nn.init.kaiming_uniform_. @since 0.1 */
CT_API ct_status ct_init_kaiming_uniform_with_(ct_tensor *tensor, const ct_init_kaiming_options *options);
#define ct_init_kaiming_uniform_(...)                                                                                  \
    CT_INIT_(ct_init_kaiming_uniform_with_, ct_init_kaiming_options, CT_INIT_KAIMING_DEFAULTS, __VA_ARGS__, )

/* The same from the normal distribution. nn.init.kaiming_normal_. @since 0.1 */
CT_API ct_status ct_init_kaiming_normal_with_(ct_tensor *tensor, const ct_init_kaiming_options *options);
#define ct_init_kaiming_normal_(...)                                                                                   \
    CT_INIT_(ct_init_kaiming_normal_with_, ct_init_kaiming_options, CT_INIT_KAIMING_DEFAULTS, __VA_ARGS__, )

/* An orthogonal matrix, of all but the first dimension flattened. nn.init.orthogonal_. @since 0.1 */
CT_API ct_status ct_init_orthogonal_with_(ct_tensor *tensor, const ct_init_scale_options *options);
#define ct_init_orthogonal_(...)                                                                                       \
    CT_INIT_(ct_init_orthogonal_with_, ct_init_scale_options, CT_INIT_SCALE_DEFAULTS, __VA_ARGS__, )

typedef struct ct_init_sparse_options {
    double std;
    ct_generator *generator; /* what draws the numbers; the places of the zeros are drawn as ct_manual_seed says */
} ct_init_sparse_options;

/* Draws from the normal distribution, but for a share of each column, from 0 to 1, that is zeros; for two dimensions.
 * nn.init.sparse_. @since 0.1 */
CT_API ct_status ct_init_sparse_with_(ct_tensor *tensor, double sparsity, const ct_init_sparse_options *options);
CT_API ct_init_sparse_options ct_init_sparse_options_default(void);
#define CT_INIT_SPARSE_DEFAULTS .std = 0.01, .generator = NULL
#define ct_init_sparse_(...) CT_INIT_SPARSE_(__VA_ARGS__, )
#define CT_INIT_SPARSE_(tensor, sparsity, ...)                                                                         \
    CT_KEYWORDS_(                                                                                                      \
        ct_init_sparse_with_(tensor, sparsity, &(ct_init_sparse_options){CT_INIT_SPARSE_DEFAULTS, __VA_ARGS__}))

#define CT_INIT_(function, type, defaults, first, ...) CT_KEYWORDS_(function(first, &(type){defaults, __VA_ARGS__}))

CT_END_DECLS

#endif
