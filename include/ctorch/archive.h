/* ctorch/archive.h: whatever was saved, as values: checkpoints of any shape, whole models, safetensors. Nothing from a
 * file is ever run, and no tensor's data is read before it is used.
 *
 *     ct_archive *checkpoint = ct_archive_open("checkpoint.pt");
 *     puts(ct_value_to_string(ct_archive_root(checkpoint)));
 *     int64_t epoch = ct_value_to_int(ct_archive_get(checkpoint, "epoch"));
 *     ct_module_load_state_dict(net, ct_archive_state_dict(checkpoint, "model"));
 *     ct_optimizer_load_state_dict(optimizer, ct_archive_get(checkpoint, "optimizer"));
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_ARCHIVE_H
#define CTORCH_ARCHIVE_H

#include <ctorch/value.h>

CT_BEGIN_DECLS

/* An opened file. Its values are borrowed from it; tensors that are taken out of it outlive it. */
typedef struct ct_archive ct_archive;

/* ---- Opening ---- */

typedef struct ct_archive_options {
    size_t memory_limit; /* how many bytes the values may take, apart from the file's own; 0: a multiple of its size */
} ct_archive_options;

/* Opens a file of torch.save, of safetensors, or of TorchScript, told apart by their bytes:
 * `ct_archive_open(path, .memory_limit = 1 << 20)`. It is mapped, not copied: a tensor costs memory when it is touched,
 * and writing to one does not change the file. A file that is damaged or is something else is an error that says what
 * and where. torch.load. @since 0.1 */
CT_API ct_archive *ct_archive_open_with(const char *path, const ct_archive_options *options);
CT_API ct_archive_options ct_archive_options_default(void);
#define CT_ARCHIVE_DEFAULTS .memory_limit = 0
#define ct_archive_open(...) CT_ARCHIVE_OPEN_(__VA_ARGS__, )
#define CT_ARCHIVE_OPEN_(path, ...)                                                                                    \
    CT_KEYWORDS_(ct_archive_open_with(path, &(ct_archive_options){CT_ARCHIVE_DEFAULTS, __VA_ARGS__}))

/* The same of a file that is open already, from its beginning; `name` stands for its path in messages. The descriptor
 * stays the caller's, and may be closed afterwards. @since 0.1 */
CT_API ct_archive *ct_archive_open_descriptor_with(int descriptor, const char *name, const ct_archive_options *options);
#define ct_archive_open_descriptor(...) CT_ARCHIVE_OPEN_DESCRIPTOR_(__VA_ARGS__, )
#define CT_ARCHIVE_OPEN_DESCRIPTOR_(descriptor, name, ...)                                                             \
    CT_KEYWORDS_(                                                                                                      \
        ct_archive_open_descriptor_with(descriptor, name, &(ct_archive_options){CT_ARCHIVE_DEFAULTS, __VA_ARGS__}))

typedef struct ct_archive_memory_options {
    const char *name;            /* stands for the path in messages */
    void (*deleter)(void *user); /* runs once: when the archive and its last tensor have gone, or if the call fails */
    void *user;                  /* what deleter is given */
    size_t memory_limit;
} ct_archive_memory_options;

/* The same of a file in memory, without a copy: it stays the caller's until deleter has run, or, without one, as long
 * as the archive or any of its tensors lives. Writing to a tensor writes to it. @since 0.1 */
CT_API ct_archive *ct_archive_open_memory_with(void *bytes, size_t size, const ct_archive_memory_options *options);
CT_API ct_archive_memory_options ct_archive_memory_options_default(void);
#define CT_ARCHIVE_MEMORY_DEFAULTS .name = "memory", .memory_limit = 0
#define ct_archive_open_memory(...) CT_ARCHIVE_OPEN_MEMORY_(__VA_ARGS__, )
#define CT_ARCHIVE_OPEN_MEMORY_(bytes, size, ...)                                                                      \
    CT_KEYWORDS_(ct_archive_open_memory_with(bytes, size,                                                              \
                                             &(ct_archive_memory_options){CT_ARCHIVE_MEMORY_DEFAULTS, __VA_ARGS__}))

/* ---- What is in it ---- */

/* What was saved, borrowed until the archive is freed; None on failure. Tensors that shared memory when they were saved
 * share it again, so that changing one in place changes the other. @since 0.1 */
CT_API ct_value ct_archive_root(const ct_archive *self);

/* What is at a path, ct_value_get(ct_archive_root(self), path): "optimizer.state[0].exp_avg"; None on failure.
 * @since 0.1 */
CT_API ct_value ct_archive_get(const ct_archive *self, const char *path);

/* The tensors below a path, by their names with dots: those of a dict, of dicts in it, or of a module, whose
 * state_dict() they are. NULL for the path finds the state_dict in a checkpoint: where not everything that was saved is
 * tensors, it is what is under "state_dict", "model_state_dict", "model", "net", "network" or the like. @since 0.1 */
CT_API ct_dict *ct_archive_state_dict(const ct_archive *self, const char *path);

/* What the file is: "zip", torch.save's format since 1.6, "stream", the one before, "safetensors", "shards" of those,
 * or "torchscript"; "" on failure. Lives as long as the program. @since 0.1 */
CT_API const char *ct_archive_format(const ct_archive *self);

/* What wrote the file, "ctorch 0.1.0, libtorch 2.6.0", where one of ctorch's functions did; "" where none did, and on
 * failure. Lives as long as the archive. @since 0.1 */
CT_API const char *ct_archive_writer(const ct_archive *self);

/* The path that it was opened with, or the name that stands for it; "" on failure. Lives as long as the archive.
 * @since 0.1 */
CT_API const char *ct_archive_path(const ct_archive *self);

/* What is set on that which was saved besides what it holds, as `_metadata` is on Python's state_dicts: a dict; an
 * empty one where there is nothing; None on failure. Borrowed until the archive is freed. vars(torch.load(path)).
 * @since 0.1 */
CT_API ct_value ct_archive_attributes(const ct_archive *self);

/* What a safetensors file says of itself, a dict of texts, or what the index of several does; an empty dict where there
 * is nothing; None on failure. Borrowed until the archive is freed. @since 0.1 */
CT_API ct_value ct_archive_metadata(const ct_archive *self);

/* The bytes of an extra file of a zip archive: what ct_save or torch.jit.save were given with that name. None on
 * failure. Borrowed until the archive is freed. torch.jit.load(..., _extra_files). @since 0.1 */
CT_API ct_value ct_archive_extra(const ct_archive *self, const char *name);

/* ---- Handles ---- */

/* Frees an archive and its values, not the tensors that were taken out of it; NULL does nothing. @since 0.1 */
CT_API void ct_archive_free(ct_archive *self);

/* Moves a handle one scope outwards and returns it; NULL in a scope that has failed. @since 0.1 */
CT_API ct_archive *ct_archive_escape(ct_archive *self);

CT_END_DECLS

#endif
