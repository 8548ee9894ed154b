/* tests/formats/kinds_tests.h: tests over what files hold besides plain tensors: quantized and sparse ones, NumPy's
 * arrays, containers and objects, optimizers' states, TorchScript; and files of other machines and Pythons.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_KINDS_TESTS_H
#define CTORCH_TESTS_FORMATS_KINDS_TESTS_H

#include "support.h"

static const char *const quantized_samples[] = {"quantized.pt", "quantized_stream.pt"};

START_TEST(reads_quantized_tensors)
{
    static const struct {
        const char *name;
        ct_dtype dtype;
        const char *quantizer;
        size_t nbytes;
        double first[3];
    } tensors[] = {
        {"tensor", CT_QUINT8, "(torch.per_tensor_affine, 0.5, 3)", 6, {3, 17, 31}},
        {"signed", CT_QINT8, "(torch.per_tensor_affine, 0.5, 0)", 6, {0, 14, 28}},
        {"wide", CT_QINT32, "(torch.per_tensor_affine, 0.125, 0)", 24, {0, 56, 112}},
        {"channels",
         CT_QINT8,
         "(torch.per_channel_affine, Tensor(torch.float64, (2,)), Tensor(torch.int64, (2,)), 0)",
         6,
         {1, 15, 29}},
    };
    saved_file *file = open_sample(quantized_samples[_i]);
    for (size_t i = 0; i < COUNT(tensors); i++) {
        const record_tensor *t = get_tensor(saved_file_root(file), tensors[i].name);
        ck_assert_int_eq(t->dtype, tensors[i].dtype);
        assert_dims(t->shape, t->ndim, "2,3");
        assert_repr(t->quantizer, tensors[i].quantizer);
        ck_assert_uint_eq(t->nbytes, tensors[i].nbytes);
        for (size_t k = 0; k < 3; k++)
            ck_assert_double_eq(element(t, k), tensors[i].first[k]);
    }
    /* PyTorch 1.13 writes the other name of the scheme; the type of the zero points tells it. */
    record *const *floats = get_tensor(saved_file_root(file), "floats")->quantizer->list.items;
    ck_assert_int_eq(floats[1]->tensor->dtype, CT_FLOAT32);
    ck_assert_int_eq(floats[2]->tensor->dtype, CT_FLOAT32);
    const record *packed = record_get(saved_file_root(file), "packed"); /* gone in newer releases */
    if (packed) {
        ck_assert_int_eq(packed->tensor->dtype, CT_QUINT4X2);
        ck_assert_uint_eq(packed->tensor->nbytes, 4); /* each row of three takes two bytes */
    }
    saved_file_release(file);
}
END_TEST

static const char *const sparse_samples[] = {"sparse.pt", "sparse_stream.pt"};

START_TEST(reads_sparse_tensors)
{
    static const struct {
        const char *name;
        size_t parts;
    } layouts[] = {{"csr", 3}, {"csc", 3}, {"bsr", 3}, {"bsc", 3}};
    saved_file *file = open_sample(sparse_samples[_i]);
    const record *root = saved_file_root(file), *coo = get(root, "coo");
    ck_assert(record_is_global(coo->object->callable, "torch._utils", "_rebuild_sparse_tensor"));
    ck_assert(record_is_global(coo->object->args->list.items[0], "torch", "sparse_coo"));
    record *const *parts = coo->object->args->list.items[1]->list.items;
    assert_dims(parts[0]->tensor->shape, parts[0]->tensor->ndim, "2,4");
    assert_dims(parts[1]->tensor->shape, parts[1]->tensor->ndim, "4");
    assert_repr(parts[2], "(4, 4)");
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq(element(parts[0]->tensor, i), (double)i);
    for (size_t i = 0; i < COUNT(layouts); i++) {
        const record *tensor = record_get(root, layouts[i].name);
        if (!tensor)
            continue; /* PyTorch 1.13 writes of these only the first */
        char name[20];
        snprintf(name, sizeof name, "sparse_%s", layouts[i].name);
        ck_assert(record_is_global(tensor->object->args->list.items[0], "torch", name));
        for (size_t part = 0; part < layouts[i].parts; part++)
            ck_assert_int_eq(tensor->object->args->list.items[1]->list.items[part]->kind, RECORD_TENSOR);
    }
    assert_repr(get(root, "meta"), "torch._utils._rebuild_meta_tensor_no_storage(torch.float32, (2,), (1,), False)");
    const record *nested = record_get(root, "nested");
    if (nested)
        assert_repr(nested, "torch._utils._rebuild_nested_tensor(Tensor(torch.float32, (5,)), Tensor(torch.int64, (2, "
                            "1)), Tensor(torch.int64, (2, 1)), Tensor(torch.int64, (2,)))");
    saved_file_release(file);
}
END_TEST

/* Element types that PyTorch 1.13 does not have, where the PyTorch at hand does. */
START_TEST(reads_rare_dtypes)
{
    static const char *const files[] = {"rare.pt", "rare_stream.pt"};
    saved_file *file = open_sample(files[_i]);
    const record *root = saved_file_root(file);
    for (size_t i = 0; i < root->dict.count; i++) {
        const char *key;
        const record_tensor *t;
        ck_assert_int_eq(pt_state_entry(root, i, &key, &t), CT_OK);
        ck_assert_str_eq(ct_dtype_name(t->dtype) + strlen("torch."), key);
        for (size_t k = 0; k < t->nbytes; k++)
            ck_assert_uint_eq(record_tensor_data(t)[k], 7 * k % 23);
    }
    saved_file_release(file);
}
END_TEST

START_TEST(reads_lazy_tensors)
{
    saved_file *file;
    const record *r =
        OPEN_PICKLE(&file, "ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE_OF(
                               "ComplexFloatStorage", "0", "K\3") "K\0K\3\x85K\1\x85\x89}}X\4\0\0\0conj\x88stR.");
    ck_assert(r->tensor->conj && !r->tensor->neg);
    saved_file_release(file);
    r = OPEN_PICKLE(&file, "ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE "K\0))\x89}}X\3\0\0\0neg\x88stR.");
    ck_assert(!r->tensor->conj && r->tensor->neg);
    saved_file_release(file);

    file = open_sample("lazy.pt");
    ck_assert_int_eq(get_tensor(saved_file_root(file), "plain")->conj, false);
    ck_assert_int_eq(get_tensor(saved_file_root(file), "conj")->dtype, CT_COMPLEX64);
    saved_file_release(file);
}
END_TEST

static const char *const arrays_samples[] = {"arrays.pt", "arrays_stream.pt", "arrays_protocol5.pt"};

START_TEST(reads_arrays_of_numpy)
{
    saved_file *file = open_sample(arrays_samples[_i]);
    const record *root = saved_file_root(file);
    if (root->dict.count) { /* the Python at hand has NumPy */
        assert_repr(get(root, "float"), "1.5");
        assert_repr(get(root, "int"), "-7");
        assert_repr(get(root, "bool"), "True");
        ck_assert_int_eq(get(root, "texts")->kind, RECORD_OBJECT);
        static const struct {
            const char *name, *shape, *strides;
            ct_dtype dtype;
        } arrays[] = {{"matrix", "2,3", "3,1", CT_FLOAT32},
                      {"columns", "2,3", "1,2", CT_INT64},
                      {"big", "3", "1", CT_INT32},
                      {"empty", "0,2", "2,1", CT_FLOAT64}};
        for (size_t i = 0; i < COUNT(arrays); i++) {
            const record_tensor *t = get_tensor(root, arrays[i].name);
            ck_assert_int_eq(t->dtype, arrays[i].dtype);
            assert_dims(t->shape, t->ndim, arrays[i].shape);
            assert_dims(t->strides, t->ndim, arrays[i].strides);
        }
        static const double columns[] = {0, 3, 1, 4, 2, 5};
        for (size_t i = 0; i < COUNT(columns); i++) {
            ck_assert_double_eq(element(get_tensor(root, "matrix"), i), (double)i);
            ck_assert_double_eq(element(get_tensor(root, "columns"), i), columns[i]);
        }
        ck_assert_double_eq(element(get_tensor(root, "big"), 2), 2);
    }
    saved_file_release(file);
}
END_TEST

static const char *const containers_samples[] = {"containers.pt", "containers_stream.pt"};

START_TEST(reads_containers_and_objects)
{
    static const struct {
        const char *key, *repr;
    } values[] = {
        {"default", "collections.defaultdict(builtins.list) {'a': [1]}"},
        {"counter", "collections.Counter({'a': 2, 'b': 1})"},
        {"options", "argparse.Namespace() {'lr': 0.1}"},
        {"frozen", "{1}"},
        {"complex", "builtins.complex(1.0, 2.0)"},
        {"array", "b'ab\\xff'"},
        {"class", "torch.nn.modules.linear.Linear"},
        {"storage", "Storage(torch.float32, 12 bytes)"},
        {"keys", "{0: 'zero', (1, 2): 'pair', 1.5: 'real', None: 'none'}"},
    };
    saved_file *file = open_sample(containers_samples[_i]);
    const record *root = saved_file_root(file);
    for (size_t i = 0; i < COUNT(values); i++)
        assert_repr(get(root, values[i].key), values[i].repr);
    const record *function = get(root, "function");
    ck_assert(record_is_global(function->object->callable, "builtins", "getattr"));
    ck_assert(record_is_string(function->object->args->list.items[1], "tanh"));
    const float *storage = (const float *)record_storage_bytes(get(root, "storage")->storage);
    ck_assert(storage[0] == 0 && storage[1] == 7 && storage[2] == 14);
    saved_file_release(file);
}
END_TEST

static const char *const optimizer_samples[] = {"optimizer.pt", "optimizer_stream.pt"};

START_TEST(reads_an_optimizer)
{
    saved_file *file = open_sample(optimizer_samples[_i]);
    const record *optimizer = get(saved_file_root(file), "optimizer"), *state = get(optimizer, "state");
    ck_assert_uint_eq(state->dict.count, 2);
    ck_assert_int_eq(state->dict.pairs[0].key->integer, 0);
    const record_tensor *moment = get_tensor(state->dict.pairs[0].value, "exp_avg");
    assert_dims(moment->shape, moment->ndim, "2,3");
    ck_assert_float_eq_tol((float)element(moment, 0), 0.1F, 1e-6F);
    assert_repr(get(get(saved_file_root(file), "scheduler"), "last_epoch"), "1");
    saved_file_release(file);
}
END_TEST

START_TEST(reads_a_torchscript_archive)
{
    saved_file *file = open_sample("script.pt");
    const record *root = saved_file_root(file);
    ck_assert_int_eq(saved_file_format(file), SAVED_TORCHSCRIPT);
    ck_assert_str_eq(root->object->callable->global.module, "__torch__.torch.nn.modules.linear");
    const record_tensor *weight = record_attribute(root, "weight")->tensor;
    assert_dims(weight->shape, weight->ndim, "3,2");
    ck_assert(weight->requires_grad);
    assert_repr(record_attribute(root, "training"), "True");
    assert_repr(saved_file_constants(file), "()");
    saved_file_release(file);

    /* A frozen one holds its tensors as constants; its lists bear their types. */
    archive *a = calloc(1, sizeof *a);
    static const char pickle[] =
        "c__torch__\nNet\n)\x81}(X\1\0\0\0nctorch.jit._pickle\nbuild_intlist\n](K\1K\2e\x85RX\1\0\0\0dctorch.jit."
        "_pickle\nrestore_type_tag\n}X\1\0\0\0d\x86Rub.";
    static const char constants[] = TENSOR("K\0", "K\6\x85", "K\1\x85");
    archive_add(a, "m/data.pkl", pickle, sizeof pickle - 1, 64);
    archive_add(a, "m/version", "3", 1, 1);
    archive_add(a, "m/code/__torch__.py", "import os; os.abort()", 21, 1);
    archive_add(a, "m/constants.pkl", constants, sizeof constants - 1, 64);
    archive_add(a, "m/constants/0", (const float[]){0, 7, 14, 21, 5, 12}, 24, 64);
    assert_repr(open_good(&file, a), "__torch__.Net() {'n': [1, 2], 'd': {}}");
    assert_formula(saved_file_constants(file)->tensor);
    saved_file_release(file);

    a = begin_archive("N.", 2);
    archive_add(a, "a/code/__torch__.py", "", 0, 1);
    open_good(&file, a);
    ck_assert_int_eq(saved_file_format(file), SAVED_TORCHSCRIPT);
    ck_assert_ptr_null(saved_file_constants(file));
    saved_file_release(file);
}
END_TEST

START_TEST(reads_a_big_endian_stream)
{
    saved_file *file = open_sample("big_endian_stream.pt");
    const record *root = saved_file_root(file);
    for (size_t i = 0; i < root->dict.count; i++)
        assert_formula(root->dict.pairs[i].value->tensor);
    ck_assert_uint_ge(root->dict.count, 10);
    saved_file_release(file);
}
END_TEST

START_TEST(reads_storages_that_are_parts_of_others)
{
    saved_file *file = open_sample("old_views_stream.pt");
    const record *root = saved_file_root(file);
    const record_tensor *base = get_tensor(root, "base"), *row = get_tensor(root, "row");
    assert_formula(base);
    ck_assert_ptr_eq(row->storage, base->storage);
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq(element(row, i), element(base, 12 + i));
    record_tensor_data(row)[0] = 1;
    ck_assert_uint_eq(record_tensor_data(base)[48], 1);
    ck_assert_double_eq(element(get_tensor(root, "scalar"), 0), element(base, 14));
    saved_file_release(file);
}
END_TEST

START_TEST(reads_a_pickle_of_python2)
{
    saved_file *file = open_sample("python2_stream.pt");
    const record *root = saved_file_root(file);
    assert_formula(get_tensor(root, "w"));
    assert_repr(get(root, "name"), "'net'");
    assert_repr(get(root, "raw"), "b'\\xff'");
    ck_assert_uint_eq(get(root, "long")->text.size, 300);
    saved_file_release(file);
}
END_TEST

/* ---- the suite ---- */

static void add_kinds(Suite *suite)
{
    TCase *c = add_case(suite, "kinds");
    tcase_add_loop_test(c, reads_quantized_tensors, 0, COUNT(quantized_samples));
    tcase_add_loop_test(c, reads_sparse_tensors, 0, COUNT(sparse_samples));
    tcase_add_loop_test(c, reads_rare_dtypes, 0, 2);
    tcase_add_test(c, reads_lazy_tensors);
    tcase_add_loop_test(c, reads_arrays_of_numpy, 0, COUNT(arrays_samples));
    tcase_add_loop_test(c, reads_containers_and_objects, 0, COUNT(containers_samples));
    tcase_add_loop_test(c, reads_an_optimizer, 0, COUNT(optimizer_samples));
    tcase_add_test(c, reads_a_torchscript_archive);
    tcase_add_test(c, reads_a_big_endian_stream);
    tcase_add_test(c, reads_storages_that_are_parts_of_others);
    tcase_add_test(c, reads_a_pickle_of_python2);
}

#endif
