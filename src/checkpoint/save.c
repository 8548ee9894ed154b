/* checkpoint/save.c: files that Python's torch.load reads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/save.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"

#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>

#include <stdlib.h>
#include <string.h>

/* ---- what stands beside the pickle ---- */

static ct_status add_versions(save_state *s)
{
    char *versions = text_format("ctorch %s, libtorch %s\n", ct_version(), ct_torch_version());
    ct_status status = versions ? pt_writer_add(s->out, "ctorch/version", versions, strlen(versions))
                                : core_fail(CT_ERROR_MEMORY, "%s: out of memory", s->path);
    free(versions);
    return status;
}

static bool is_file_name(const ct_args *files, size_t i)
{
    const char *name = files->data[i].name;
    if (!name || !*name || *name == '/' || strstr(name, "..") || strchr(name, '\\'))
        return false;
    for (size_t j = 0; j < i; j++)
        if (strcmp(files->data[j].name, name) == 0)
            return false;
    return true;
}

static ct_status add_extra_file(save_state *s, const ct_args *files, size_t i)
{
    const ct_value *file = &files->data[i];
    const char *name = file->name ? file->name : "";
    bool is_text = file->kind == CT_VALUE_STRING && file->as.string;
    if (!is_file_name(files, i))
        return core_fail(
            CT_ERROR_VALUE,
            "%s: extra_files[%zu] is named '%s'; expected the name of a file, each once: ct_arg(\"notes\", "
            "...)",
            s->path, i, name);
    if (!is_text && file->kind != CT_VALUE_BYTES)
        return core_fail(CT_ERROR_TYPE, "%s: the extra file %s is neither a text nor bytes", s->path, name);
    char *entry = text_format("extra/%s", name);
    ct_status status = entry ? pt_writer_add(s->out, entry, is_text ? (const void *)file->as.string : file->as.bytes,
                                             is_text ? strlen(file->as.string) : file->n)
                             : core_fail(CT_ERROR_MEMORY, "%s: out of memory", s->path);
    free(entry);
    return status;
}

static ct_status add_beside(save_state *s, const ct_args *files)
{
    ct_status status = add_versions(s);
    for (size_t i = 0; i < files->n && status == CT_OK; i++)
        status = add_extra_file(s, files, i);
    return status;
}

/* ---- the file ---- */

/* In a scope of its own, which keeps what is to be written until it has been. */
static void save(const char *path, const ct_value *x, const ct_save_options *options)
{
    save_state s = {.path = path};
    if (pt_writer_open(&s.out, path) != CT_OK)
        return;
    ct_no_grad();
    save_value(&s, x, NULL);
    if (scope_failure() == CT_OK)
        add_beside(&s, &options->extra_files);
    if (scope_failure() == CT_OK)
        pt_writer_commit(s.out, save_storage_bytes, &s);
    else
        pt_writer_discard(s.out);
    free(s.storages);
}

ct_status ct_save_with(const char *path, ct_value x, const ct_save_options *options)
{
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (!path || save_is_none(&x))
        return core_fail_null("ct_save", path ? "x" : "path");
    ct_save_options o = options ? *options : ct_save_options_default();
    ct_scope *scope = ct_scope_begin();
    save(path, &x, &o);
    return ct_scope_end(scope);
}
