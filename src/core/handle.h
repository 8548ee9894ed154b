/* core/handle.h: handles: boxes of one size that know their type and the scope that they belong to.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_HANDLE_H
#define CTORCH_CORE_HANDLE_H

#include <ctorch/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One for each public handle type; ct_live_handles counts by them. */
typedef enum handle_kind {
    HANDLE_TENSOR,
    HANDLE_MODULE,
    HANDLE_DICT,
    HANDLE_LOAD_REPORT,
    HANDLE_RENAME_TABLE,
    HANDLE_OPTIMIZER,
    HANDLE_HOOK,
    HANDLE_GENERATOR,
    HANDLE_OP,
    HANDLE_SCRIPT,
    HANDLE_AOTI,
    HANDLE_ARCHIVE,
    HANDLE_KINDS
} handle_kind;

/* What every operation runs through. Beside each other in memory they cost it fewer cache lines and pages. */
#define HOT __attribute__((hot))

enum { HANDLE_PAYLOAD = 24 };

typedef struct handle_type {
    handle_kind kind;
    void (*destroy)(void *payload); /* ends the payload's life; must not fail */
} handle_type;

typedef struct handle {
    const handle_type *type; /* NULL once freed */
    struct ct_scope *scope;  /* NULL when it is the caller's */
    struct handle *next, *previous;
    void *payload[HANDLE_PAYLOAD / sizeof(void *)];
} handle;

/* The public name of a kind: "ct_tensor". */
const char *handle_kind_name(handle_kind kind);

/* A handle that belongs to the innermost scope; its payload is for the caller to fill. NULL when memory is out. */
HOT handle *handle_new(const handle_type *type);

/* Destroys a payload and gives the handle back; for scopes, which end what is left in them. */
void handle_end(handle *h);

/* The second half of that: the handle's type is NULL already, and its payload destroyed. */
HOT void handle_retire(handle *h, handle_kind kind);

/* Ends a handle's life on any thread. NULL does nothing; a handle freed before, or one of another type, is a
 * failure. */
void handle_free(void *any, const handle_type *type, const char *function);

/* Takes a handle out of its scope: it is the library's own until it is freed. */
void handle_keep(handle *h);

/* Moves a handle one scope outwards, and returns it; NULL in a scope that has failed. */
void *handle_escape(void *any, const handle_type *type, const char *function);

/* Why something is not a live handle of that kind, "x is a ct_module; expected a ct_tensor": malloc's, NULL when
 * memory is out. */
char *handle_fault(const void *any, handle_kind kind, const char *argument);

/* Records the failure of an argument that is not a live handle of that kind. */
ct_status handle_check(const void *any, handle_kind kind, const char *function, const char *argument);

/* The payload of a handle of that type; NULL, with the failure recorded, for anything else. */
void *handle_payload(const void *any, const handle_type *type, const char *function, const char *argument);

#ifdef __cplusplus
}
#endif

#endif
