/* ctorch/generator.h: random numbers with a seed of their own: `ct_rand(CT_DIMS(3), CT_FLOAT32, .generator = g)`.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_GENERATOR_H
#define CTORCH_GENERATOR_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* A generator of a device, "cpu" or "cuda:1", with PyTorch's default seed. On devices other than the CPU it needs
 * libtorch 2.6. torch.Generator. @since 0.1 */
CT_API ct_generator *ct_generator_new(const char *device);

/* The generator that ct_manual_seed seeds for the CPU, and that draws where none is given. torch.default_generator.
 * @since 0.1 */
CT_API ct_generator *ct_default_generator(void);

/* Frees a handle; NULL does nothing. @since 0.1 */
CT_API void ct_generator_free(ct_generator *self);

/* Moves a handle one scope outwards, and returns it. NULL in a scope that has failed. @since 0.1 */
CT_API ct_generator *ct_generator_escape(ct_generator *self);

/* Begins anew: the same seed gives the same numbers. Generator.manual_seed. @since 0.1 */
CT_API ct_status ct_generator_manual_seed(ct_generator *self, uint64_t seed);

/* Begins anew with a seed that nobody chose, and returns it; 0 on failure. Generator.seed. @since 0.1 */
CT_API uint64_t ct_generator_seed(ct_generator *self);

/* The seed that it began with; 0 on failure. Generator.initial_seed. @since 0.1 */
CT_API uint64_t ct_generator_initial_seed(const ct_generator *self);

/* All that the next numbers depend on, as bytes: Python reads them, too. Generator.get_state. @since 0.1 */
CT_API ct_tensor *ct_generator_get_state(const ct_generator *self);

/* Goes back to a state. Generator.set_state. @since 0.1 */
CT_API ct_status ct_generator_set_state(ct_generator *self, const ct_tensor *new_state);

/* Its device, "cpu" or "cuda:0"; "" on failure. Valid as ct_tensor_shape_to_string's. Generator.device. @since 0.1 */
CT_API const char *ct_generator_device(const ct_generator *self);

CT_END_DECLS

#endif
