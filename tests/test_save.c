/* test_save.c: include/ctorch/checkpoint.h, "Writing": what is written, read again here and by Python
 * (python/saved.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>
#include <ctorch/ops/indexing.h>
#include <ctorch/ops/quantized.h>
#include <ctorch/ops/sparse.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The test's own folder, and a file in it. Valid until the next call. */
static char folder[64];

static const char *file_in(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/ctorch-save-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Runs a command of the shell's. */
__attribute__((format(printf, 1, 2))) static int shell(const char *format, ...)
{
    char command[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

static void remove_folder(void)
{
    ck_assert_int_eq(shell("rm -r '%s'", folder), 0);
}

/* Element i is (7 * i) % 23, as in the files that Python writes. */
static ct_tensor *formula(const int64_t *dims, size_t n, ct_dtype dtype)
{
    int64_t count = 1;
    for (size_t i = 0; i < n; i++)
        count *= dims[i];
    ct_tensor *x = ct_arange(0, count, 1, CT_INT64);
    return ct_tensor_to(ct_reshape(ct_remainder_scalar(ct_mul_scalar(x, 7), 23), dims, n), .dtype = dtype);
}

/* ---- Files for Python, and read again ---- */

/* What no conversion from whole numbers makes is not tried; nor is what ctorch has only a name for. */
static const ct_dtype dtypes[] = {CT_UINT8,   CT_INT8,          CT_INT16,       CT_INT32,           CT_INT64,
                                  CT_FLOAT16, CT_FLOAT32,       CT_FLOAT64,     CT_COMPLEX64,       CT_COMPLEX128,
                                  CT_BOOL,    CT_BFLOAT16,      CT_COMPLEX32,   CT_UINT16,          CT_UINT32,
                                  CT_UINT64,  CT_FLOAT8_E4M3FN, CT_FLOAT8_E5M2, CT_FLOAT8_E4M3FNUZ, CT_FLOAT8_E5M2FNUZ};
enum { OLD_DTYPES = 12 };

static void assert_same(const ct_dict *read, const ct_dict *written)
{
    ck_assert_uint_eq(ct_dict_size(read), ct_dict_size(written));
    for (size_t i = 0; i < ct_dict_size(written); i++) {
        uint64_t ours[12] = {0}, theirs[12] = {0};
        ct_dtype dtype = ct_tensor_dtype(ct_dict_at(written, i));
        ck_assert_str_eq(ct_dict_name(read, i), ct_dict_name(written, i));
        ck_assert_int_eq(ct_tensor_dtype(ct_dict_at(read, i)), dtype);
        ck_assert_ok(ct_tensor_copy_out(ct_dict_at(written, i), ours, 6, dtype));
        ck_assert_ok(ct_tensor_copy_out(ct_dict_at(read, i), theirs, 6, dtype));
        ck_assert_mem_eq(ours, theirs, sizeof ours);
    }
}

/* PyTorch 1.13 itself does not read the last types of the list, which have no class of storages. */
static void save_dtypes(void)
{
    ct_dict *old = ct_dict_new(), *new = ct_dict_new();
    for (size_t i = 0; i < COUNT(dtypes); i++)
        if (ct_dtype_is_available(dtypes[i]))
            ct_dict_set(i < OLD_DTYPES ? old : new, ct_dtype_name(dtypes[i]) + strlen("torch."),
                        formula(CT_DIMS(6), dtypes[i]));
    ck_assert_ok(ct_save(file_in("dtypes.pt"), old));
    ck_assert_ok(ct_save(file_in("new_dtypes.pt"), new));
    assert_same(ct_load(file_in("dtypes.pt")), old);
    assert_same(ct_load(file_in("new_dtypes.pt")), new);
}

static void save_views(void)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *base = formula(CT_DIMS(4, 6), CT_FLOAT32), *row = ct_at(base, "2");
    ct_dict_set(dict, "base", base);
    ct_dict_set(dict, "transposed", ct_transpose(base, 0, 1));
    ct_dict_set(dict, "columns", ct_at(base, ":, 1:5:2"));
    ct_dict_set(dict, "row", row);
    ct_dict_set(dict, "scalar", ct_at(base, "1, 1"));
    ct_dict_set(dict, "empty", ct_zeros(CT_DIMS(0, 3), CT_FLOAT32));
    ct_dict_set(dict, "expanded", ct_expand(ct_at(formula(CT_DIMS(2, 1), CT_FLOAT32), "1"), CT_DIMS(3, 4)));
    ct_dict_set(dict, "again", row);
    ck_assert_ok(ct_save(file_in("views.pt"), dict));
    ct_dict *read = ct_load(file_in("views.pt"));
    ck_assert_int_eq(ct_tensor_stride(ct_dict_get(read, "transposed"), 0), 1);
    ck_assert_int_eq(ct_tensor_stride(ct_dict_get(read, "expanded"), 1), 0);
    ck_assert_floats(ct_dict_get(read, "row"), 15, 22, 6, 13, 20, 4);
}

static void save_state(void)
{
    ct_module *net = ct_nn_sequential(ct_nn_conv2d(1, 2, 3), ct_nn_batch_norm2d(2), ct_nn_linear(4, 3, .bias = false));
    ct_scope *frozen = ct_scope_begin();
    ct_no_grad();
    ct_put(ct_module_parameter(net, "0.weight"), ct_full(CT_DIMS(), 2, CT_FLOAT32), "...");
    ck_assert_ok(ct_scope_end(frozen));
    ck_assert_ok(ct_save(file_in("state.pt"), ct_module_state_dict(net),
                         .extra_files = {CT_ARGS(ct_arg("notes.txt", "trained on Monday"),
                                                 ct_arg("blob", ct_value_bytes("\0\1\2", 3)))}));
    ck_assert_ok(ct_module_load(net, file_in("state.pt")));
}

static ct_value object_of(ct_value parts[CT_OBJECT_PARTS])
{
    return (ct_value){.kind = CT_VALUE_OBJECT, .n = CT_OBJECT_PARTS, .as.values = parts};
}

static ct_value text_of(ct_value_kind kind, const char *text)
{
    return (ct_value){.kind = kind, .as.string = text};
}

static ct_value sequence_of(ct_value_kind kind, const ct_value *values, size_t n)
{
    return (ct_value){.kind = kind, .n = n, .as.values = values};
}

static void save_values(void)
{
    char large[2 + 1 + 525 + 1] = "0x1"; /* 2 ** 2100 */
    memset(large + 3, '0', 525);
    large[3 + 525] = '\0';
    unsigned char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    /* Three values, and behind them their keys. */
    ct_value keys[] = {ct_value_string("zero"), ct_value_string("pair"),       ct_value_int(3),
                       ct_value_int(0),         ct_value_tuple(CT_ARGS(1, 2)), ct_value_string("three")};
    ct_value ordered[CT_OBJECT_PARTS] = {[CT_OBJECT_CALLABLE] = text_of(CT_VALUE_GLOBAL, "collections.OrderedDict"),
                                         [CT_OBJECT_DICT] = ct_value_dict(CT_ARGS(ct_arg("a", 1))),
                                         [CT_OBJECT_STATE] = ct_value_dict(CT_ARGS(ct_arg("extra", "more")))};
    ct_value module[] = {
        ct_arg("in_features", 7),
        ct_arg("_parameters",
               ct_value_dict(CT_ARGS(ct_arg("weight", ct_ones(CT_DIMS(1, 7), CT_FLOAT32, .requires_grad = true)))))};
    ct_value nul = {.kind = CT_VALUE_STRING, .n = 3, .as.string = "a\0b"};
    ct_value made[CT_OBJECT_PARTS] = {[CT_OBJECT_CALLABLE] = text_of(CT_VALUE_GLOBAL, "torch.nn.modules.linear.Linear"),
                                      [CT_OBJECT_KWARGS] = ct_value_dict(NULL, 0),
                                      [CT_OBJECT_STATE] = ct_value_dict(module, COUNT(module))};
    ct_value keywords[CT_OBJECT_PARTS] = {[CT_OBJECT_CALLABLE] = text_of(CT_VALUE_GLOBAL, "inspect.Parameter"),
                                          [CT_OBJECT_ARGS] = ct_value_tuple(CT_ARGS("name", 1)),
                                          [CT_OBJECT_KWARGS] = ct_value_dict(CT_ARGS(ct_arg("default", 5)))};
    ct_value numbers[] = {ct_value_int(0),
                          ct_value_int(-1),
                          ct_value_int(255),
                          ct_value_int(256),
                          ct_value_int(65535),
                          ct_value_int(65536),
                          ct_value_int(INT32_MIN),
                          ct_value_int(INT64_C(1) << 31),
                          ct_value_int(INT64_MAX),
                          ct_value_int(INT64_MIN),
                          text_of(CT_VALUE_LONG, "0x8000000000000000"),
                          text_of(CT_VALUE_LONG, "-0x10000000000000000"),
                          text_of(CT_VALUE_LONG, "0x400000000000000001"),
                          text_of(CT_VALUE_LONG, large)};
    ct_value tuples[] = {ct_value_tuple(NULL, 0), ct_value_tuple(CT_ARGS(1)), ct_value_tuple(CT_ARGS(1, 2)),
                         ct_value_tuple(CT_ARGS(1, 2, 3)), ct_value_tuple(CT_ARGS(1, 2, 3, 4))};
    ct_value all[] = {
        ct_arg("none", ct_value_none()),
        ct_arg("epoch", 3),
        ct_arg("loss", 0.125),
        ct_arg("done", (bool)true),
        ct_arg("complex", ct_value_complex(1, -2)),
        ct_arg("text", "größe\n\""),
        ct_arg("empty", ""),
        ct_arg("nul", nul),
        ct_arg("numbers", ct_value_list(numbers, COUNT(numbers))),
        ct_arg("reals", ct_value_reals(CT_REALS(1.5, -0.0, INFINITY))),
        ct_arg("truths", ct_value_bools((bool[]){true, false}, 2)),
        ct_arg("texts", ct_value_strings((const char *[]){"a", "b", "a"}, 3)),
        ct_arg("tuples", ct_value_tuple(tuples, COUNT(tuples))),
        ct_arg("list", ct_value_list(NULL, 0)),
        ct_arg("set", sequence_of(CT_VALUE_SET, CT_ARGS(1, 2))),
        ct_arg("nothing", ct_value_bytes(NULL, 0)),
        ct_arg("raw", ct_value_bytes(bytes, sizeof bytes)),
        ct_arg("dtype", ct_value_dtype(CT_FLOAT16)),
        ct_arg("layout", ct_value_layout(CT_SPARSE_COO)),
        ct_arg("device", ct_value_device("cuda:1")),
        ct_arg("cpu", ct_value_device("cpu")),
        ct_arg("format", ct_value_memory_format(CT_CHANNELS_LAST)),
        ct_arg("keys", sequence_of(CT_VALUE_DICT, keys, 3)),
        ct_arg("class", text_of(CT_VALUE_GLOBAL, "collections.Counter")),
        ct_arg("function", text_of(CT_VALUE_GLOBAL, "torch.tanh")),
        ct_arg("object", object_of(ordered)),
        ct_arg("made", object_of(made)),
        ct_arg("keywords", object_of(keywords)),
    };
    ck_assert_ok(ct_save(file_in("values.pt"), ct_value_dict(all, COUNT(all))));
}

static void save_checkpoint(void)
{
    ct_dict *model = ct_dict_new();
    ct_dict_set(model, "w", formula(CT_DIMS(2), CT_FLOAT32));
    ct_value group = ct_value_dict(CT_ARGS(ct_arg("betas", ct_value_tuple(CT_ARGS(0.9, 0.999))), ct_arg("lr", 0.1)));
    ct_value states[] = {ct_value_dict(CT_ARGS(ct_arg("step", ct_full(CT_DIMS(), 7, CT_FLOAT32)))), ct_value_int(0)};
    ct_value optimizer = ct_value_dict(CT_ARGS(ct_arg("state", sequence_of(CT_VALUE_DICT, states, 1)),
                                               ct_arg("param_groups", ct_value_list(&group, 1))));
    ck_assert_ok(ct_save(file_in("checkpoint.pt"),
                         ct_value_dict(CT_ARGS(
                             ct_arg("model", model), ct_arg("optimizer", optimizer), ct_arg("epoch", 3),
                             ct_arg("rng", ct_generator_get_state(ct_default_generator())),
                             ct_arg("shape", ct_value_tuple(CT_ARGS(2, 3))),
                             ct_arg("bytes", ct_value_bytes("ab\xff", 3)), ct_arg("device", ct_value_device("cpu"))))));
}

/* What an array is in C decides what is one object in Python. */
static void save_sharing(void)
{
    ct_value numbers[] = {ct_value_int(1), ct_value_int(2)}, cycle[2], pair[1], inner[1];
    cycle[0] = ct_value_list(cycle, 2);
    cycle[1] = ct_value_string("end");
    pair[0] = ct_value_list(inner, 1);
    inner[0] = ct_value_tuple(pair, 1);
    ck_assert_ok(ct_save(
        file_in("sharing.pt"),
        ct_value_dict(CT_ARGS(ct_arg("one", ct_value_list(numbers, 2)), ct_arg("two", ct_value_list(numbers, 2)),
                              ct_arg("cycle", ct_value_list(cycle, 2)), ct_arg("pair", ct_value_tuple(pair, 1))))));
}

static void save_unusual(void)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *x = ct_tensor_new((float[]){0, 1, 2.5f}, CT_DIMS(3), CT_FLOAT32);
    ct_tensor *scales = ct_tensor_new((double[]){0.5, 0.25}, CT_DIMS(2), CT_FLOAT64);
    ct_tensor *eye = ct_eye(3, CT_FLOAT32);
    ct_tensor *places = ct_tensor_new((int64_t[]){0, 0, 1, 1}, CT_DIMS(2, 2), CT_INT64); /* one twice */
    ct_dict_set(dict, "by_tensor", ct_quantize_per_tensor(x, 0.5, 2, CT_QUINT8));
    ct_dict_set(dict, "by_channel",
                ct_quantize_per_channel(ct_ones(CT_DIMS(2, 2), CT_FLOAT32), scales, ct_zeros(CT_DIMS(2), CT_INT64), 0,
                                        CT_QINT8));
    ct_dict_set(dict, "coo", ct_sparse_coo_tensor(places, ct_tensor_new((float[]){1, 2}, CT_DIMS(2), CT_FLOAT32)));
    ct_dict_set(dict, "conjugate", ct_conj(ct_tensor_new((float[]){1, 2}, CT_DIMS(1), CT_COMPLEX64)));
    ct_dict_set(dict, "leaf", ct_ones(CT_DIMS(1), CT_FLOAT32, .requires_grad = true));
    ck_assert_ok(ct_save(file_in("unusual.pt"), dict));
    ct_dict *compressed = ct_dict_new();
    ct_dict_set(compressed, "csr", ct_to_sparse_csr(eye));
    ct_dict_set(compressed, "csc", ct_to_sparse_csc(eye));
    ck_assert_ok(ct_save(file_in("compressed.pt"), compressed));
}

/* All element types, and those that every release of the reference reader knows. */
static void save_safetensors(void)
{
    ct_dict *all = ct_dict_new(), *some = ct_dict_new();
    for (size_t i = 0; i < COUNT(dtypes); i++) {
        if (!ct_dtype_is_available(dtypes[i]) || dtypes[i] == CT_COMPLEX32 || dtypes[i] == CT_COMPLEX128)
            continue;
        const char *name = ct_dtype_name(dtypes[i]) + strlen("torch.");
        ct_dict_set(all, name, formula(CT_DIMS(6), dtypes[i]));
        if (i < OLD_DTYPES && dtypes[i] != CT_COMPLEX64)
            ct_dict_set(some, name, ct_dict_get(all, name));
    }
    ct_tensor *base = formula(CT_DIMS(4, 6), CT_FLOAT32);
    ct_dict_set(some, "columns", ct_at(base, ":, 1:5:2"));
    ct_dict_set(some, "größe \"\n\x01", ct_at(base, "1, 1"));
    ct_dict_set(some, "empty", ct_zeros(CT_DIMS(0, 3), CT_FLOAT16));
    ck_assert_ok(ct_safetensors_save(file_in("all.safetensors"), all));
    ck_assert_ok(ct_safetensors_save(file_in("some.safetensors"), some,
                                     .metadata = {CT_ARGS(ct_arg("license", "mit"), ct_arg("note", "\"tief\"\t"))}));
    ck_assert_ok(ct_safetensors_save(file_in("none.safetensors"), ct_dict_new()));
    ct_dict *read = ct_load(file_in("all.safetensors"));
    ck_assert_uint_eq(ct_dict_size(read), ct_dict_size(all));
    for (size_t i = 0; i < ct_dict_size(read); i++) {
        ct_tensor *ours = ct_dict_at(read, i), *written = ct_dict_get(all, ct_dict_name(read, i));
        ck_assert(ct_equal(ct_tensor_storage(ours), ct_tensor_storage(written)));
        ck_assert_int_eq(ct_tensor_dtype(ours), ct_tensor_dtype(written));
    }
}

START_TEST(python_reads_what_is_written)
{
    static void (*const files[])(void) = {save_dtypes,     save_views,   save_state,   save_values,
                                          save_checkpoint, save_sharing, save_unusual, save_safetensors};
    ct_scope *scope = ct_scope_begin();
    for (size_t i = 0; i < COUNT(files); i++)
        files[i]();
    ck_assert_ok(ct_scope_end(scope));
    const char *tests = getenv("CTORCH_TEST_DATA"), *python = getenv("CTORCH_PYTHON");
    ck_assert_msg(tests && python, "CTORCH_TEST_DATA or CTORCH_PYTHON is not set: run the tests with ctest");
    ck_assert_int_eq(shell("'%s' '%s/python/saved.py' '%s'", python, tests, folder), 0);
}
END_TEST

START_TEST(one_tensor_is_a_file)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_save(file_in("x.pt"), ct_value_dict(CT_ARGS(ct_arg("x", ct_ones(CT_DIMS(3), CT_FLOAT32))))));
    ck_assert_floats(ct_dict_get(ct_load(file_in("x.pt")), "x"), 1, 1, 1);
    ck_assert_ok(ct_save(file_in("one.pt"), ct_ones(CT_DIMS(3), CT_FLOAT32)));
    ck_assert_ok(ct_scope_end(scope));
    ck_assert_ptr_null(ct_load(file_in("one.pt")));
    ck_assert_error(CT_ERROR_TYPE, "one.pt: holds a Tensor of shape (3,); expected a state_dict");
}
END_TEST

START_TEST(the_same_values_give_the_same_bytes)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_new();
    ct_dict_set(dict, "w", formula(CT_DIMS(5), CT_FLOAT32));
    ct_dict_set(dict, "n", formula(CT_DIMS(2), CT_INT64));
    ck_assert_ok(ct_save(file_in("a.pt"), dict));
    ck_assert_ok(ct_save(file_in("b.pt"), ct_load(file_in("a.pt"))));
    ck_assert_int_eq(shell("cmp '%s/a.pt' '%s/b.pt'", folder, folder), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- What cannot be written ---- */

/* A file that was there stays as it was, and nothing else is left behind. */
static void assert_only(const char *name, const char *text)
{
    ck_assert_int_eq(shell("test \"$(ls -A '%s')\" = '%s'", folder, name), 0);
    ck_assert_int_eq(shell("test \"$(cat '%s/%s')\" = '%s'", folder, name, text), 0);
}

static ct_value nested(ct_value *levels, size_t n)
{
    levels[0] = ct_value_int(1);
    for (size_t i = 1; i < n; i++)
        levels[i] = ct_value_list(&levels[i - 1], 1);
    return levels[n - 1];
}

START_TEST(what_cannot_be_written_is_named_by_its_place)
{
    ct_scope *scope = ct_scope_begin();
    static ct_value levels[1002];
    ct_value parts[CT_OBJECT_PARTS] = {[CT_OBJECT_CALLABLE] = text_of(CT_VALUE_GLOBAL, "Linear")};
    ct_value lost[CT_OBJECT_PARTS] = {[CT_OBJECT_CALLABLE] = text_of(CT_VALUE_GLOBAL, "torch.Tensor"),
                                      [CT_OBJECT_KWARGS] = ct_value_dict(CT_ARGS(ct_arg("dtype", "torch.uint16")))};
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ct_value same[] = {ct_value_tensor(x), ct_value_tensor(ct_view_dtype(x, CT_INT32))};
    const struct {
        ct_value value;
        ct_status code;
        const char *words;
    } cases[] = {
        {ct_value_string("\xff"), CT_ERROR_VALUE, "a.b[1] is a text that is not UTF-8"},
        {ct_value_pointer(scope), CT_ERROR_TYPE, "a.b[1] is a pointer"},
        {ct_value_generator(ct_default_generator()), CT_ERROR_TYPE, "ct_generator_get_state"},
        {ct_value_dtype((ct_dtype)99), CT_ERROR_VALUE, "a.b[1] is no element type"},
        {ct_value_layout((ct_layout)99), CT_ERROR_VALUE, "a.b[1] is no element type, layout"},
        {ct_value_memory_format((ct_memory_format)-1), CT_ERROR_VALUE, "memory format that there is"},
        {text_of(CT_VALUE_LONG, "12"), CT_ERROR_VALUE, "hexadecimal"},
        {text_of(CT_VALUE_LONG, "0x1g"), CT_ERROR_VALUE, "hexadecimal digits"},
        {text_of(CT_VALUE_GLOBAL, "Linear"), CT_ERROR_VALUE, "a.b[1] is a class whose name"},
        {text_of(CT_VALUE_GLOBAL, "torch.a\nb"), CT_ERROR_VALUE, "a.b[1] is a class whose name"},
        {object_of(parts), CT_ERROR_VALUE, "a.b[1] is a class whose name"},
        {object_of(lost), CT_ERROR_NOT_IMPLEMENTED, "a.b[1] is a tensor that this libtorch could not hold"},
        {sequence_of(CT_VALUE_OBJECT, parts, 1), CT_ERROR_VALUE, "a.b[1] is an object without its parts"},
        {sequence_of(CT_VALUE_LIST, NULL, 1), CT_ERROR_VALUE, "a.b[1] has items"},
        {nested(levels, COUNT(levels)), CT_ERROR_VALUE, "nested more than 1000 deep"},
        {ct_value_list(same, 2), CT_ERROR_TYPE, "view the same data as different types, torch.float32 and torch.int32"},
        {ct_value_tensor(ct_ones(CT_DIMS(2), CT_FLOAT32, .device = "meta")), CT_ERROR_TYPE,
         "a.b[1] is a tensor without data"},
        {ct_value_dict(CT_ARGS(ct_arg("x.y", ct_value_string("\xff")))), CT_ERROR_VALUE, "a.b[1][\"x.y\"] is a text"},
    };
    ck_assert_int_eq(shell("echo kept > '%s'", file_in("m.pt")), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ct_value list[] = {ct_value_none(), cases[i].value};
        ct_value inside = ct_value_dict(CT_ARGS(ct_arg("b", ct_value_list(list, 2))));
        ct_scope *attempt = ct_scope_begin();
        ct_save(file_in("m.pt"), ct_value_dict(CT_ARGS(ct_arg("a", inside))));
        ck_assert_int_eq(ct_scope_catch(attempt), cases[i].code);
        ck_assert_error(cases[i].code, cases[i].words);
        assert_only("m.pt", "kept");
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(nothing_is_not_written)
{
    ck_assert_int_eq(ct_save(file_in("m.pt"), NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_save: x is NULL");
    ck_assert_int_eq(ct_save(file_in("m.pt"), (ct_dict *)NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_save: x is NULL");
    ck_assert_int_eq(ct_save(NULL, 1), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_save: path is NULL");
    ck_assert_int_eq(access(file_in("m.pt"), F_OK), -1);
}
END_TEST

START_TEST(a_path_that_cannot_be_written_is_an_error)
{
    ck_assert_int_eq(ct_save(file_in("no/such/folder.pt"), 1), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "no/such/folder.pt: cannot be written");
    ck_assert_int_eq(ct_save(folder, 1), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "it is a directory");
}
END_TEST

START_TEST(extra_files_have_names_of_their_own)
{
    static const char *const names[] = {"", "/etc/passwd", "../up", "a\\b", "twice"};
    for (size_t i = 0; i < COUNT(names); i++) {
        ct_value files[] = {ct_arg("twice", "one"), ct_arg(names[i], "two")};
        ck_assert_int_eq(ct_save(file_in("m.pt"), 1, .extra_files = {files, 2}), CT_ERROR_VALUE);
        ck_assert_error(CT_ERROR_VALUE, "extra_files[1] is named");
    }
    ck_assert_int_eq(ct_save(file_in("m.pt"), 1, .extra_files = {CT_ARGS("unnamed")}), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "extra_files[0] is named ''");
    ck_assert_int_eq(ct_save(file_in("m.pt"), 1, .extra_files = {CT_ARGS(ct_arg("number", 1))}), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "the extra file number is neither a text nor bytes");
    ck_assert_int_eq(access(file_in("m.pt"), F_OK), -1);
}
END_TEST

START_TEST(safetensors_refuses_what_the_format_has_not)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2, 2), CT_FLOAT32);
    const struct {
        const char *name;
        ct_tensor *tensor;
        ct_status code;
        const char *words;
    } cases[] = {
        {"__metadata__", x, CT_ERROR_VALUE, "keeps for itself"},
        {"\xff", x, CT_ERROR_VALUE, "name of tensor 0 is not UTF-8"},
        {"\xed\xa0\x80", x, CT_ERROR_VALUE, "name of tensor 0 is not UTF-8"},
        {"z", ct_tensor_to(x, .dtype = CT_COMPLEX128), CT_ERROR_TYPE,
         "no type for torch.complex128, the elements of 'z'"},
        {"q", ct_quantize_per_tensor(x, 0.5, 2, CT_QUINT8), CT_ERROR_TYPE, "no type for torch.quint8"},
        {"s", ct_to_sparse_csr(x), CT_ERROR_TYPE, "'s' is sparse"},
        {"m", ct_ones(CT_DIMS(2), CT_FLOAT32, .device = "meta"), CT_ERROR_NOT_IMPLEMENTED, "meta"},
    };
    ck_assert_int_eq(shell("echo kept > '%s'", file_in("m.st")), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ct_dict *dict = ct_dict_new();
        ct_dict_set(dict, cases[i].name, cases[i].tensor);
        ct_scope *attempt = ct_scope_begin();
        ct_status status = ct_safetensors_save(file_in("m.st"), dict);
        ck_assert_int_eq(ct_scope_catch(attempt), status);
        ck_assert_error(cases[i].code, cases[i].words);
        assert_only("m.st", "kept");
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(safetensors_metadata_is_texts_by_name)
{
    ct_dict *dict = ct_dict_new();
    ck_assert_int_eq(ct_safetensors_save(file_in("m"), dict, .metadata = {CT_ARGS("pt")}), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "metadata[0] is no text with a name");
    ck_assert_int_eq(ct_safetensors_save(file_in("m"), dict, .metadata = {CT_ARGS(ct_arg("n", 1))}), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "metadata[0], n is no text with a name");
    ct_value twice[] = {ct_arg("n", "a"), ct_arg("n", "b")};
    ck_assert_int_eq(ct_safetensors_save(file_in("m"), dict, .metadata = {twice, 2}), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "metadata has the key n twice");
    ck_assert_int_eq(ct_safetensors_save(file_in("m"), dict, .metadata = {CT_ARGS(ct_arg("n", "\xff"))}),
                     CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "pair 0 of the metadata is not UTF-8");
    ct_dict_free(dict);
    ck_assert_int_eq(access(file_in("m"), F_OK), -1);
}
END_TEST

/* ---- data.h: what a writer asks of a tensor ---- */

START_TEST(a_tensor_tells_its_memory_layout_and_identity)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = formula(CT_DIMS(4, 6), CT_FLOAT32), *row = ct_at(x, "2"), *same = ct_tensor_share(x);
    ck_assert_ptr_eq(ct_tensor_storage_data(x), ct_tensor_data(x, CT_FLOAT32));
    ck_assert_ptr_eq(ct_tensor_storage_data(row), ct_tensor_storage_data(x));
    ct_tensor *bytes = ct_tensor_storage(row);
    ck_assert_shape(bytes, 4 * 6 * 4);
    ck_assert_ptr_eq(ct_tensor_data(bytes, CT_UINT8), ct_tensor_storage_data(x));
    ck_assert_uint_eq(ct_tensor_id(x), ct_tensor_id(same));
    ck_assert_uint_ne(ct_tensor_id(x), ct_tensor_id(row));
    ck_assert_int_eq(ct_tensor_layout(x), CT_STRIDED);
    ct_tensor *sparse = ct_to_sparse_csr(x);
    ck_assert_int_eq(ct_tensor_layout(sparse), CT_SPARSE_CSR);
    ck_assert_ptr_null(ct_tensor_storage_data(sparse));
    ck_assert_ok(ct_scope_end(scope));
    scope = ct_scope_begin();
    ck_assert_ptr_null(ct_tensor_storage(ct_to_sparse_csr(ct_ones(CT_DIMS(1, 1), CT_FLOAT32))));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "no memory of its own");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("save");

    TCase *writing = suite_case(suite, "writing");
    tcase_add_checked_fixture(writing, make_folder, remove_folder);
    tcase_add_test(writing, python_reads_what_is_written);
    tcase_add_test(writing, one_tensor_is_a_file);
    tcase_add_test(writing, the_same_values_give_the_same_bytes);
    tcase_add_test(writing, what_cannot_be_written_is_named_by_its_place);
    tcase_add_test(writing, nothing_is_not_written);
    tcase_add_test(writing, a_path_that_cannot_be_written_is_an_error);
    tcase_add_test(writing, extra_files_have_names_of_their_own);
    tcase_add_test(writing, safetensors_refuses_what_the_format_has_not);
    tcase_add_test(writing, safetensors_metadata_is_texts_by_name);

    TCase *asking = suite_case(suite, "asking");
    tcase_add_test(asking, a_tensor_tells_its_memory_layout_and_identity);

    return suite_run(suite);
}
