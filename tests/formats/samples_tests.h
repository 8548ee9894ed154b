/* tests/formats/samples_tests.h: tests over the files that PyTorch wrote, see write_samples.py.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_SAMPLES_TESTS_H
#define CTORCH_TESTS_FORMATS_SAMPLES_TESTS_H

#include "support.h"
#include "formats/zip.h"

#include <pthread.h>

/* A sample in torch.save's zip format, and the same in its legacy format. */
static const char *const dtypes_samples[] = {"dtypes.pt", "dtypes_stream.pt", "big_endian.pt"};

START_TEST(reads_every_dtype)
{
    static const ct_dtype dtypes[] = {CT_UINT8,   CT_INT8,    CT_INT16,     CT_INT32,      CT_INT64, CT_FLOAT16,
                                      CT_FLOAT32, CT_FLOAT64, CT_COMPLEX64, CT_COMPLEX128, CT_BOOL,  CT_BFLOAT16};
    saved_file *file = open_sample(dtypes_samples[_i]);
    const record *root = saved_file_root(file);
    ck_assert_int_eq(root->kind, RECORD_DICT);
    ck_assert_uint_eq(root->dict.count, COUNT(dtypes));
    for (size_t i = 0; i < COUNT(dtypes); i++) {
        const char *key;
        const record_tensor *tensor;
        ck_assert_int_eq(pt_state_entry(root, i, &key, &tensor), CT_OK);
        ck_assert_int_eq(tensor->dtype, dtypes[i]);
        ck_assert_str_eq(key, ct_dtype_name(dtypes[i]) + strlen("torch."));
        assert_dims(tensor->shape, tensor->ndim, "6");
        assert_formula(tensor);
        ck_assert_uint_eq((uintptr_t)record_tensor_data(tensor) % record_dtype_unit(tensor->dtype), 0);
        ck_assert_str_eq(tensor->storage->location, "cpu");
    }
    saved_file_release(file);
}
END_TEST

static const char *const views_samples[] = {"views.pt", "views_stream.pt"};

START_TEST(reads_views)
{
    static const struct {
        const char *name, *shape, *strides;
        size_t offset, nbytes;
    } views[] = {
        {"base", "4,6", "6,1", 0, 96}, {"transposed", "6,4", "1,6", 0, 96}, {"columns", "4,2", "6,2", 4, 84},
        {"row", "6", "1", 48, 24},     {"scalar", "", "", 28, 4},
    };
    saved_file *file = open_sample(views_samples[_i]);
    const record *root = saved_file_root(file);
    const record_tensor *base = get_tensor(root, "base");
    assert_formula(base);
    for (size_t i = 0; i < COUNT(views); i++) {
        const record_tensor *t = get_tensor(root, views[i].name);
        assert_dims(t->shape, t->ndim, views[i].shape);
        assert_dims(t->strides, t->ndim, views[i].strides);
        ck_assert_ptr_eq(t->storage, base->storage);
        ck_assert_ptr_eq(record_tensor_data(t), record_tensor_data(base) + views[i].offset);
        ck_assert_uint_eq(t->nbytes, views[i].nbytes);
    }
    const record_tensor *empty = get_tensor(root, "empty");
    assert_dims(empty->shape, empty->ndim, "0,3");
    ck_assert_int_eq(empty->numel, 0);
    ck_assert_uint_eq(empty->nbytes, 0);
    const record_tensor *expanded = get_tensor(root, "expanded");
    assert_dims(expanded->strides, expanded->ndim, "0,0");
    ck_assert_int_eq(expanded->numel, 12);
    ck_assert_uint_eq(expanded->nbytes, 4);
    ck_assert_double_eq(element(expanded, 0), 7);
    saved_file_release(file);
}
END_TEST

static const char *const parameters_samples[] = {"parameters.pt", "parameters_stream.pt"};

START_TEST(reads_parameters)
{
    saved_file *file = open_sample(parameters_samples[_i]);
    const record *root = saved_file_root(file);
    static const struct {
        const char *name;
        bool is_parameter, requires_grad;
    } tensors[] = {{"plain", true, true},
                   {"frozen", true, false},
                   {"named", true, true},
                   {"tagged", false, false},
                   {"leaf", false, true}};
    for (size_t i = 0; i < COUNT(tensors); i++) {
        const record_tensor *t = get_tensor(root, tensors[i].name);
        assert_formula(t);
        ck_assert_int_eq(t->is_parameter, tensors[i].is_parameter);
        ck_assert_int_eq(t->requires_grad, tensors[i].requires_grad);
    }
    ck_assert_ptr_eq(get(root, "plain"), get(root, "again"));
    ck_assert(record_is_string(record_attribute(get(root, "tagged"), "role"), "mean"));
    saved_file_release(file);
}
END_TEST

static const char *const checkpoints[] = {"checkpoint.pt",       "protocol3.pt",         "protocol4.pt",
                                          "protocol5.pt",        "checkpoint_stream.pt", "protocol3_stream.pt",
                                          "protocol4_stream.pt", "protocol5_stream.pt"};

START_TEST(reads_a_checkpoint)
{
    static const struct {
        const char *key, *repr;
    } values[] = {
        {"epoch", "7"},
        {"loss", "0.125"},
        {"best", "None"},
        {"done", "False"},
        {"größe.名前", "Tensor(torch.float32, (2,))"},
        {"numbers", "[0, -1, 255, 65535, -2147483648, 2147483648, 9223372036854775807, -9223372036854775808, "
                    "0x8000000000000000, -0x10000000000000000, 0x400000000000000001]"},
        {"floats", "(1.5, -0.0, 1e+300, inf, 0.1)"},
        {"raw", "b'ab\\x00\\xff'"},
        {"nothing", "b''"},
        {"seen", "{3}"},
        {"shape", "(2, 3)"},
        {"dtype", "torch.float16"},
        {"device", "torch.device('cpu')"},
        {"text", "\"it's\\nNUL\\x00\""},
    };
    saved_file *file = open_sample(checkpoints[_i]);
    const record *root = saved_file_root(file);
    for (size_t i = 0; i < COUNT(values); i++)
        assert_repr(get(root, values[i].key), values[i].repr);
    const record *model = get(root, "model");
    for (size_t i = 0; i < model->dict.count; i++) {
        const char *key;
        const record_tensor *tensor;
        ck_assert_int_eq(pt_state_entry(model, i, &key, &tensor), CT_OK);
        assert_formula(tensor);
    }
    ck_assert_uint_eq(model->dict.count, 7);
    ck_assert_int_eq(get_tensor(model, "norm.num_batches_tracked")->dtype, CT_INT64);
    ck_assert_ptr_nonnull(record_attribute(model, "_metadata"));
    const record *group = get(get(root, "optimizer"), "param_groups")->list.items[0];
    assert_repr(get(group, "momentum"), "0.9");
    saved_file_release(file);
}
END_TEST

static const char *const module_samples[] = {"module.pt", "module_stream.pt"};

START_TEST(reads_a_module_without_its_code)
{
    saved_file *file = open_sample(module_samples[_i]);
    const record *net = saved_file_root(file);
    ck_assert_int_eq(net->kind, RECORD_OBJECT);
    ck_assert(record_is_global(net->object->callable, "torch.nn.modules.container", "Sequential"));
    ck_assert_ptr_nonnull(net->object->kwargs); /* made by __new__, not called */
    const record *block = get(record_attribute(net, "_modules"), "0");
    ck_assert(record_is_global(block->object->callable, "__main__", "DenseBlock"));
    int64_t growth_rate;
    ck_assert(record_int(record_attribute(block, "growth_rate"), &growth_rate));
    ck_assert_int_eq(growth_rate, 4);
    const record *layers = get(record_attribute(block, "_modules"), "layers");
    const record *linear = get(record_attribute(layers, "_modules"), "0");
    const record_tensor *weight = get_tensor(record_attribute(linear, "_parameters"), "weight");
    assert_dims(weight->shape, weight->ndim, "2,3");
    ck_assert(weight->is_parameter);
    ck_assert_ptr_null(record_attribute(block, "no_such_attribute"));
    saved_file_release(file);
}
END_TEST

static void *read_and_release(void *argument)
{
    saved_file *file = argument;
    const record_tensor *t = get_tensor(saved_file_root(file), "float32");
    assert_formula(t);
    void *data = record_tensor_data(t);
    saved_file_release(file);
    return data;
}

START_TEST(is_shared_between_threads)
{
    pthread_t threads[4];
    saved_file *file = open_sample(dtypes_samples[_i]);
    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_and_release, saved_file_retain(file)), 0);
    const void *data = record_tensor_data(get_tensor(saved_file_root(file), "float32"));
    saved_file_release(file);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *same;
        pthread_join(threads[i], &same);
        ck_assert_ptr_eq(same, data); /* also where it is a copy, which each of them may have made */
    }
}
END_TEST

START_TEST(keeps_the_file_when_a_tensor_is_written)
{
    saved_file *file = open_sample("dtypes.pt");
    memset(record_tensor_data(get_tensor(saved_file_root(file), "float32")), 0xff, 24);
    saved_file_release(file);
    file = open_sample("dtypes.pt");
    assert_formula(get_tensor(saved_file_root(file), "float32"));
    saved_file_release(file);
}
END_TEST

START_TEST(says_what_is_no_state_dict)
{
    const char *key;
    const record_tensor *tensor;
    saved_file *file = open_sample("sparse.pt");
    const record *root = saved_file_root(file), *coo = get(root, "coo");
    assert_failure(pt_state_entry(root, 0, &key, &tensor), CT_ERROR_TYPE, "coo is torch._utils._rebuild_sparse_tensor");
    assert_failure(pt_state_entry(root, 100, &key, &tensor), CT_ERROR_INDEX, "entry 100");
    assert_failure(pt_state_entry(coo, 0, &key, &tensor), CT_ERROR_TYPE, "not object");
    saved_file_release(file);
}
END_TEST

/* ---- every way to damage a file ---- */

/* Reads both ends of a tensor, so that a sanitizer sees one that lies outside the file. */
static ct_status use_tensor(void *user, const char *name, const record_tensor *tensor)
{
    (void)user;
    ck_assert_ptr_nonnull(name);
    unsigned char *data = record_tensor_data(tensor);
    ck_assert_ptr_nonnull(data);
    if (tensor->nbytes)
        data[0] = data[tensor->nbytes - 1];
    return CT_OK;
}

static void use_file(saved_file *file)
{
    ck_assert_int_eq(saved_file_each_tensor(file, use_tensor, NULL), CT_OK);
    free(record_repr(saved_file_root(file), 20, 5000));
    saved_file_release(file);
}

static void open_damaged(const unsigned char *bytes, size_t size)
{
    saved_file *file;
    ct_status status = saved_file_open_bytes(&file, bytes, size, "m.pt");
    if (status == CT_OK)
        use_file(file);
    else
        ck_assert_msg((status == CT_ERROR_FORMAT || status == CT_ERROR_NOT_IMPLEMENTED) && *ct_error_message(),
                      "%s: %s", ct_status_name(status), ct_error_message());
    ct_error_clear();
}

/* The bytes of a sample; the caller frees them. */
static unsigned char *load_sample(const char *name, size_t *size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", samples, name);
    FILE *in = fopen(path, "rb");
    ck_assert_ptr_nonnull(in);
    unsigned char *bytes = malloc(ARCHIVE_SIZE);
    *size = fread(bytes, 1, ARCHIVE_SIZE, in);
    fclose(in);
    return bytes;
}

/* An archive made anew, without checksums: behind them, damage would never reach the pickle. */
static archive *repack(const unsigned char *bytes, size_t size, zip_archive *zip)
{
    file_map *map;
    ck_assert_int_eq(file_map_lend(&map, (void *)bytes, size, "sample", NULL, NULL), CT_OK);
    ck_assert_int_eq(zip_open(zip, map), CT_OK);
    archive *a = calloc(1, sizeof *a);
    for (size_t i = 0; i < zip->count; i++) {
        archive_add(a, zip->entries[i].name, zip->entries[i].bytes, zip->entries[i].size, 16);
        a->entries[i].crc = 0;
    }
    archive_finish(a);
    file_map_close(map);
    return a;
}

/* Cuts the file short everywhere, and changes every byte of it in three ways. */
static void try_damage(unsigned char *bytes, size_t file_size)
{
    for (size_t size = 0; size < file_size; size++)
        open_damaged(bytes, size);
    for (size_t at = 0; at < file_size; at++) {
        static const unsigned char flips[] = {0x01, 0x80, 0xff};
        for (size_t i = 0; i < COUNT(flips); i++) {
            bytes[at] ^= flips[i];
            open_damaged(bytes, file_size);
            bytes[at] ^= flips[i];
        }
    }
    saved_file *file;
    ck_assert_int_eq(saved_file_open_bytes(&file, bytes, file_size, "m.pt"), CT_OK);
    use_file(file);
}

static const char *const damaged[] = {"views.pt",  "parameters.pt", "sparse.pt",   "quantized.pt",
                                      "script.pt", "checkpoint.pt", "protocol4.pt"};

START_TEST(survives_damage)
{
    zip_archive zip;
    size_t size;
    unsigned char *bytes = load_sample(damaged[_i], &size);
    archive *a = repack(bytes, size, &zip);
    try_damage(a->bytes, a->size);
    zip_close(&zip);
    free(bytes);
    free(a);
}
END_TEST

static const char *const damaged_streams[] = {"views_stream.pt",  "old_views_stream.pt", "quantized_stream.pt",
                                              "arrays_stream.pt", "protocol4_stream.pt", "python2_stream.pt"};

START_TEST(survives_damage_to_a_stream)
{
    size_t size;
    unsigned char *bytes = load_sample(damaged_streams[_i], &size);
    try_damage(bytes, size);
    free(bytes);
}
END_TEST

/* ---- the suite ---- */

static void add_samples(Suite *suite)
{
    TCase *c = add_case(suite, "samples");
    tcase_add_loop_test(c, reads_every_dtype, 0, COUNT(dtypes_samples));
    tcase_add_loop_test(c, reads_views, 0, COUNT(views_samples));
    tcase_add_loop_test(c, reads_parameters, 0, COUNT(parameters_samples));
    tcase_add_loop_test(c, reads_a_checkpoint, 0, COUNT(checkpoints));
    tcase_add_loop_test(c, reads_a_module_without_its_code, 0, COUNT(module_samples));
    tcase_add_test(c, says_what_is_no_state_dict);
    tcase_add_loop_test(c, is_shared_between_threads, 0, COUNT(dtypes_samples));
    tcase_add_test(c, keeps_the_file_when_a_tensor_is_written);
    tcase_add_loop_test(c, survives_damage, 0, COUNT(damaged));
    tcase_add_loop_test(c, survives_damage_to_a_stream, 0, COUNT(damaged_streams));
}

#endif
