# One program for each file of bench/. Those in C++ compare with libtorch's own interface, so they link it directly.
# SPDX-License-Identifier: BSD-3-Clause

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c bench/*.cpp)
foreach(source IN LISTS bench_sources)
    get_filename_component(name ${source} NAME_WE)
    get_filename_component(extension ${source} EXT)
    add_executable(bench_${name} ${source})
    ctorch_compile_options(bench_${name})
    target_link_libraries(bench_${name} PRIVATE ctorch)
    if(extension STREQUAL ".cpp")
        target_link_libraries(bench_${name} PRIVATE torch)
        target_include_directories(bench_${name} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
    endif()
endforeach()
