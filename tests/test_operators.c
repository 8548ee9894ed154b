/* tests/test_operators.c: every operator against Python: tools/operators/cases.txt has the calls, python/operators.py
 * made them. Then all of them with tensors that they are not made for, which end in an error or a result, not in a
 * crash.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "generated/ops_calls.h"
#include "operators.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const operator_input *find_made_input(const char *name)
{
    for (size_t i = 0; i < COUNT(made_inputs); i++) {
        if (strcmp(made_inputs[i].name, name) == 0)
            return &made_inputs[i];
    }
    return NULL;
}

static ct_dict *load(const char *name)
{
    ct_dict *dict = ct_load(oracle_path("CTORCH_TEST_FRESH", name));
    ck_assert_msg(dict != NULL, "%s", ct_error_message());
    return dict;
}

/* ---- What Python did ---- */

enum { MOST_LINES = 2000, LINE = 1024 };

/* A line of operators.txt; python/operators.py explains the fields. */
typedef struct record {
    char text[LINE];
    const char *call, *outcome, *results, *words;
} record;

static struct {
    record *lines;
    size_t n;
    ct_dict *tensors;
} python;

static char *cut(char **rest)
{
    char *field = *rest;
    *rest += strcspn(field, "\t");
    if (**rest)
        *(*rest)++ = 0;
    return field;
}

static void read_python(void)
{
    current.dense = load("operators_inputs.pt");
    python.tensors = load("operators.pt");
    python.lines = calloc(MOST_LINES, sizeof *python.lines);
    ck_assert_ptr_nonnull(python.lines);
    FILE *file = oracle_open_fresh("operators.txt");
    for (python.n = 0; oracle_line(file, python.lines[python.n].text, LINE); python.n++) {
        ck_assert_uint_lt(python.n + 1, MOST_LINES);
        record *line = &python.lines[python.n];
        char *rest = line->text;
        line->call = cut(&rest);
        line->outcome = cut(&rest);
        line->results = cut(&rest);
        line->words = cut(&rest);
    }
    fclose(file);
}

static void forget_python(void)
{
    ct_dict_free(current.dense);
    ct_dict_free(python.tensors);
    free(python.lines);
}

static size_t find_record(const operator_call *call)
{
    size_t i = 0;
    while (i < python.n && strcmp(python.lines[i].call, call->text) != 0)
        i++;
    ck_assert_msg(i < python.n, "Python did not make the call %s", call->text);
    return i;
}

/* ---- Comparing ---- */

static int faults;

#define FAULT(call, ...)                                                                                               \
    do {                                                                                                               \
        fprintf(stderr, "%s: %s: ", (call)->function, (call)->text);                                                   \
        fprintf(stderr, __VA_ARGS__);                                                                                  \
        fputc('\n', stderr);                                                                                           \
        faults++;                                                                                                      \
    } while (0)

/* The tensor as python/operators.py writes results of this kind. */
static ct_tensor *plain(ct_tensor *x, char kind)
{
    switch (kind) {
    case 'n':
        return ct_to_padded_tensor(x, 0);
    case 'q':
        return ct_dequantize(x);
    case 's':
        return ct_to_dense(x);
    case 'h':
        return ct_tensor_to(x, .dtype = CT_COMPLEX64);
    default:
        return ct_detach(x);
    }
}

static void compare_numbers(const operator_call *call, const operator_result *given, ct_tensor *expected)
{
    double number = 0;
    ck_assert_ok(ct_tensor_copy_out(ct_tensor_to(expected, .dtype = CT_FLOAT64), &number, 1, CT_FLOAT64));
    static const char *const schemes[] = {"per_tensor_affine", "per_channel_affine"};
    if (given->text ? strstr(given->text, schemes[number != 0]) == NULL : given->number != number)
        FAULT(call, "%g%s instead of %g", given->number, given->text ? given->text : "", number);
}

/* words: "shape", or a tolerance; bit for bit without. */
static void compare_tensors(const operator_call *call, ct_tensor *given, ct_tensor *expected, const char *words)
{
    double tolerance = strtod(words, NULL);
    if (!given)
        FAULT(call, "no tensor");
    else if (ct_tensor_dtype(given) != ct_tensor_dtype(expected))
        FAULT(call, "%s instead of %s", ct_dtype_name(ct_tensor_dtype(given)),
              ct_dtype_name(ct_tensor_dtype(expected)));
    else if (strcmp(ct_tensor_shape_to_string(given), ct_tensor_shape_to_string(expected)) != 0)
        FAULT(call, "%s instead of %s", ct_tensor_shape_to_string(given), ct_tensor_shape_to_string(expected));
    else if (strcmp(words, "shape") != 0 &&
             !ct_allclose(given, expected, .rtol = tolerance, .atol = tolerance, .equal_nan = true))
        FAULT(call, "%s\ninstead of %s", ct_tensor_to_string(given), ct_tensor_to_string(expected));
}

static void compare_results(const operator_call *call, const record *line, size_t number)
{
    if (current.n_results != strlen(line->results)) {
        FAULT(call, "%zu results instead of %zu", current.n_results, strlen(line->results));
        return;
    }
    for (size_t i = 0; i < current.n_results; i++) {
        char key[48];
        snprintf(key, sizeof key, "%zu.%zu", number, i);
        ct_tensor *expected = ct_dict_get(python.tensors, key);
        if (line->results[i] == 'v')
            compare_numbers(call, &current.results[i], expected);
        else
            compare_tensors(call, plain(current.results[i].tensor, line->results[i]), expected, line->words);
    }
}

static bool is_uncovered(const char *overload)
{
    for (size_t i = 0; i < COUNT(uncovered_operators); i++) {
        if (strcmp(uncovered_operators[i], overload) == 0)
            return true;
    }
    return false;
}

/* That the call does what Python's did: works, is refused, or is missing in this release. */
static void check_call(const operator_call *call)
{
    size_t number = find_record(call);
    const record *line = &python.lines[number];
    bool works = strcmp(line->outcome, "works") == 0;
    operator_begin(AS_THEY_ARE, works ? strlen(line->results) : 1);
    call->run();
    if (works && ct_error_code() == CT_OK)
        compare_results(call, line, number);
    if (works && ct_error_code() != CT_OK)
        FAULT(call, "%s", ct_error_message());
    if (works)
        return;
    if (strcmp(line->outcome, "refused") == 0) {
        if (ct_error_code() == CT_OK)
            FAULT(call, "works, and Python refuses it: %s", line->results);
        else if (!strstr(ct_error_message(), line->results))
            FAULT(call, "refused with \"%s\", in Python with \"%s\"", ct_error_message(), line->results);
        if (!is_uncovered(call->overload))
            FAULT(call, "not in uncovered.txt, and Python refuses it: %s", line->results);
    } else if (ct_error_code() != CT_OK && !strstr(ct_error_message(), "needs libtorch")) {
        FAULT(call, "the message of a release without it is: %s", ct_error_message());
    }
}

START_TEST(operators_compute_as_python)
{
    const operator_section *section = &operator_sections[_i];
    read_python();
    faults = 0;
    for (size_t i = 0; i < section->n; i++) {
        ct_scope *scope = ct_scope_begin();
        check_call(&section->calls[i]);
        ct_scope_catch(scope);
        ct_error_clear();
    }
    forget_python();
    ck_assert_msg(faults == 0, "%s: %d faults, told of above", section->name, faults);
}
END_TEST

/* ---- Tensors that the operators are not made for ---- */

static const char *const replacement_names[] = {
    [EMPTY] = "empty tensors",
    [EMPTY_ALIKE] = "tensors without elements",
    [FIRST_ELEMENT] = "tensors without dimensions",
    [OTHER_TYPE] = "tensors of another type",
    [TRUTHS] = "truths",
    [COMPLEX] = "complex tensors",
};

/* In a process of its own: makes the calls from `first` on, and writes how far it is. */
static void make_calls(const operator_section *section, size_t first, replacement replacement, int progress)
{
    current.dense = load("operators_inputs.pt");
    for (size_t i = first; i < section->n; i++) {
        ck_assert_int_eq(write(progress, &i, sizeof i), sizeof i);
        ct_scope *scope = ct_scope_begin();
        operator_begin(replacement, 2);
        section->calls[i].run();
        ct_scope_catch(scope);
        ct_error_clear();
    }
}

/* How many calls are behind it when the process ends; *status is what waitpid says of it. */
static size_t run_process(const operator_section *section, size_t first, replacement replacement, int *status)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t process = fork();
    if (process == 0) {
        alarm(100);
        make_calls(section, first, replacement, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    size_t last = first;
    while (read(ends[0], &last, sizeof last) == sizeof last)
        ;
    close(ends[0]);
    ck_assert_int_eq(waitpid(process, status, 0), process);
    return last + 1;
}

START_TEST(operators_refuse_other_tensors)
{
    const operator_section *section = &operator_sections[_i];
    faults = 0;
    for (replacement replacement = EMPTY; replacement < REPLACEMENTS; replacement++) {
        for (size_t first = 0; first < section->n;) {
            int status;
            first = run_process(section, first, replacement, &status);
            if (status != 0)
                FAULT(&section->calls[first - 1], "%s with %s",
                      WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "fails a check",
                      replacement_names[replacement]);
        }
    }
    ck_assert_msg(faults == 0, "%s: %d faults, told of above", section->name, faults);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("operators");
    TCase *other = suite_case(suite, "other tensors"); /* first: it forks, which libtorch's threads do not survive */
    tcase_add_loop_test(other, operators_refuse_other_tensors, 0, (int)COUNT(operator_sections));
    TCase *python = suite_case(suite, "as Python");
    tcase_add_loop_test(python, operators_compute_as_python, 0, (int)COUNT(operator_sections));
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
