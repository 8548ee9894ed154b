/* tests/test_aoti.c: ctorch/aoti.h: packages that python/aoti_cases.py compiled, where the release can, and files that
 * are none.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <unistd.h>

static const char *package_path(const char *name)
{
    return oracle_fresh("aoti/%s", name);
}

/* Whether there are packages; if not, says why. */
static bool have_packages(void)
{
    FILE *file = fopen(package_path("skipped.txt"), "r");
    char reason[256] = "";
    if (!file)
        return true;
    ck_assert(fgets(reason, sizeof reason, file) != NULL);
    fclose(file);
    printf("skipped: %s", reason);
    return false;
}

static ct_tensor *expected(const char *name)
{
    return ct_dict_get(ct_load(package_path("expected.pt")), name);
}

static ct_aoti *load_described(void)
{
    ct_aoti *net = ct_aoti_load(package_path("described.pt2"));
    ck_assert_msg(net != NULL, "%s", ct_error_message());
    return net;
}

/* ---- Files that are no packages: on every release ---- */

START_TEST(says_what_a_file_is_that_is_no_package)
{
    static const struct {
        const char *path;
        ct_status code;
        const char *said;
    } cases[] = {
        {"aoti/missing.pt2", CT_ERROR_IO, "missing.pt2: "},
        {"aoti/exported.pt2", CT_ERROR_FORMAT,
         "exported.pt2: is an exported program, not compiled; in Python, torch._inductor.aoti_compile_and_package("},
        {"aoti/foreign.pt2", CT_ERROR_FORMAT, "foreign.pt2: is a zip archive, but not a package of AOTInductor"},
        {"script/net.pt", CT_ERROR_FORMAT, "net.pt: is TorchScript; ct_script_load reads such files"},
        {"script/state.pt", CT_ERROR_FORMAT, "state.pt: was written by torch.save; ct_load"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert(ct_aoti_load(oracle_path("CTORCH_TEST_FRESH", cases[i].path)) == NULL);
        ck_assert_error(cases[i].code, cases[i].said);
    }
    ck_assert(ct_aoti_load(oracle_path("CTORCH_TEST_DATA", "suite.h")) == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "suite.h: is no zip archive");
    ck_assert(ct_script_load(package_path("exported.pt2")) == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "exported.pt2: is a file of torch.export.save; in Python, ");
}
END_TEST

START_TEST(a_release_without_packages_says_so)
{
    ck_assert(ct_aoti_load(package_path("hollow.pt2"), .inputs = "float32[4]") == NULL);
    if (strncmp(ct_torch_version(), "1.", 2) == 0)
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_aoti_load: needs libtorch 2.6 or later; this is 1.");
    else
        ck_assert_error(CT_ERROR_FORMAT, "hollow.pt2: ");
}
END_TEST

START_TEST(reads_what_inputs_are)
{
    static const struct {
        const char *inputs, *said;
    } cases[] = {
        {"float[4], float32[3]", "expected an element type such as float32 at character 6"},
        {"float32[n, 4", "inputs \"float32[n, 4\": expected ',' at character 13"},
        {"float32 4", "expected an element type such as float32 at character 10"},
        {"float32[n:2-64], float32[3]", "expected limits such as 1..64 before here at character 15"},
        {"float32[4x], float32[3]", "expected a whole number instead of '4x'"},
        {"float32[99999999999999999999], float32[3]", "expected a whole number instead of '99999999999999999999'"},
        {"float32[,], float32[3]", "expected a size or a name at character 9"},
        {"float32[4] float32[3]", "expected ',' at character 12"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert(ct_aoti_load(package_path("hollow.pt2"), .inputs = cases[i].inputs) == NULL);
        ck_assert_error(CT_ERROR_VALUE, cases[i].said);
    }
}
END_TEST

/* ---- Packages ---- */

START_TEST(gives_what_python_gave)
{
    if (!have_packages())
        return;
    ct_scope *scope = ct_scope_begin();
    ct_aoti *net = load_described();
    ct_tensor *first, *second;
    ck_assert_ok(ct_aoti_call(net, CT_TENSORS(expected("x"), expected("y")), CT_OUTPUTS(&first, &second)));
    ck_assert(ct_allclose(first, expected("first"), .rtol = 1e-5, .atol = 1e-6));
    ck_assert(ct_allclose(second, expected("second"), .rtol = 1e-5, .atol = 1e-6));

    ct_tensor *x = ct_ones(CT_DIMS(9, 4), CT_FLOAT32), *y = ct_ones(CT_DIMS(9, 3), CT_FLOAT32);
    ck_assert_ok(ct_aoti_call(net, CT_TENSORS(x, y), CT_OUTPUTS(NULL, &second)));
    ck_assert_floats(second, 36);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(takes_what_is_not_contiguous)
{
    if (!have_packages())
        return;
    ct_scope *scope = ct_scope_begin();
    ct_aoti *net = load_described();
    ct_tensor *columns = ct_transpose(ct_contiguous(ct_transpose(expected("x"), 0, 1)), 0, 1), *first;
    ct_tensor *wide = ct_zeros(CT_DIMS(5 * 3 + 1), CT_FLOAT32), *y = ct_reshape(ct_at(wide, "1:"), CT_DIMS(5, 3));
    ct_add_(y, expected("y"));
    ck_assert_ok(ct_aoti_call(net, CT_TENSORS(columns, y), CT_OUTPUTS(&first, NULL)));
    ck_assert(ct_allclose(first, expected("first"), .rtol = 1e-5, .atol = 1e-6));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(knows_what_is_in_it)
{
    if (!have_packages())
        return;
    ct_scope *scope = ct_scope_begin();
    ct_aoti *net = load_described();
    ck_assert(strncmp(ct_aoti_inputs(net), "float32[s", 9) == 0);
    ck_assert_str_eq(ct_aoti_metadata(net, "AOTI_DEVICE_KEY"), "cpu");
    ck_assert_str_eq(ct_aoti_metadata(net, "nothing"), "");
    size_t found = 0;
    for (size_t i = 0; i < ct_aoti_constant_count(net); i++)
        found += strcmp(ct_aoti_constant_name(net, i), "linear.weight") == 0;
    ck_assert_uint_eq(found, 1);
    ck_assert_ok(ct_scope_end(scope));

    net = load_described();
    ck_assert_str_eq(ct_aoti_constant_name(net, 1000), "");
    ck_assert_error(CT_ERROR_INDEX, "index 1000 is out of range");
    ct_aoti_free(net);
}
END_TEST

START_TEST(checks_its_inputs)
{
    if (!have_packages())
        return;
    ct_scope *scope = ct_scope_begin();
    ct_aoti *net = ct_aoti_load(package_path("silent.pt2"), .inputs = "float32[n:2..64, 4], float32[n, 3]");
    ct_tensor *x = expected("x"), *y = expected("y"), *first = NULL, *second = NULL;
    ck_assert_ok(ct_aoti_call(net, CT_TENSORS(x, y), CT_OUTPUTS(&first, &second)));
    ck_assert(ct_allclose(first, expected("first"), .rtol = 1e-5, .atol = 1e-6));
    struct {
        ct_tensor *x, *y;
        const char *said;
    } cases[] = {
        {ct_tensor_to(x, .dtype = CT_FLOAT64), y,
         "ct_aoti_call: input 0 is torch.float64; the package takes float32[n:2..64, 4]"},
        {ct_at(x, ":, :3"), y, "input 0 has the shape (5, 3); the package takes float32[n:2..64, 4]"},
        {ct_at(x, "0"), y, "input 0 has the shape (4,)"},
        {ct_at(x, ":1"), ct_at(y, ":1"), "input 0 has the shape (1, 4)"},
        {ct_zeros(CT_DIMS(65, 4), CT_FLOAT32), y, "input 0 has the shape (65, 4)"},
        {x, ct_at(y, ":4"), "input 1 has the shape (4, 3), where n is 5; the package takes float32[n, 3]"},
        {x, NULL, "input 1 is None"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ct_scope *inner = ct_scope_begin();
        ck_assert_int_eq(ct_aoti_call(net, CT_TENSORS(cases[i].x, cases[i].y), CT_OUTPUTS(&first, &second)),
                         CT_ERROR_VALUE);
        ck_assert_error(CT_ERROR_VALUE, cases[i].said);
        ct_scope_end(inner);
    }
    ct_scope *inner = ct_scope_begin();
    ct_aoti_call(net, CT_TENSORS(x), CT_OUTPUTS(&first, &second));
    ck_assert_error(CT_ERROR_VALUE, "takes 2 inputs but 1 were given");
    ct_aoti_call(net, CT_TENSORS(x, y), CT_OUTPUTS(&first));
    ck_assert_error(CT_ERROR_VALUE, "gives 2 outputs; 1 were asked for");
    ck_assert(ct_aoti_forward(net, x) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "takes 2 inputs but 1 were given");
    ct_scope_end(inner);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(must_know_what_it_takes)
{
    if (!have_packages())
        return;
    const char *path = package_path("silent.pt2");
    ck_assert(ct_aoti_load(path) == NULL);
    ck_assert_error(CT_ERROR_VALUE,
                    "silent.pt2: does not say what inputs it takes, which must be checked; name them: ");
    ck_assert(ct_aoti_load(path, .inputs = "float32[n, 4]") == NULL);
    ck_assert_error(CT_ERROR_VALUE, "silent.pt2: takes 2 inputs; \"float32[n, 4]\" are 1");
    ck_assert(ct_aoti_load(path, .inputs = "float32[n, 4], float32[n, 3]", .model = "other") == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "silent.pt2: has no model 'other'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aoti");
    TCase *files = suite_case(suite, "files");
    tcase_add_test(files, says_what_a_file_is_that_is_no_package);
    tcase_add_test(files, a_release_without_packages_says_so);
    tcase_add_test(files, reads_what_inputs_are);
    TCase *packages = suite_case(suite, "packages");
    tcase_add_test(packages, gives_what_python_gave);
    tcase_add_test(packages, takes_what_is_not_contiguous);
    tcase_add_test(packages, knows_what_is_in_it);
    tcase_add_test(packages, checks_its_inputs);
    tcase_add_test(packages, must_know_what_it_takes);
    return suite_run(suite);
}
