/* ctorch/scope.h: the arena that frees what was made in it, and the place where the first failure is kept.
 *
 *     ct_scope *scope = ct_scope_begin();
 *     ct_tensor *y = ct_relu(ct_add(ct_matmul(x, w), b));
 *     ...
 *     if (ct_scope_end(scope) != CT_OK) fprintf(stderr, "%s\n", ct_error_message());
 *
 * Scopes belong to their thread and nest. Every handle made on the thread belongs to its innermost scope and is freed
 * when that ends; handles made outside any scope are the caller's to free. Once a call has failed, every later call in
 * the scope does nothing and returns its failure value, so that a chain needs one check, at its end; freeing and ending
 * always work.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_SCOPE_H
#define CTORCH_SCOPE_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

typedef struct ct_scope ct_scope;

/* Opens a scope in the innermost one of this thread. Inside a scope that has failed, the new one has failed too.
 * NULL when memory is out; ct_scope_end(NULL) then reports it. @since 0.1 */
CT_API ct_scope *ct_scope_begin(void);

/* Ends a scope, and those opened in it that are still open: frees the handles made in it, newest first, then runs what
 * was deferred, newest first. Returns the first failure in it, or CT_OK; the enclosing scope then has failed as well. A
 * scope of another thread, or one that has ended, is an error and changes nothing. @since 0.1 */
CT_API ct_status ct_scope_end(ct_scope *scope);

/* Ends a scope as ct_scope_end does, but hands its failure on to nobody: the enclosing scope stays as it was.
 *
 *     ct_scope *attempt = ct_scope_begin();
 *     ct_module_load(net, "best.pt");
 *     if (ct_scope_catch(attempt) != CT_OK)
 *         fprintf(stderr, "starting afresh: %s\n", ct_error_message());
 *
 * `try: ... except: ...`. @since 0.1 */
CT_API ct_status ct_scope_catch(ct_scope *scope);

/* Runs action(argument) when the innermost scope ends, after its handles are freed: `ct_scope_defer(free, buffer)`.
 * Runs it at once, and fails, when there is no scope or no memory. @since 0.1 */
CT_API ct_status ct_scope_defer(void (*action)(void *argument), void *argument);

CT_END_DECLS

#endif
