# One program for each examples/<name>/main.c, in strict C99 as a user would compile it; each is also a test that runs in its
# own folder, without arguments.
# SPDX-License-Identifier: BSD-3-Clause

file(GLOB example_sources CONFIGURE_DEPENDS examples/*/main.c)
foreach(source IN LISTS example_sources)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(name ${folder} NAME)
    add_executable(example_${name} ${source})
    ctorch_compile_options(example_${name})
    set_target_properties(example_${name} PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
    target_compile_options(example_${name} PRIVATE -Werror)
    target_link_libraries(example_${name} PRIVATE ctorch)
    if(CTORCH_BUILD_TESTS)
        ctorch_add_test(example.${name} WORKING_DIRECTORY ${folder} COMMAND example_${name})
    endif()
endforeach()
