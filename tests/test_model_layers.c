/* tests/test_model_layers.c: every layer of torch.nn as Python saved it whole: what C makes of its attributes prints
 * the same, holds the same and computes the same. The cases are in tools/layers; python/model_cases.py saves them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "parity_runs.h"

/* The model that holds the layers of the section, each under the number of its case. */
static ct_module *models;

/* The layer of a case; NULL where the Python at hand lacks it. */
static ct_module *saved_layer(const parity_case *c)
{
    char number[32];
    snprintf(number, sizeof number, "%.*s", (int)strcspn(c->prefix, "."), c->prefix);
    for (int64_t i = 0; i < ct_module_size(models); i++)
        if (strcmp(ct_module_name_at(models, i), number) == 0)
            return ct_module_at(models, i);
    return NULL;
}

static ct_module *copy_of_saved(const parity_case *c)
{
    return ct_module_clone(saved_layer(c));
}

static void check_saved(const parity_case *c)
{
    ct_module *layer = saved_layer(c);
    if (!layer)
        return;
    const char *expected = *c->legacy ? c->legacy : c->printed; /* an older release's defaults may differ */
    compare_texts(c, "print", ct_module_to_string(layer, .legacy = *c->legacy != 0), expected);
    check_runs_of(c, copy_of_saved);
}

static const char *path_of(const char *section, const char *ending)
{
    static char name[128];
    snprintf(name, sizeof name, "model_layers_%s%s.pt", section, ending);
    return oracle_path("CTORCH_TEST_FRESH", name);
}

static void check_state(const char *section)
{
    ct_scope *scope = ct_scope_begin();
    parity_case all = {.section = section, .constructor = "all layers", .called_with = ""};
    parity_faults = 0;
    compare_dicts(&all, "state", ct_module_state_dict(models), ct_load(path_of(section, "_state")), 0);
    ck_assert_int_eq(parity_faults, 0);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}

START_TEST(is_rebuilt_from_its_attributes)
{
    const char *notes = NULL;
    models = ct_model_load(path_of(sections[_i], ""), .notes = &notes);
    ck_assert_msg(models != NULL, "%s", ct_error_message());
    ck_assert_str_eq(notes, "");
    ck_assert_int_gt(ct_module_size(models), 0);
    check_state(sections[_i]);
    parity_check_all(sections[_i], false, check_saved);
    ct_module_free(models);
}
END_TEST

int main(void)
{
    read_sections();
    Suite *suite = suite_create("model_layers");
    TCase *group = suite_case(suite, "layers");
    tcase_add_loop_test(group, is_rebuilt_from_its_attributes, 0, section_count);
    return suite_run(suite);
}
