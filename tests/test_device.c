/* tests/test_device.c: ctorch/device.h: the CPU, devices that this libtorch has no part for, and two that a plugin
 * makes up (plugin/device.cpp).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch/device.h>
#include <ctorch/generator.h>
#include <ctorch/scope.h>
#include <ctorch/tensor.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

/* ---- The CPU ---- */

START_TEST(the_cpu_is_always_there)
{
    const char *reason = "unset";
    ck_assert(ct_device_is_available("cpu", &reason));
    ck_assert_str_eq(reason, "");
    ck_assert(ct_device_is_available("cpu", NULL));
    ck_assert_int_eq(ct_device_count("cpu"), 1);
    ck_assert_int_eq(ct_device_current("cpu"), 0);
    ck_assert_str_eq(ct_device_name("cpu"), "cpu");
    ck_assert_ok(ct_device_synchronize("cpu"));
    ck_assert_ok(ct_device_set_current("cpu"));
}
END_TEST

START_TEST(the_cpu_keeps_no_memory)
{
    static const char message[] = "the CPU's memory is the operating system's";
    ck_assert_int_eq(ct_device_memory_allocated("cpu"), -1);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_memory_reserved("cpu"), -1);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_empty_cache("cpu"), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
}
END_TEST

/* ---- What is not there: xpu in every build that Debian and PyTorch make for NVIDIA's devices ---- */

START_TEST(says_why_a_device_cannot_be_had)
{
    ct_scope *scope = ct_scope_begin();
    const char *reason = NULL;
    ck_assert(!ct_device_is_available("xpu", &reason));
    ck_assert_str_eq(reason, "Torch not compiled with XPU enabled");
    ck_assert(!ct_device_is_available("xpu:3", NULL));
    ck_assert_int_eq(ct_device_count("xpu"), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(cuda_is_there_or_says_why_not)
{
    ct_scope *scope = ct_scope_begin();
    const char *reason = NULL;
    int64_t count = ct_device_count("cuda");
    ck_assert_int_ge(count, 0);
    ck_assert_int_eq(ct_device_is_available("cuda", &reason), count > 0);
    ck_assert_int_eq(reason[0] == 0, count > 0);
    if (count > 0) {
        ck_assert_str_ne(ct_device_name("cuda"), "");
        ck_assert_ok(ct_device_set_current("cuda:0"));
        ck_assert_int_eq(ct_device_current("cuda"), 0);
        ck_assert_ok(ct_device_synchronize("cuda"));
        ck_assert(!ct_device_is_available("cuda:127", &reason));
        ck_assert_ptr_nonnull(strstr(reason, "device is cuda:127; this process sees "));
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(what_is_not_there_fails_with_the_reason)
{
    static const char message[] = "Torch not compiled with XPU enabled";
    ck_assert_str_eq(ct_device_name("xpu"), "");
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_device_name: Torch not compiled with XPU enabled");
    ck_assert_int_eq(ct_device_synchronize("xpu"), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_current("xpu"), -1);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_set_current("xpu:0"), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_memory_allocated("xpu:1"), -1);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_memory_reserved("xpu"), -1);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
    ck_assert_int_eq(ct_device_empty_cache("xpu"), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, message);
}
END_TEST

/* ---- Names ---- */

START_TEST(refuses_what_names_no_device)
{
    static const char *const names[] = {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1:2", "CUDA"};
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_msg(!ct_device_is_available(names[i], NULL), "%s", names[i]);
        ck_assert_error(CT_ERROR_RUNTIME, "ct_device_is_available: ");
        ck_assert_int_eq(ct_device_count(names[i]), -1);
        ck_assert_error(CT_ERROR_RUNTIME, "ct_device_count: ");
    }
    const char *reason = "untouched";
    ck_assert(!ct_device_is_available("gpu", &reason));
    ck_assert_error(CT_ERROR_RUNTIME, "device type at start of device string: gpu");
    ck_assert_str_eq(reason, "untouched");
}
END_TEST

START_TEST(a_kind_of_device_has_no_number)
{
    ck_assert_int_eq(ct_device_count("cuda:0"), -1);
    ck_assert_error(CT_ERROR_VALUE, "ct_device_count: type is \"cuda:0\"; expected a kind of device without a number");
    ck_assert_int_eq(ct_device_current("cpu:0"), -1);
    ck_assert_error(CT_ERROR_VALUE, "ct_device_current: type is \"cpu:0\"");
    ck_assert_int_eq(ct_device_empty_cache("cuda:1"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_device_empty_cache: type is \"cuda:1\"");
}
END_TEST

START_TEST(a_failed_scope_asks_nothing)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_int_eq(ct_error_set(CT_ERROR_VALUE, "first"), CT_ERROR_VALUE);
    ck_assert(!ct_device_is_available("cpu", NULL));
    ck_assert_int_eq(ct_device_count("cpu"), -1);
    ck_assert_str_eq(ct_device_name("cpu"), "");
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "first");
}
END_TEST

START_TEST(pinned_memory_needs_an_accelerator)
{
    if (ct_device_is_available("cuda", NULL))
        return;
    ck_assert_ptr_null(ct_zeros(CT_DIMS(2), CT_FLOAT32, .pin_memory = true));
    ck_assert_error(ct_error_code(), "ct_zeros: ");
}
END_TEST

/* ---- Two devices of a plugin ---- */

static int (*plugin_waits)(int device);

/* Registers them with the libtorch of this process; nothing takes them away again. */
static void load_plugin(void)
{
    const char *path = getenv("CTORCH_TEST_DEVICE_PLUGIN");
    ck_assert_msg(path != NULL, "CTORCH_TEST_DEVICE_PLUGIN is not set: run the tests with ctest");
    void *plugin = dlopen(path, RTLD_NOW);
    ck_assert_msg(plugin != NULL, "%s", dlerror());
    void (*plugin_register)(void);
    *(void **)&plugin_register = dlsym(plugin, "plugin_register");
    *(void **)&plugin_waits = dlsym(plugin, "plugin_waits");
    plugin_register();
}

START_TEST(devices_are_counted_and_chosen)
{
    load_plugin();
    ct_scope *scope = ct_scope_begin();
    const char *reason = NULL;
    ck_assert_int_eq(ct_device_count("privateuseone"), 2);
    ck_assert(ct_device_is_available("privateuseone", &reason) && *reason == 0);
    ck_assert(ct_device_is_available("privateuseone:1", &reason) && *reason == 0);
    ck_assert(!ct_device_is_available("privateuseone:2", &reason));
    ck_assert_str_eq(reason, "device is privateuseone:2; this process sees 2 privateuseone devices");
    ck_assert_ok(ct_device_set_current("privateuseone:1"));
    ck_assert_int_eq(ct_device_current("privateuseone"), 1);
    ck_assert_ok(ct_device_set_current("privateuseone:0"));
    ck_assert_int_eq(ct_device_current("privateuseone"), 0);
    ck_assert_ok(ct_scope_end(scope));
    ck_assert_int_eq(ct_device_set_current("privateuseone:2"), CT_ERROR_INDEX);
    ck_assert_error(CT_ERROR_INDEX, "ct_device_set_current: device is privateuseone:2; this process sees 2 ");
    ck_assert_int_eq(ct_device_set_current("privateuseone"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE,
                    "Expected a torch.device with a specified index or an integer, but got:privateuseone");
    ck_assert_int_eq(ct_device_current("privateuseone"), 0);
    ck_assert_str_eq(ct_device_name("privateuseone"), "");
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "libtorch does not tell the names of privateuseone devices");
}
END_TEST

static void *current_here(void *result)
{
    *(int64_t *)result = ct_device_current("privateuseone");
    return NULL;
}

START_TEST(the_current_device_is_the_threads)
{
    load_plugin();
    ck_assert_ok(ct_device_set_current("privateuseone:1"));
    pthread_t thread;
    int64_t elsewhere = -1;
    ck_assert_int_eq(pthread_create(&thread, NULL, current_here, &elsewhere), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(elsewhere, 0);
    ck_assert_int_eq(ct_device_current("privateuseone"), 1);
    ck_assert_ok(ct_device_set_current("privateuseone:0"));
}
END_TEST

/* Whether this libtorch is at least that one. */
static bool has_release(int major, int minor)
{
    int has_major = 0, has_minor = 0;
    ck_assert_int_eq(sscanf(ct_torch_version(), "%d.%d", &has_major, &has_minor), 2);
    return has_major > major || (has_major == major && has_minor >= minor);
}

START_TEST(waits_for_the_device_that_was_named)
{
    load_plugin();
    if (!has_release(2, 6)) {
        ck_assert_int_eq(ct_device_synchronize("privateuseone:1"), CT_ERROR_NOT_IMPLEMENTED);
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_device_synchronize: needs libtorch 2.6 or later");
        return;
    }
    int before[] = {plugin_waits(0), plugin_waits(1)};
    ck_assert_ok(ct_device_synchronize("privateuseone:1"));
    ck_assert_int_eq(plugin_waits(1), before[1] + 1);
    ck_assert_int_eq(plugin_waits(0), before[0]);
    ck_assert_ok(ct_device_synchronize("privateuseone"));
    ck_assert_int_eq(plugin_waits(0), before[0] + 1);
}
END_TEST

START_TEST(memory_is_told_and_given_back)
{
    load_plugin();
    if (!has_release(2, 14)) {
        ck_assert_int_eq(ct_device_memory_allocated("privateuseone"), -1);
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_device_memory_allocated: needs libtorch 2.14 or later");
        ck_assert_int_eq(ct_device_memory_reserved("privateuseone"), -1);
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_device_memory_reserved: needs libtorch 2.14 or later");
        ck_assert_int_eq(ct_device_empty_cache("privateuseone"), CT_ERROR_NOT_IMPLEMENTED);
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "ct_device_empty_cache: needs libtorch 2.14 or later");
        return;
    }
    ck_assert_int_eq(ct_device_memory_allocated("privateuseone"), 1000);
    ck_assert_int_eq(ct_device_memory_allocated("privateuseone:1"), 2000);
    ck_assert_int_eq(ct_device_memory_reserved("privateuseone:1"), 4000);
    ck_assert_ok(ct_device_empty_cache("privateuseone"));
    ck_assert_int_eq(ct_device_memory_reserved("privateuseone:1"), 2000);
    ck_assert_int_eq(ct_device_memory_allocated("privateuseone:2"), -1);
    ck_assert_error(CT_ERROR_INDEX, "ct_device_memory_allocated: device is privateuseone:2; this process sees 2 ");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("device");

    TCase *absent = suite_case(suite, "without devices");
    tcase_add_test(absent, the_cpu_is_always_there);
    tcase_add_test(absent, the_cpu_keeps_no_memory);
    tcase_add_test(absent, says_why_a_device_cannot_be_had);
    tcase_add_test(absent, cuda_is_there_or_says_why_not);
    tcase_add_test(absent, what_is_not_there_fails_with_the_reason);
    tcase_add_test(absent, refuses_what_names_no_device);
    tcase_add_test(absent, a_kind_of_device_has_no_number);
    tcase_add_test(absent, a_failed_scope_asks_nothing);
    tcase_add_test(absent, pinned_memory_needs_an_accelerator);

    TCase *plugin = suite_case(suite, "with a plugin");
    tcase_add_test(plugin, devices_are_counted_and_chosen);
    tcase_add_test(plugin, the_current_device_is_the_threads);
    tcase_add_test(plugin, waits_for_the_device_that_was_named);
    tcase_add_test(plugin, memory_is_told_and_given_back);

    return suite_run(suite);
}
