/* formats/module_text.h: modules as Python writes them: a constructor call, `Conv2d(3, 32, 7, bias=False)`, and the
 * tree that `print(model)` prints. Names are kept as names; nothing is looked up or run.
 *
 * Values: int, float (inf and nan too), str, None, True, False, tuple, list, dict, calls and names. A name is a
 * RECORD_GLOBAL: `torch.float64` is ("torch", "float64"), `same` is ("", "same"). A call is a RECORD_OBJECT: its
 * callable is such a global, args is a tuple, kwargs a dict with strings as keys, or NULL. `float('inf')` is the
 * number, and so are `torch.inf` and `math.inf`.
 *
 * Failures are CT_ERROR_FORMAT with the place: "module text, line 3, column 14: expected ',' or ')', found 'x'".
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_MODULE_TEXT_H
#define CTORCH_FORMATS_MODULE_TEXT_H

#include <ctorch/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "formats/record.h"

enum {
    MODULE_TEXT_DEPTH_MAX = 200,      /* brackets within brackets, as in Python; modules within modules, too */
    MODULE_TEXT_MODULES_MAX = 1 << 18 /* in a tree, each repetition counted */
};

/* A pool for the records of one text, with room for what a text of its size can hold. */
ct_status module_text_pool_new(record_pool **out, const char *text);

/* Reads one call. NULL on failure. */
record *module_text_call(record_pool *pool, const char *text);

/* Reads what `print(model)` prints, in the form of any release from 1.13 on. NULL on failure.
 *
 * A module is a RECORD_OBJECT: the callable is its class, object->dict its children by name, NULL when there are none.
 * A child is a module, or one of these: RECORD_NONE, for `(x): None`; an object of ("torch.nn", "Parameter") or
 * ("torch", "Tensor") with args (dtype as printed, 'torch.float32' or 'torch.FloatTensor', a tuple of the sizes) and a
 * kwarg `device`, 'cuda:0', where one is printed; a RECORD_GLOBAL ("", type) for `Object of type: type`.
 * `(0-2): 3 x Linear(...)` becomes three children that are one record. A name that is there twice, as that of a module
 * in a ParameterDict is, has its last value, as in record_get.
 *
 * What the module says of itself, its extra_repr, is args and kwargs where it reads as arguments of a call; everything
 * else is one string in args, with its lines. */
record *module_text_tree(record_pool *pool, const char *text);

#ifdef __cplusplus
}
#endif

#endif
