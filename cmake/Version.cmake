# The version stands in one place, include/ctorch/base.h, and is read from there.
# SPDX-License-Identifier: BSD-3-Clause

function(ctorch_read_version header result)
    file(STRINGS ${header} lines REGEX "^#define CT_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
    list(TRANSFORM lines REPLACE "^#define CT_VERSION_[A-Z]+ " "")
    list(LENGTH lines count)
    if(NOT count EQUAL 3)
        message(FATAL_ERROR
            "${header}: expected CT_VERSION_MAJOR, _MINOR and _PATCH, a number each, found ${count} of the three")
    endif()
    list(JOIN lines "." version)
    set(${result} ${version} PARENT_SCOPE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
endfunction()
