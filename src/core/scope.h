/* core/scope.h: scopes, as the rest of the library sees them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_SCOPE_H
#define CTORCH_CORE_SCOPE_H

#include <ctorch/scope.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The failure that the innermost scope of this thread holds: what every entry asks before it does anything. */
__attribute__((hot)) ct_status scope_failure(void);

/* Ends the innermost scope and those in it without passing a failure on; returns it. For callbacks, whose failures
 * travel on as exceptions. */
ct_status scope_end_quietly(ct_scope *scope);

/* Lends a text that malloc made: until the innermost scope ends, or, outside any scope, until the next text is lent.
 * Returns it; NULL, the text freed and the failure recorded, when memory is out. */
const char *scope_lend(char *text);

#ifdef __cplusplus
}
#endif

#endif
