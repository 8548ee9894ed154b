/* test_tensor_print.c: tensors are printed (include/ctorch/tensor.h) as in Python, to the letter (tensor_print.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <inttypes.h>

/* ---- As Python prints ---- */

static ct_tensor *complex32(const ct_tensor *x)
{
    return ct_tensor_to(x, .dtype = CT_COMPLEX32);
}

static ct_tensor *meta(const ct_tensor *x)
{
    return ct_tensor_to(x, .device = "meta");
}

static ct_tensor *add(const ct_tensor *x)
{
    return ct_add(x, x);
}

static ct_tensor *matmul(const ct_tensor *x)
{
    return ct_matmul(x, x);
}

static ct_tensor *view_changed(const ct_tensor *x)
{
    ct_tensor *y = ct_add(x, x);
    ct_add_(ct_at(y, "0"), ct_at(y, "0"));
    return y;
}

static ct_tensor *changed_view(const ct_tensor *x)
{
    ct_tensor *y = ct_at(ct_add(x, x), "0");
    ct_add_(y, y);
    return y;
}

static ct_tensor *changed_in_no_grad(const ct_tensor *x)
{
    ct_scope *scope = ct_scope_begin();
    ct_no_grad();
    ct_tensor *y = ct_tensor_escape(ct_at(x, "0"));
    ct_add_(y, y);
    ct_scope_end(scope);
    return y;
}

static ct_tensor *sum(const ct_tensor *x)
{
    return ct_sum(x);
}

static ct_tensor *sparse_grad(const ct_tensor *x)
{
    ct_module *layer = ct_nn_embedding(5, 2, .sparse = true);
    ct_backward(ct_sum(ct_module_forward(layer, x)));
    return ct_tensor_grad(ct_module_parameter(layer, "weight"));
}

static ct_tensor *coo(const ct_tensor *x)
{
    return ct_to_sparse(x);
}

static ct_tensor *csr(const ct_tensor *x)
{
    return ct_to_sparse_csr(x);
}

static ct_tensor *csc(const ct_tensor *x)
{
    return ct_to_sparse_csc(x);
}

static ct_tensor *bsr(const ct_tensor *x)
{
    return ct_to_sparse_bsr(x, CT_DIMS(2, 2));
}

static ct_tensor *bsc(const ct_tensor *x)
{
    return ct_to_sparse_bsc(x, CT_DIMS(2, 2));
}

static ct_tensor *mkldnn(const ct_tensor *x)
{
    return ct_to_mkldnn(x);
}

static ct_tensor *quantized(const ct_tensor *x)
{
    return ct_quantize_per_tensor(x, 0.1, 10, CT_QUINT8);
}

static ct_tensor *quantized_channels(const ct_tensor *x)
{
    int64_t n = ct_tensor_size(x, 0);
    ct_tensor *scales = ct_div_scalar(ct_arange(1, n + 1, 1, CT_FLOAT32), 16);
    return ct_quantize_per_channel(x, scales, ct_arange(0, n, 1, CT_INT64), 0, CT_QINT8);
}

static ct_tensor *nested(const ct_tensor *x)
{
    ct_tensor *all = ct_tensor_share(x);
    return ct_as_nested_tensor(CT_TENSORS(all, ct_at(x, ":1")));
}

/* What is made of a saved tensor before it is printed: the STEPS of python/tensor_print.py. */
static const struct {
    const char *name;
    ct_tensor *(*make)(const ct_tensor *x);
} steps[] = {{"complex32", complex32},
             {"meta", meta},
             {"add", add},
             {"sum", sum},
             {"relu", ct_relu},
             {"matmul", matmul},
             {"view_changed", view_changed},
             {"changed_view", changed_view},
             {"changed_in_no_grad", changed_in_no_grad},
             {"sparse_grad", sparse_grad},
             {"coo", coo},
             {"csr", csr},
             {"csc", csc},
             {"bsr", bsr},
             {"bsc", bsc},
             {"mkldnn", mkldnn},
             {"quantized", quantized},
             {"quantized_channels", quantized_channels},
             {"nested", nested}};

/* A case "relu.3x3" begins with its step; one without a dot has none. */
static ct_tensor *tensor_of(ct_dict *saved, const char *name)
{
    ct_tensor *x = ct_dict_get(saved, name);
    size_t length = strcspn(name, ".");
    if (!name[length])
        return x;
    for (size_t i = 0; i < COUNT(steps); i++)
        if (strlen(steps[i].name) == length && strncmp(steps[i].name, name, length) == 0)
            return steps[i].make(x);
    ck_abort_msg("%s begins with no step that this test knows", name);
    return NULL;
}

typedef struct expectation {
    char name[64];
    ct_tensor_print_options options;
    char text[16384];
} expectation;

/* Reads a line with name, options and the number of lines that follow, and these; false at the end of the file. */
static bool next_expectation(FILE *file, expectation *e)
{
    char line[2048];
    if (!oracle_line(file, line, sizeof line))
        return false;
    ct_tensor_print_options *o = &e->options;
    int lines;
    int read = sscanf(line, "%63s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d", e->name,
                      &o->precision, &o->threshold, &o->edgeitems, &o->linewidth, &o->sci_mode, &lines);
    ck_assert_msg(read == 7, "not the first line of a case: %s", line);
    size_t length = 0;
    for (int i = 0; i < lines; i++) {
        ck_assert_msg(oracle_line(file, line, sizeof line), "%s ends early", e->name);
        length += (size_t)snprintf(e->text + length, sizeof e->text - length, "%s%s", i ? "\n" : "", line);
        ck_assert_msg(length < sizeof e->text, "%s is too long", e->name);
    }
    return true;
}

/* Compares each text of a file with ours; returns how many there were. */
static size_t compare(ct_dict *saved, FILE *file)
{
    static expectation e;
    size_t count = 0;
    for (; next_expectation(file, &e); count++) {
        ct_scope *scope = ct_scope_begin();
        const char *text = ct_tensor_to_string_with(tensor_of(saved, e.name), &e.options);
        /* Check has room for 4096 characters. */
        ck_assert_msg(strcmp(text, e.text) == 0, "%s prints\n%.1900s\ninstead of\n%.1900s", e.name, text, e.text);
        ck_assert_ok(ct_scope_end(scope));
    }
    fclose(file);
    return count;
}

START_TEST(prints_as_python)
{
    ct_dict *saved = ct_load(oracle_path("CTORCH_TEST_FRESH", "tensor_print.pt"));
    ck_assert_msg(saved != NULL, "%s", ct_error_message());
    size_t count = compare(saved, oracle_open_fresh("tensor_print.txt"));
    FILE *committed = fopen(oracle_path("CTORCH_TEST_DATA", "golden/tensor_print_2.14.txt"), "r");
    ck_assert_msg(committed != NULL, "golden/tensor_print_2.14.txt is missing");
    count += compare(saved, committed);
    ck_assert_uint_eq(count, ct_dict_size(saved));
    ct_dict_free(saved);
}
END_TEST

/* ---- Options ---- */

START_TEST(options_are_keyword_arguments)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_full(CT_DIMS(7), 0.125, CT_FLOAT64);
    ck_assert_str_eq(ct_tensor_to_string(x, .precision = 1, .threshold = 6, .edgeitems = 1, .linewidth = 20),
                     "tensor([0.1,  ...,\n        0.1],\n       dtype=torch.float64)");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(options_may_be_a_profile)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_full(CT_DIMS(1001), 0.5, CT_FLOAT32);
    ck_assert_str_eq(ct_tensor_to_string(x, CT_PRINT_SHORT), "tensor([0.50, 0.50,  ..., 0.50, 0.50])");
    ck_assert_str_eq(ct_tensor_to_string(x, CT_PRINT_SHORT, .precision = 1), "tensor([0.5, 0.5,  ..., 0.5, 0.5])");
    ck_assert_ptr_null(strstr(ct_tensor_to_string(x, CT_PRINT_FULL), "..."));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(without_options_they_are_pythons)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_full(CT_DIMS(1001), 1.5, CT_FLOAT32);
    ct_tensor_print_options defaults = ct_tensor_print_options_default();
    const char *expected = "tensor([1.5000, 1.5000, 1.5000,  ..., 1.5000, 1.5000, 1.5000])";
    ck_assert_str_eq(ct_tensor_to_string(x), expected);
    ck_assert_str_eq(ct_tensor_to_string_with(x, NULL), expected);
    ck_assert_str_eq(ct_tensor_to_string_with(x, &defaults), expected);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(refuses_options_that_mean_nothing)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert_str_eq(ct_tensor_to_string(x, .precision = -1), "");
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to_string: precision is -1; expected 0 to 1074");
    ck_assert_str_eq(ct_tensor_to_string(x, .precision = 1075), "");
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to_string: precision is 1075; expected 0 to 1074");
    ck_assert_str_eq(ct_tensor_to_string(x, .edgeitems = -1), "");
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to_string: edgeitems is -1; it cannot be negative");
    ck_assert_str_eq(ct_tensor_to_string(x, .sci_mode = 2), "");
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to_string: sci_mode is 2; expected 1 for always, 0 for never or -1");
    ct_tensor_free(x);
}
END_TEST

/* ---- What printing leaves alone ---- */

START_TEST(printing_records_nothing)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ct_requires_grad_(x, true);
    ck_assert_str_eq(ct_tensor_to_string(x), "tensor([1., 1.], requires_grad=True)");
    ck_assert(ct_grad_enabled());
    ck_assert_str_eq(ct_tensor_to_string(ct_detach(x)), "tensor([1., 1.])");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tensor_print");

    TCase *python = suite_case(suite, "as_python");
    tcase_add_test(python, prints_as_python);

    TCase *options = suite_case(suite, "options");
    tcase_add_test(options, options_are_keyword_arguments);
    tcase_add_test(options, options_may_be_a_profile);
    tcase_add_test(options, without_options_they_are_pythons);
    tcase_add_test(options, refuses_options_that_mean_nothing);

    TCase *alone = suite_case(suite, "leaves_alone");
    tcase_add_test(alone, printing_records_nothing);

    return suite_run(suite);
}
