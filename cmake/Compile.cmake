# How our own files are compiled. Every target of ours calls ctorch_compile_options; libtorch's are system headers.
# SPDX-License-Identifier: BSD-3-Clause

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# C11 with the C library's POSIX side visible (extensions on); a target may ask for another C_STANDARD afterwards.
function(ctorch_compile_options target)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11
        C_STANDARD_REQUIRED ON
        CXX_STANDARD ${CTORCH_CXX_STANDARD}
        CXX_STANDARD_REQUIRED ON
        CXX_EXTENSIONS OFF
        CXX_SCAN_FOR_MODULES OFF
        C_VISIBILITY_PRESET hidden
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE -Wall -Wextra $<$<COMPILE_LANGUAGE:C>:-Wpedantic>)
    if(CTORCH_SANITIZE)
        # vptr compares type information that the linker map hides on our side of the library: false alarms. enum stops at
        # a value from C that no enumerator has, before our own check can report it.
        set(sanitize -fsanitize=address,undefined -fno-sanitize=vptr,enum)
        target_compile_options(${target} PRIVATE
            ${sanitize} -fno-sanitize-recover=undefined -fno-omit-frame-pointer -O1)
        target_link_options(${target} PRIVATE ${sanitize})
    endif()
endfunction()
