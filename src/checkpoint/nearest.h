/* checkpoint/nearest.h: the name that was probably meant.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_NEAREST_H
#define CTORCH_CHECKPOINT_NEAREST_H

#include <stddef.h>

/* How many letters must be added, dropped or changed to make one name of the other; more than `most` is not told
 * apart from most + 1. Names longer than 255 letters count as far. */
size_t edit_distance(const char *a, const char *b, size_t most);

#endif
