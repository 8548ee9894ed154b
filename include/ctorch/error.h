/* ctorch/error.h: what went wrong, on this thread.
 *
 * A maker returns a handle, or NULL. A doer returns a ct_status, CT_OK being 0. A reader returns the value, or the
 * neutral one that its comment names. Each failure leaves a message of one line here. It stays until the next failure
 * or ct_error_clear.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_ERROR_H
#define CTORCH_ERROR_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

/* What went wrong, in one line: "layers.4: mat1 and mat2 shapes cannot be multiplied (1x2 and 10x100)"; "" when nothing
 * did. A NULL argument that an earlier failure caused does not replace that failure's message before it has been read
 * here. Valid until the next failure on this thread. @since 0.1 */
CT_API const char *ct_error_message(void);

/* The code of the failure that ct_error_message describes; CT_OK when there is none. @since 0.1 */
CT_API ct_status ct_error_code(void);

/* Where libtorch was when it failed: its C++ backtrace, several lines; "" where there is none.
 * Valid until the next failure on this thread. @since 0.1 */
CT_API const char *ct_error_backtrace(void);

/* Fails with a code and a message of one's own, as a callback does that refuses its input. Latches in the innermost
 * scope like any other failure; returns what the scope then holds, so that a doer can end in
 * `return ct_error_set(...)`. CT_OK is not a failure and becomes CT_ERROR_VALUE; a NULL message becomes the code's
 * name. `raise`. @since 0.1 */
CT_API ct_status ct_error_set(ct_status code, const char *message);

/* Forgets the failure: the innermost scope works again, and the message is "". One that an enclosing scope holds stays.
 * To try something that may fail, see ct_scope_catch. @since 0.1 */
CT_API void ct_error_clear(void);

CT_END_DECLS

#endif
