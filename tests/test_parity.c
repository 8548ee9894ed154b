/* tests/test_parity.c: every layer of torch.nn against Python's: made from the same text, it prints the same, begins
 * with the same weights, computes the same outputs and gradients, and refuses what it should. The cases are in
 * tools/layers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "generated/nn_constructors.h"
#include "parity_runs.h"

/* ---- Against Python ---- */

static void check_print(const parity_case *c)
{
    ct_module *module = create_seeded(c);
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(c->constructor, "("), c->constructor);
    compare_texts(c, "class", ct_module_class(module), name);
    compare_texts(c, "print", ct_module_to_string(module), c->printed);
    if (*c->legacy)
        compare_texts(c, "print of 1.13", ct_module_to_string(module, .legacy = true), c->legacy);
}

/* Printed, read and printed again. */
static void check_parse(const parity_case *c)
{
    compare_texts(c, "print of what was printed", ct_module_to_string(ct_nn_parse(c->printed)), c->printed);
    if (*c->legacy)
        compare_texts(c, "print of what 1.13 printed", ct_module_to_string(ct_nn_parse(c->legacy), .legacy = true),
                      c->legacy);
}

/* Bit for bit what the Python at hand draws. Golden cases have 2.14's draws, of which 1.13 rounds those of uniform_
 * otherwise. */
static void check_weights(const parity_case *c)
{
    bool is_golden = parity_has_word(c->options, "golden");
    compare_dicts(c, "state", ct_module_state_dict(create_seeded(c)), all_recorded(c, "state."), is_golden ? 1e-6 : 0);
}

static void check_runs(const parity_case *c)
{
    check_runs_of(c, create_loaded);
}

/* A copy draws nothing, prints and holds the same, and computes the same. */
static void check_clone(const parity_case *c)
{
    run r;
    const char *rest = c->runs;
    while (next_run(c, &rest, &r) && r.is_refused)
        ;
    ct_module *module = create_loaded(c);
    ct_module_to(module, .dtype = r.dtype);
    ct_module_train(module, r.training);
    ct_manual_seed(SEED);
    ct_tensor *next = ct_rand(CT_DIMS(3), CT_FLOAT32);
    ct_manual_seed(SEED);
    ct_module *copy = ct_module_clone(module);
    compare(c, "what is drawn after cloning", ct_rand(CT_DIMS(3), CT_FLOAT32), next, 0);
    compare_prints(c, "print of the copy", copy, module);
    compare_dicts(c, "copy", ct_module_state_dict(copy), ct_module_state_dict(module), 0);
    tensors leaves = leaves_for(c, r.dtype), out = call_seeded(c, copy, &leaves);
    compare_outputs(c, &r, &out);
}

/* Making it fails, or calling it where the case has inputs; and says so in one line that has the piece. */
static void check_error(const parity_case *c)
{
    ct_scope *attempt = ct_scope_begin();
    ct_module *module = ct_nn_create(c->constructor);
    bool is_made = module != NULL;
    if (is_made && *c->inputs) {
        tensors in = leaves_for(c, CT_FLOAT32);
        ct_tensor *out = NULL;
        ct_module_call(module, in.at, in.n, CT_OUTPUTS(&out));
    }
    bool is_refused = ct_scope_catch(attempt) != CT_OK;
    const char *message = ct_error_message();
    if (!is_refused)
        parity_fault(c, "not refused; expected: %s", c->message);
    else if (!strstr(message, c->message) || strchr(message, '\n'))
        parity_fault(c, "%s\n    instead of %s", message, c->message);
    else if (!is_made && *c->inputs)
        parity_fault(c, "it cannot even be made: %s", message);
    ct_error_clear();
}

START_TEST(prints_as_python)
{
    parity_check_all(sections[_i], false, check_print);
}
END_TEST

START_TEST(reads_what_it_prints)
{
    parity_check_all(sections[_i], false, check_parse);
}
END_TEST

START_TEST(starts_with_the_weights_of_python)
{
    parity_check_all(sections[_i], false, check_weights);
}
END_TEST

START_TEST(computes_as_python)
{
    parity_check_all(sections[_i], false, check_runs);
}
END_TEST

START_TEST(clones)
{
    parity_check_all(sections[_i], false, check_clone);
}
END_TEST

START_TEST(refuses_with_a_reason)
{
    parity_check_all(sections[_i], true, check_error);
}
END_TEST

/* ---- The macros make what the texts make ---- */

#define DEFINE_MAKER(index, text, call)                                                                                \
    static ct_module *make_##index(void)                                                                               \
    {                                                                                                                  \
        return call;                                                                                                   \
    }
#define LIST_MAKER(index, text, call) {text, make_##index},

NN_CASES(DEFINE_MAKER)

static const struct constructor {
    const char *text;
    ct_module *(*make)(void);
} constructors[] = {NN_CASES(LIST_MAKER)};

static void check_constructor(const parity_case *c)
{
    ct_module *expected = create_seeded(c);
    ct_manual_seed(SEED);
    ct_module *module = c->make();
    compare_texts(c, "class", ct_module_class(module), ct_module_class(expected));
    compare_prints(c, "print", module, expected);
    compare_dicts(c, "state", ct_module_state_dict(module), ct_module_state_dict(expected), 0);
}

START_TEST(macros_make_the_same)
{
    parity_faults = 0;
    for (size_t i = 0; i < COUNT(constructors); i++) {
        parity_case c = {.section = "macros", .constructor = constructors[i].text, .make = constructors[i].make};
        parity_check(&c, check_constructor);
    }
    ck_assert_msg(parity_faults == 0, "%d faults, told of above", parity_faults);
}
END_TEST

/* ---- No layer of torch.nn is left out ---- */

typedef struct coverage {
    int layers, cases, errors, bare; /* bare: layers with fewer than three cases, or without an error case */
} coverage;

/* From lines such as "Conv2d 5 2". */
static coverage read_coverage(void)
{
    coverage total = {0};
    char name[64];
    int cases, errors;
    FILE *file = open_list("parity_layers.txt");
    while (file && fscanf(file, "%63s %d %d", name, &cases, &errors) == 3) {
        total.layers += cases > 0;
        total.cases += cases;
        total.errors += errors;
        total.bare += cases < 3 || errors < 1;
        if (cases < 3 || errors < 1)
            fprintf(stderr, "%s: %d cases, %d error cases\n", name, cases, errors);
    }
    if (file)
        fclose(file);
    return total;
}

START_TEST(every_layer_is_covered)
{
    coverage total = read_coverage();
    ck_assert_int_gt(total.layers, 0);
    ck_assert_msg(total.bare == 0, "%d layers of torch.nn have too few cases, told of above", total.bare);
}
END_TEST

int main(void)
{
    read_sections();
    Suite *suite = suite_create("parity");
    TCase *group = suite_case(suite, "parity");
    tcase_add_loop_test(group, prints_as_python, 0, section_count);
    tcase_add_loop_test(group, reads_what_it_prints, 0, section_count);
    tcase_add_loop_test(group, starts_with_the_weights_of_python, 0, section_count);
    tcase_add_loop_test(group, computes_as_python, 0, section_count);
    tcase_add_loop_test(group, clones, 0, section_count);
    tcase_add_loop_test(group, refuses_with_a_reason, 0, section_count);
    tcase_add_test(group, macros_make_the_same);
    tcase_add_test(group, every_layer_is_covered);
    int status = suite_run(suite);
    coverage total = read_coverage();
    printf("parity: %d layers of torch.nn covered by %d cases, %d error cases\n", total.layers, total.cases,
           total.errors);
    return status;
}
