/* ctorch/call.h: any operator of libtorch by its name, and those of libraries that are loaded at run time.
 *
 *     ct_tensor *y = ct_call("aten::conv2d", CT_ARGS(x, w, ct_value_none(), 2, ct_arg("groups", 2)));
 *     ct_value result[2];
 *     ct_call_into("aten::max.dim", CT_ARGS(x, 1), result, 2);
 *
 * What has a function of its own (ops.h, operators.h) is better called by it: the compiler then checks the arguments.
 * This is for the rest, for operators chosen at run time, and for bindings to other languages.
 *
 * "aten::add.Tensor" names one overload, "aten::relu.default" the one whose overload has no name. "aten::add" is the
 * first that the arguments fit, in the order in which torch.ops.aten.add tries them. "add" is "aten::add".
 *
 * Arguments are checked against the operator's schema before it is called: "aten::conv2d: argument 3 'bias' is Tensor?;
 * got 2 (int)". As in Python, a whole number goes for a real one, and one number for a list of fixed size (int[2]).
 * Gradients are recorded as by the typed functions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CALL_H
#define CTORCH_CALL_H

#include <ctorch/value.h>

CT_BEGIN_DECLS

/* ---- Calling by name ---- */

/* The result of an operator that returns one tensor: `ct_call("aten::add", CT_ARGS(x, 2))`. One that works in place
 * returns a handle on the tensor that it was given; None is NULL, without a failure. The name is looked up at every
 * call, which takes some microseconds: see ct_op_find. torch.ops.aten.add(x, 2). @since 0.1 */
CT_API ct_tensor *ct_call(const char *name, const ct_value *args, size_t n);

/* The m results of any operator. Tensors among them are new handles, in lists, too; texts and lists are lent until the
 * innermost scope ends, or, outside any, until the next text is made. On failure no result is written. @since 0.1 */
CT_API ct_status ct_call_into(const char *name, const ct_value *args, size_t n, ct_value *results, size_t m);

/* ---- Operators, looked up once ---- */

typedef struct ct_op ct_op;

/* An operator to call many times: one overload, or all of a name, as for ct_call; calls of it cost little more than
 * those of a typed function. Overloads that are registered later are not among them. torch.ops.aten.add. @since 0.1 */
CT_API ct_op *ct_op_find(const char *name);

/* Frees a handle; NULL does nothing. @since 0.1 */
CT_API void ct_op_free(ct_op *self);

/* Moves a handle one scope outwards, and returns it. NULL in a scope that has failed. @since 0.1 */
CT_API ct_op *ct_op_escape(ct_op *self);

/* As ct_call and ct_call_into. @since 0.1 */
CT_API ct_tensor *ct_op_call(const ct_op *self, const ct_value *args, size_t n);
CT_API ct_status ct_op_call_into(const ct_op *self, const ct_value *args, size_t n, ct_value *results, size_t m);

/* Its name, "aten::add.Tensor", or "aten::add" for all overloads; "" on failure. Valid as long as the handle.
 * @since 0.1 */
CT_API const char *ct_op_name(const ct_op *self);

/* What it takes and returns, "aten::relu(Tensor self) -> Tensor", a line for each overload; "" on failure. Lent until
 * the innermost scope ends, or, outside any, until the next text is made. @since 0.1 */
CT_API const char *ct_op_schema(const ct_op *self);

/* Visits the name of every overload of every operator that there is, in alphabetical order: "aten::add.Scalar". The
 * name is valid during the visit. @since 0.1 */
typedef void (*ct_op_visit)(const char *name, void *user);
CT_API ct_status ct_op_list(ct_op_visit visit, void *user);

/* Loads a shared library that registers operators, torchvision's or one with TORCH_LIBRARY of C++; they can be called
 * by name from then on. CT_ERROR_IO when it cannot be read, CT_ERROR_FORMAT when it cannot be loaded. It stays loaded.
 * torch.ops.load_library. @since 0.1 */
CT_API ct_status ct_load_library(const char *path);

CT_END_DECLS

#endif
