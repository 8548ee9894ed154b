# libctorch.so, of three parts: the C that knows nothing of torch (src/core, src/formats), the C that stands on it and
# on our public headers (every other folder of src), and the C++ shim, the only part that is given libtorch's headers.
# SPDX-License-Identifier: BSD-3-Clause

function(ctorch_part name)
    add_library(${name} OBJECT ${ARGN})
    ctorch_compile_options(${name})
    target_include_directories(${name}
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        PRIVATE ${PROJECT_SOURCE_DIR}/src)
    # Calls into libtorch go through its address, not through a stub: one cache line less in a call that touches a hundred.
    target_compile_options(${name} PRIVATE -fno-plt $<$<CONFIG:Release>:-O2>)
    # Our thread-local state is read on every call; initial-exec reads it without a function call. In a sanitized program the
    # linker's shortcut for it makes the null check fail falsely.
    if(NOT CTORCH_SANITIZE)
        target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:C>:-ftls-model=initial-exec>)
    endif()
endfunction()

file(GLOB formats_sources CONFIGURE_DEPENDS src/core/*.c src/formats/*.c)
file(GLOB topic_sources CONFIGURE_DEPENDS src/*/*.c)
list(REMOVE_ITEM topic_sources ${formats_sources})
file(GLOB shim_sources CONFIGURE_DEPENDS shim/*.cpp shim/*/*.cpp)

ctorch_part(ctorch_formats_objects ${formats_sources})
ctorch_part(ctorch_topics ${topic_sources})
ctorch_part(ctorch_shim ${shim_sources})
target_link_libraries(ctorch_shim PRIVATE torch)
target_include_directories(ctorch_shim PRIVATE shim)
target_include_directories(ctorch_shim SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
# In brackets, so that the text has no path in it, and a build in another folder finds what is compiled in the cache.
target_precompile_headers(ctorch_shim PRIVATE <torch.hpp>)
# ccache can only tell which precompiled header gcc used when the preprocessed text says so.
target_compile_options(ctorch_shim PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

add_library(ctorch SHARED)
add_library(ctorch::ctorch ALIAS ctorch)
ctorch_compile_options(ctorch)
target_sources(ctorch PRIVATE
    $<TARGET_OBJECTS:ctorch_formats_objects>
    $<TARGET_OBJECTS:ctorch_topics>
    $<TARGET_OBJECTS:ctorch_shim>)
set_target_properties(ctorch PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION 0
    LINKER_LANGUAGE CXX
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/ctorch.map
    INSTALL_RPATH_USE_LINK_PATH ON)
target_include_directories(ctorch PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(ctorch PRIVATE torch ${CMAKE_DL_LIBS})
target_link_options(ctorch PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/ctorch.map)
if(NOT CTORCH_SANITIZE)
    # A sanitized library leaves the sanitizer's own symbols to the program.
    target_link_options(ctorch PRIVATE LINKER:--no-undefined)
endif()

# What reads and writes checkpoint files without libtorch: for tools, fuzzers and tests. Not installed.
add_library(ctorch_formats STATIC $<TARGET_OBJECTS:ctorch_formats_objects>)
ctorch_compile_options(ctorch_formats)
target_include_directories(ctorch_formats PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
