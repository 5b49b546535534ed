# What 'cmake --install' puts where: programs, libraries, headers, and what
# pkg-config and find_package need.  All of it may be moved to another prefix.
include (CMakePackageConfigHelpers)
set (package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tutti)

foreach (program tutti tutti-check)
  if (TARGET ${program})
    install (TARGETS ${program})
  endif ()
endforeach ()

# An export of its own for each kind: the static library needs its user to find
# zlib and hwloc, the shared one does not.
foreach (kind static shared)
  if (TARGET libtutti_${kind})
    install (TARGETS libtutti_${kind} EXPORT tutti-${kind})
    install (EXPORT tutti-${kind} NAMESPACE tutti:: DESTINATION ${package_dir})
  endif ()
endforeach ()
install (DIRECTORY include/tutti TYPE INCLUDE)

configure_package_config_file (scripts/cmake/tuttiConfig.cmake.in
  ${PROJECT_BINARY_DIR}/tuttiConfig.cmake INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file (${PROJECT_BINARY_DIR}/tuttiConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install (FILES ${PROJECT_BINARY_DIR}/tuttiConfig.cmake
  ${PROJECT_BINARY_DIR}/tuttiConfigVersion.cmake DESTINATION ${package_dir})

# Folders as pkg-config shall see them: below the prefix unless they were given
# as absolute paths.
foreach (folder LIBDIR INCLUDEDIR)
  set (PC_${folder} "\${prefix}/${CMAKE_INSTALL_${folder}}")
  if (IS_ABSOLUTE "${CMAKE_INSTALL_${folder}}")
    set (PC_${folder} "${CMAKE_INSTALL_${folder}}")
  endif ()
endforeach ()
set (PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
if (NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  file (RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  string (REGEX REPLACE "/$" "" up "${up}")
  set (PC_PREFIX "\${pcfiledir}/${up}")
endif ()
# pc (NAME LIBRARY): a description for pkg-config, with what the linker is told.
function (pc name library)
  set (PC_NAME ${name})
  set (PC_LIBRARY ${library})
  configure_file (scripts/cmake/tutti.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install (FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction ()
pc (tutti "-L\${libdir} -ltutti")
if (TARGET libtutti_static)
  pc (tutti-static "\${libdir}/libtutti.a")
endif ()

if (NOT TARGET uninstall)
  add_custom_target (uninstall COMMAND ${CMAKE_COMMAND}
    -D manifest=${CMAKE_BINARY_DIR}/install_manifest.txt
    -P ${PROJECT_SOURCE_DIR}/scripts/cmake/uninstall.cmake VERBATIM)
endif ()
