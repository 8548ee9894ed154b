/* core/error.c: the thread's last failure and the latch.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"

#include "core/scope.h"
#include "core/text.h"
#include "core/thread.h"

#include <stdlib.h>
#include <string.h>

static void forget(failure *error)
{
    free(error->message);
    free(error->backtrace);
    *error = (failure){.code = CT_OK};
}

/* libtorch's messages, and callers', may have several lines. */
static void make_one_line(char *message)
{
    size_t n = message ? strlen(message) : 0;
    while (n > 0 && message[n - 1] == '\n')
        message[--n] = '\0';
    for (size_t i = 0; i < n; i++)
        if (message[i] == '\n')
            message[i] = ' ';
}

/* The one place where a failure enters. Takes over the texts. */
static ct_status latch(failure error)
{
    thread *t = thread_self();
    if (t->top && t->top->failure != CT_OK) {
        forget(&error);
        return t->top->failure;
    }
    forget(&t->error);
    make_one_line(error.message);
    t->error = error;
    if (t->top)
        t->top->failure = error.code;
    return error.code;
}

ct_status core_fail(ct_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = text_format_list(format, arguments);
    va_end(arguments);
    return latch((failure){.code = code, .message = message});
}

ct_status core_fail_text(ct_status code, const char *message, size_t path_size, const char *backtrace)
{
    return latch((failure){.code = code,
                           .message = text_copy(message),
                           .path_size = path_size,
                           .backtrace = backtrace ? text_copy(backtrace) : NULL});
}

size_t core_failure_path(void)
{
    return thread_self()->error.path_size;
}

ct_status core_fail_null(const char *function, const char *argument)
{
    thread *t = thread_self();
    if (t->error.code == CT_OK || t->error.read)
        return core_fail(CT_ERROR_VALUE, "%s: %s is NULL", function, argument);
    if (t->top && t->top->failure == CT_OK)
        t->top->failure = t->error.code;
    return t->error.code;
}

const char *ct_error_message(void)
{
    failure *error = &thread_self()->error;
    error->read = true;
    if (error->code == CT_OK)
        return "";
    return error->message ? error->message : ct_status_name(error->code);
}

ct_status ct_error_code(void)
{
    return thread_self()->error.code;
}

const char *ct_error_backtrace(void)
{
    const failure *error = &thread_self()->error;
    return error->backtrace ? error->backtrace : "";
}

ct_status ct_error_set(ct_status code, const char *message)
{
    if (code <= CT_OK || code > CT_ERROR_INTERNAL)
        code = CT_ERROR_VALUE;
    return core_fail_text(code, message ? message : ct_status_name(code), 0, NULL);
}

void ct_error_clear(void)
{
    thread *t = thread_self();
    if (t->top && t->top->outer && t->top->outer->failure != CT_OK)
        return; /* what an enclosing scope holds stays, message and all */
    forget(&t->error);
    if (t->top)
        t->top->failure = CT_OK;
}
