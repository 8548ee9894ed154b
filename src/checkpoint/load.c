/* checkpoint/load.c: a saved state_dict into a module: compare everything first, then copy.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/assign.h"
#include "checkpoint/keys.h"
#include "checkpoint/nearest.h"
#include "checkpoint/report.h"
#include "checkpoint/shape.h"
#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "core/text.h"

#include <ctorch/archive.h>
#include <ctorch/module.h>
#include <ctorch/ops.h>

#include <stdlib.h>
#include <string.h>

/* The name on the other side that is most like key and has no partner on this side. Looking is quadratic, so a
 * hopelessly different dict, of which the first names tell as much, is not compared throughout. */
static char *nearest(const char *key, const ct_dict *here, const ct_dict *there)
{
    enum { LOOKED_AT = 2000 };
    size_t most = strlen(key) / 2, best = most + 1;
    const char *found = NULL;
    size_t size = ct_dict_size(there);
    for (size_t i = 0; i < size && i < LOOKED_AT && best > 0; i++) {
        const char *name = ct_dict_name(there, i);
        size_t distance = edit_distance(key, name, best - 1);
        if (distance < best && !ct_dict_has(here, name)) {
            best = distance;
            found = name;
        }
    }
    return found ? text_format("nearest: %s", found) : text_copy("");
}

/* The keys of `keys` that `others` lacks. */
static void compare_keys(load_report *report, ct_load_problem kind, const ct_dict *keys, const ct_dict *others)
{
    enum { EXPLAINED = 100 };
    size_t size = ct_dict_size(keys);
    for (size_t i = 0; i < size; i++) {
        const char *key = ct_dict_name(keys, i);
        if (!ct_dict_has(others, key))
            load_report_add(report, kind, key, report->size < EXPLAINED ? nearest(key, keys, others) : text_copy(""));
    }
}

static void compare_tensors(load_report *report, bool is_lazy, const char *key, const ct_tensor *mine,
                            const ct_tensor *theirs)
{
    if (!is_lazy && !same_shape(mine, theirs)) {
        load_report_add(report, CT_LOAD_MISMATCH, key,
                        text_format("copying a param with shape %s from checkpoint, the shape in current model is %s",
                                    ct_tensor_shape_to_string(theirs), ct_tensor_shape_to_string(mine)));
        return;
    }
    report->matched++;
    if (ct_tensor_dtype(mine) != ct_tensor_dtype(theirs))
        load_report_add(report, CT_LOAD_DTYPE, key,
                        text_format("the checkpoint has %s, the current model %s",
                                    ct_dtype_name(ct_tensor_dtype(theirs)), ct_dtype_name(ct_tensor_dtype(mine))));
}

static void compare_entries(load_report *report, const ct_module *self, const ct_dict *own, const ct_dict *dict)
{
    size_t size = ct_dict_size(own);
    for (size_t i = 0; i < size && scope_failure() == CT_OK; i++) {
        const char *key = ct_dict_name(own, i);
        if (!ct_dict_has(dict, key))
            continue;
        ct_tensor *mine = ct_dict_at(own, i), *theirs = ct_dict_get(dict, key);
        compare_tensors(report, ct_module_is_lazy(self, key), key, mine, theirs);
        ct_tensor_free(mine);
        ct_tensor_free(theirs);
    }
}

/* Whether what was found forbids loading. Loading nothing at all never is what was meant. */
static bool is_fatal(const load_report *report, const ct_dict *own, bool strict)
{
    for (size_t i = 0; i < report->size; i++)
        if (load_problem_is_fatal(report, &report->problems[i], strict))
            return true;
    return report->matched == 0 && ct_dict_size(own) > 0;
}

static ct_status copy(ct_module *self, const char *key, ct_tensor *mine, const ct_tensor *theirs)
{
    if (same_shape(mine, theirs))
        return ct_copy_(mine, theirs);
    ct_module_materialize(self, key, ct_tensor_shape(theirs), (size_t)ct_tensor_dim(theirs));
    return ct_copy_(ct_dict_get(ct_module_state_dict(self), key), theirs);
}

static void copy_all(ct_module *self, const ct_dict *own, const ct_dict *dict)
{
    size_t size = ct_dict_size(own);
    for (size_t i = 0; i < size; i++) {
        const char *key = ct_dict_name(own, i);
        if (ct_dict_has(dict, key))
            copy(self, key, ct_dict_at(own, i), ct_dict_get(dict, key));
    }
}

/* ---- What is said when it fails ---- */

/* What probably was meant, where all keys of the file have a prefix that the module's lack, or the other way round. */
static char *advice(const ct_dict *own, const ct_dict *dict)
{
    char *theirs = keys_foreign_prefix(dict, own), *mine = keys_foreign_prefix(own, dict);
    char *text = theirs && *theirs
                     ? text_format(" Every key begins with \"%s\": load with .strip_prefix = \"%s\".", theirs, theirs)
                 : mine && *mine
                     ? text_format(" The model's keys begin with \"%s\": load with .add_prefix = \"%s\".", mine, mine)
                     : text_copy("");
    free(theirs);
    free(mine);
    return text;
}

static ct_status fail(const load_report *report, const ct_module *self, const ct_dict *own, const ct_dict *dict,
                      const char *function, const char *path)
{
    char *message = load_report_message(report, ct_module_class(self));
    char *hint = report->matched == 0 ? advice(own, dict) : text_copy("");
    ct_status status = !message || !hint ? core_fail(CT_ERROR_MEMORY, "%s: out of memory", function)
                       : report->size == 0
                           ? core_fail(CT_ERROR_KEY, "%s: %s%s the dict is empty", function, path, message)
                           : core_fail(CT_ERROR_KEY, "%s: %s%s%s", function, path, message, hint);
    free(message);
    free(hint);
    return status;
}

/* ---- Loading ---- */

/* In a scope of its own: what the comparison makes goes with it, but for the report. */
static ct_status load(ct_module *self, const ct_dict *given, const ct_load_options *options, const char *function,
                      const char *path)
{
    load_report *report = NULL;
    ct_load_report *handle = load_report_new(&report);
    ct_dict *own = ct_module_state_dict(self), *dict = keys_renamed(given, options, function);
    if (!handle || !own || !dict)
        return scope_failure();
    report->exact_dtype = options->exact_dtype;
    compare_keys(report, CT_LOAD_MISSING, own, dict);
    compare_keys(report, CT_LOAD_UNEXPECTED, dict, own);
    compare_entries(report, self, own, dict);
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (options->report)
        *options->report = ct_load_report_escape(handle);
    if (is_fatal(report, own, options->strict))
        return fail(report, self, own, dict, function, path);
    if (options->assign)
        return assign_all(self, own, dict, function);
    copy_all(self, own, dict);
    return scope_failure();
}

static ct_load_options given(const ct_load_options *options)
{
    ct_load_options o = options ? *options : ct_load_options_default();
    if (o.report)
        *o.report = NULL;
    return o;
}

ct_status ct_module_load_state_dict_with(ct_module *self, const ct_dict *dict, const ct_load_options *options)
{
    ct_load_options o = given(options);
    ct_scope *scope = ct_scope_begin();
    const char *function = "ct_module_load_state_dict";
    if (handle_check(self, HANDLE_MODULE, function, "self") == CT_OK &&
        handle_check(dict, HANDLE_DICT, function, "dict") == CT_OK)
        load(self, dict, &o, function, "");
    return ct_scope_end(scope);
}

static void load_file(ct_module *self, const char *path, const ct_load_options *options)
{
    ct_archive *archive = ct_archive_open(path);
    ct_dict *dict = ct_archive_state_dict(archive, options->at);
    char *where = text_format("%s: ", path);
    if (dict)
        load(self, dict, options, "ct_module_load", where ? where : "");
    free(where);
}

ct_status ct_module_load_with(ct_module *self, const char *path, const ct_load_options *options)
{
    ct_load_options o = given(options);
    ct_scope *scope = ct_scope_begin();
    if (!path)
        core_fail_null("ct_module_load", "path");
    else if (handle_check(self, HANDLE_MODULE, "ct_module_load", "self") == CT_OK)
        load_file(self, path, &o);
    return ct_scope_end(scope);
}
