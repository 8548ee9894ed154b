// handles.cpp: the rare paths of handles.
// SPDX-License-Identifier: BSD-3-Clause
#include "handles.hpp"

#include "core/text.h"

#include <cstdlib>

namespace ct {

void fail_handle(const void *any, const handle_type *type, const char *argument)
{
    if (!any)
        fail_null(argument);
    std::unique_ptr<char, decltype(&std::free)> fault(handle_fault(any, type->kind, argument), std::free);
    fail(CT_ERROR_TYPE, fault ? fault.get() : argument);
}

const char *lend(const std::string &text)
{
    const char *lent = scope_lend(text_copy(text.c_str()));
    if (!lent)
        throw std::bad_alloc();
    return lent;
}

} // namespace ct
