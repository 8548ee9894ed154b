/* tests/test_formats.c: the readers of torch.save's files, over files that PyTorch wrote and over damaged and hostile
 * ones, and of a module's text. The committed samples are of PyTorch 1.13.1 and 2.14.1; with CTORCH_PYTHON, the PyTorch
 * at hand writes them anew for another round.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/archive_tests.h"
#include "formats/kinds_tests.h"
#include "formats/module_text_tests.h"
#include "formats/opening_tests.h"
#include "formats/samples_tests.h"
#include "formats/safetensors_tests.h"
#include "formats/writer_tests.h"

#include <stdarg.h>

static int run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}

/* Runs a command of the shell's, and says which one failed. */
__attribute__((format(printf, 1, 2))) static bool shell(const char *format, ...)
{
    char command[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    if (system(command) == 0)
        return true;
    fprintf(stderr, "test_formats: failed: %s\n", command);
    return false;
}

static int run_committed(const char *data)
{
    Suite *suite = suite_create("formats");
    snprintf(samples, sizeof samples, "%s/formats/samples", data);
    add_archives(suite);
    add_samples(suite);
    add_kinds(suite);
    add_openings(suite);
    add_safetensors(suite);
    add_writers(suite);
    add_module_texts(suite);
    printf("%zu damaged or hostile files are tried\n", count_hostile());
    fflush(stdout); /* the tests run in forks, which would print it again */
    return run(suite);
}

static int run_newer(const char *data)
{
    Suite *suite = suite_create("formats, written by PyTorch 2.14");
    snprintf(samples, sizeof samples, "%s/formats/samples_2.14", data);
    add_samples(suite);
    add_kinds(suite);
    return run(suite);
}

static int run_fresh(const char *data, const char *python)
{
    snprintf(samples, sizeof samples, "/tmp/ctorch-formats-XXXXXX");
    if (!mkdtemp(samples) || !shell("'%s' '%s/formats/write_samples.py' '%s'", python, data, samples))
        return 1;
    Suite *suite = suite_create("formats, written by the PyTorch at hand");
    add_samples(suite);
    add_kinds(suite);
    int failed = run(suite);
    return shell("rm -r '%s'", samples) ? failed : 1;
}

int main(void)
{
    const char *data = getenv("CTORCH_TEST_DATA"), *python = getenv("CTORCH_PYTHON");
    if (!data) {
        fprintf(stderr, "test_formats: set CTORCH_TEST_DATA to the absolute path of tests/\n");
        return 2;
    }
    int failed = run_committed(data) + run_newer(data);
    if (python)
        failed += run_fresh(data, python);
    return failed != 0;
}
