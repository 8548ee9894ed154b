# ctorch_add_test(NAME COMMAND ...): a CTest test with what every test of ours needs in its environment.
# SPDX-License-Identifier: BSD-3-Clause

set(fresh_data ${PROJECT_BINARY_DIR}/fresh)

# Few threads: tests run side by side, and two are enough to take the parallel paths.
set(test_environment
    CTORCH_TEST_DATA=${PROJECT_SOURCE_DIR}/tests
    CTORCH_TEST_FRESH=${fresh_data}
    CTORCH_PYTHON=${CTORCH_PYTHON}
    OMP_NUM_THREADS=2
    OPENBLAS_NUM_THREADS=2)
set(test_seconds 300)
if(CTORCH_SANITIZE)
    set(test_seconds 900)
    # A size that no machine has must come back as NULL, as it does without the sanitizer.
    list(APPEND test_environment
        ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=1:strict_string_checks=1
        LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0
        UBSAN_OPTIONS=print_stacktrace=1)
endif()

function(ctorch_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "WORKING_DIRECTORY;FIXTURE" "COMMAND;ENVIRONMENT")
    add_test(NAME ${name} COMMAND ${arg_COMMAND})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${test_environment};${arg_ENVIRONMENT}" TIMEOUT ${test_seconds})
    if(arg_WORKING_DIRECTORY)
        set_tests_properties(${name} PROPERTIES WORKING_DIRECTORY ${arg_WORKING_DIRECTORY})
    endif()
    if(arg_FIXTURE)
        set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${arg_FIXTURE})
    endif()
endfunction()
