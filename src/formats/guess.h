/* formats/guess.h: what a file seems to be that is not what it should be.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_GUESS_H
#define CTORCH_FORMATS_GUESS_H

#include <ctorch/base.h>

/* Fails with CT_ERROR_FORMAT and a message that says what the bytes look like, and how to get a file of torch.save
 * from it. */
ct_status guess_fail(const unsigned char *bytes, size_t size, const char *path);

#endif
