/* core/error.h: the thread's last failure. Every failure of the library, from C or C++, passes through here.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_ERROR_H
#define CTORCH_CORE_ERROR_H

#include <ctorch/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Records a failure, latches it in the innermost scope, and returns its code, so that a function can end in
 * `return core_fail(CT_ERROR_FORMAT, "%s: ...", name)`. Inside a scope that has failed already it changes nothing. */
ct_status core_fail(ct_status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a finished message, of which the first path_size characters are a module's path (0: none), and a
 * backtrace, which may be NULL. */
ct_status core_fail_text(ct_status code, const char *message, size_t path_size, const char *backtrace);

/* How long the module's path at the beginning of the message is. A module around it puts its own in front. */
size_t core_failure_path(void);

/* A NULL argument: reports it, unless a failure whose message nobody has read yet explains it. */
ct_status core_fail_null(const char *function, const char *argument);

#ifdef __cplusplus
}
#endif

#endif
