/* formats/pickle_builtins.c: the classes and functions of Python's own that pickles name where they mean nothing but
 * data. Protocol 2 has no opcodes for sets and bytes, and so writes calls instead.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle_vm.h"

#include "core/error.h"
#include "formats/utf8.h"

static bool is_sequence(const record *r)
{
    return r->kind == RECORD_LIST || r->kind == RECORD_TUPLE;
}

/* OrderedDict(), and OrderedDict([[key, value], ...]) as Python 2 writes it. */
static ct_status make_dict(record_pool *pool, const record *args, record **out)
{
    const record *pairs = args->list.count ? args->list.items[0] : NULL;
    if (args->list.count > 1 || (pairs && !is_sequence(pairs)))
        return CT_OK;
    record *dict = record_new(pool, RECORD_DICT);
    if (!dict)
        return ct_error_code();
    for (size_t i = 0; pairs && i < pairs->list.count; i++) {
        const record *pair = pairs->list.items[i];
        if (!is_sequence(pair) || pair->list.count != 2)
            return CT_OK;
        ct_status status = record_set(pool, dict, pair->list.items[0], pair->list.items[1]);
        if (status != CT_OK)
            return status;
    }
    *out = dict;
    return CT_OK;
}

/* set([...]), frozenset([...]). */
static ct_status make_set(record_pool *pool, const record *args, record **out)
{
    const record *items = args->list.count == 1 ? args->list.items[0] : args;
    if (args->list.count > 1 || !is_sequence(items))
        return CT_OK;
    *out = record_new_list(pool, RECORD_SET, items->list.items, items->list.count);
    return *out ? CT_OK : ct_error_code();
}

/* bytes(); bytearray(bytes); _codecs.encode(text, "latin1") and bytearray(text, "latin-1"), of a character for each
 * byte. */
static ct_status make_bytes(record_pool *pool, const record *args, record **out)
{
    if (args->list.count == 1 && args->list.items[0]->kind == RECORD_BYTES) {
        *out = args->list.items[0];
        return CT_OK;
    }
    const record *text = args->list.count == 2 ? args->list.items[0] : NULL;
    if (args->list.count != 0 &&
        !(text && text->kind == RECORD_STRING &&
          (record_is_string(args->list.items[1], "latin1") || record_is_string(args->list.items[1], "latin-1"))))
        return CT_OK;
    size_t size = text ? text->text.size : 0, length = 0;
    const unsigned char *chars = text ? (const unsigned char *)text->text.chars : NULL;
    unsigned char *bytes = record_alloc(pool, size + 1);
    record *made = bytes ? record_new(pool, RECORD_BYTES) : NULL;
    if (!made)
        return ct_error_code();
    for (size_t at = 0; at < size; length++) {
        uint32_t character = 0;
        at += utf8_next(chars + at, size - at, &character);
        if (character > 0xff)
            return CT_OK;
        bytes[length] = (unsigned char)character;
    }
    made->text.chars = (const char *)bytes;
    made->text.size = length;
    *out = made;
    return CT_OK;
}

ct_status pickle_call_builtin(pickle_vm *vm, const record *callable, const record *args, record **out)
{
    static const struct {
        const char *module, *name;
        ct_status (*make)(record_pool *pool, const record *args, record **out);
    } builtins[] = {
        {"collections", "OrderedDict", make_dict}, {"builtins", "set", make_set},
        {"builtins", "frozenset", make_set},       {"_codecs", "encode", make_bytes},
        {"builtins", "bytes", make_bytes},         {"builtins", "bytearray", make_bytes},
    };
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (record_is_global(callable, builtins[i].module, builtins[i].name))
            return builtins[i].make(vm->pool, args, out);
    return pickle_call_numpy(vm, callable, args, out);
}
