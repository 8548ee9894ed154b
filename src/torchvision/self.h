/* torchvision/self.h: reading a module as Python's forward does: self.conv1(x), self.downsample, self.window_size.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_SELF_H
#define CTORCH_TORCHVISION_SELF_H

#include <ctorch/module.h>

/* self.name(x). */
ct_tensor *self_call(ct_module *self, const char *name, const ct_tensor *x);

/* Children one after the other, `self_chain(self, x, "conv1", "bn1", "relu")`: x = self.conv1(x), x = self.bn1(x), ...
 * What comes out of one is freed when the next has used it, as Python does. */
#define self_chain(self, x, ...) self_chain_names(self, x, (const char *const[]){__VA_ARGS__, NULL})
ct_tensor *self_chain_names(ct_module *self, ct_tensor *x, const char *const *names);

/* All children one after the other: `for m in self: x = m(x)`. */
ct_tensor *self_through(const ct_module *self, ct_tensor *x);

/* Whether self.name is a module, and not None. */
bool self_has(const ct_module *self, const char *name);

/* self.name, a parameter that may be None: NULL. */
ct_tensor *self_optional(const ct_module *self, const char *name);

/* The n whole numbers of self.name, a list or tuple; fails for another number of them. */
void self_ints(const ct_module *self, const char *name, int64_t *values, size_t n);

/* Whether a forward of one input was given one; fails otherwise. */
bool self_takes_one(const ct_module *self, size_t n);

#endif
