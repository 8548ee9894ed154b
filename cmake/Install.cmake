# What `cmake --install` puts where: library, headers, the CMake package and the pkg-config file. A consumer is a C
# project, so neither package asks for libtorch: libctorch.so names it as its own dependency.
# SPDX-License-Identifier: BSD-3-Clause

include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ctorch)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS ctorch EXPORT ctorch LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES include/ctorch.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/ctorch DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT ctorch NAMESPACE ctorch:: FILE ctorchConfig.cmake DESTINATION ${config_dir})

# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ctorchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ctorchConfigVersion.cmake DESTINATION ${config_dir})

# The .pc file finds its prefix from where it lies, so that `cmake --install --prefix` may put it anywhere.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    file(RELATIVE_PATH up /root/${pkgconfig_dir} /root)
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/ctorch.pc.in ${PROJECT_BINARY_DIR}/ctorch.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ctorch.pc DESTINATION ${pkgconfig_dir})
