# libtutti: the engine with its public interfaces, without MPI.  All objects
# become one, in which only the names of the public headers stay global: a
# program that links it may have its own 'propagate'.
#
#   tutti::static, tutti::shared   as BUILD_SHARED_LIBS says, both if it is unset
#   tutti::tutti                   the shared one if BUILD_SHARED_LIBS is set
set (parts tutti_base tutti_cnf tutti_proof tutti_share tutti_wire tutti_dist
  tutti_core tutti_simp tutti_team)
set (objects)
foreach (part ${parts})
  list (APPEND objects $<TARGET_OBJECTS:${part}>)
endforeach ()
set (object ${PROJECT_BINARY_DIR}/libtutti.o)
add_custom_command (OUTPUT ${object}
  COMMAND ${CMAKE_LINKER} -r -o ${object} ${objects}
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=tutti_*
          --keep-global-symbol=ipasir_* ${object}
  DEPENDS ${objects} COMMAND_EXPAND_LISTS VERBATIM
  COMMENT "Joining the objects of libtutti")
add_custom_target (libtutti_object DEPENDS ${object})
add_dependencies (libtutti_object ${parts}) # make knows no rule for theirs

# library (KIND TYPE SCOPE): one of the two, from the same object.
add_custom_target (libtutti)
function (library kind type scope)
  set (name libtutti_${kind})
  add_library (${name} ${type} ${object})
  add_library (tutti::${kind} ALIAS ${name})
  add_dependencies (${name} libtutti_object)
  add_dependencies (libtutti ${name})
  set_target_properties (${name} PROPERTIES OUTPUT_NAME tutti
    EXPORT_NAME ${kind} LINKER_LANGUAGE C VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR})
  target_include_directories (${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries (${name} ${scope} ZLIB::ZLIB PkgConfig::HWLOC
    Threads::Threads m)
endfunction ()

include (GNUInstallDirs)
if (BUILD_SHARED_LIBS OR NOT DEFINED BUILD_SHARED_LIBS)
  library (shared SHARED PRIVATE)
  set (default shared)
endif ()
if (NOT BUILD_SHARED_LIBS)
  library (static STATIC INTERFACE)
  set (default static)
endif ()
add_library (tutti::tutti ALIAS libtutti_${default})
