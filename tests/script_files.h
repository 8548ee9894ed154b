/* tests/script_files.h: the TorchScript programs that Python wrote (python/script_cases.py), and what they gave there.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_SCRIPT_FILES_H
#define CTORCH_TESTS_SCRIPT_FILES_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

static const char *python_file(const char *name)
{
    return oracle_fresh("script/%s", name);
}

static ct_script *load(const char *name)
{
    ct_script *script = ct_script_load(python_file(name));
    ck_assert_msg(script != NULL, "%s: %s", name, ct_error_message());
    return script;
}

static ct_tensor *expected(const char *name)
{
    return ct_dict_get(ct_load(python_file("expected.pt")), name);
}

#endif
