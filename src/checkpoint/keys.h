/* checkpoint/keys.h: the names that a file's entries have in the module.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_KEYS_H
#define CTORCH_CHECKPOINT_KEYS_H

#include <ctorch/checkpoint.h>

/* The same tensors under the names that the options make of theirs, in a dict of the innermost scope; NULL, with the
 * failure recorded, when two entries would have one name. `function` is for messages. */
ct_dict *keys_renamed(const ct_dict *dict, const ct_load_options *options, const char *function);

/* The prefix, with its dot, that all keys of a dict share and no key of the other begins with; malloc's, "" for
 * none. */
char *keys_foreign_prefix(const ct_dict *dict, const ct_dict *other);

#endif
