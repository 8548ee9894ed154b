# One program for each examples/<name>/main.c, in strict C99 as a user would compile it. Each is a test in its own folder,
# with the files that are committed there, and another with those that its model.py writes with the Python at hand. Those
# that load a whole model, model.pt, have but the second: such a model is too large to be committed.
# SPDX-License-Identifier: BSD-3-Clause

set(examples_of_whole_models torchvision_resnet)

function(ctorch_test_example name folder)
    set(fresh ${fresh_data}/examples/${name})
    file(MAKE_DIRECTORY ${fresh})
    set(saved weights.pt)
    if(name IN_LIST examples_of_whole_models)
        set(saved model.pt)
    else()
        ctorch_add_test(example.${name} WORKING_DIRECTORY ${folder}
            COMMAND example_${name} weights.pt reference.pt ${fresh}/written.pt)
    endif()
    ctorch_add_test(example.${name}.model COMMAND ${CTORCH_PYTHON} ${folder}/model.py ${fresh})
    set_tests_properties(example.${name}.model PROPERTIES FIXTURES_SETUP example.${name})
    ctorch_add_test(example.${name}.fresh FIXTURE example.${name} WORKING_DIRECTORY ${folder}
        COMMAND example_${name} ${fresh}/${saved} ${fresh}/reference.pt ${fresh}/exported.pt)
endfunction()

# Python runs what the example wrote with fresh weights.
function(ctorch_test_exported folder)
    set(fresh ${fresh_data}/examples/export)
    ctorch_add_test(example.export.python FIXTURE exported
        COMMAND ${CTORCH_PYTHON} ${folder}/model.py --run ${fresh}/exported.pt ${fresh}/reference.pt)
    set_tests_properties(example.export.fresh PROPERTIES FIXTURES_SETUP exported)
endfunction()

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
        ctorch_test_example(${name} ${folder})
    endif()
endforeach()
if(CTORCH_BUILD_TESTS)
    ctorch_test_exported(${PROJECT_SOURCE_DIR}/examples/export)
endif()
