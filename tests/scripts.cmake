# Tests that are scripts: layers, rejections, integration, tools, fuzzing.
# Each gets the build folder; exit status 77 means skipped, with a reason.
add_executable (tutti-naive ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/naive.c)
set_target_properties (tutti-naive PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

# script (NAME LABEL COMMAND...)
function (script name label)
  add_test (NAME ${name} COMMAND ${ARGN}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties (${name} PROPERTIES LABELS "${label}"
    TIMEOUT ${patience} SKIP_RETURN_CODE 77)
  if (CMAKE_C_FLAGS MATCHES "-fsanitize=(address|thread)")
    set_tests_properties (${name} PROPERTIES ENVIRONMENT TUTTI_TEST_QUICK=1)
  endif ()
endfunction ()

set (here ${CMAKE_CURRENT_SOURCE_DIR})
set (build ${PROJECT_BINARY_DIR})

script (layers tools ${here}/layers)
script (layers_self tools ${here}/layers --self-test)
script (unused tools ${here}/unused)
script (unused_self tools ${here}/unused --self-test)
script (bench_tools tools ${here}/bench/run.py ${build})
script (generators tools ${here}/bench/generators.py ${build})
script (client tools ${here}/client/run ${build})
script (scripts tools ${here}/scripts/run.py)
script (wrapper tools ${here}/integration/wrapper.py ${build})

file (GLOB rejections CONFIGURE_DEPENDS ${here}/fail/run_*)
foreach (runner ${rejections})
  get_filename_component (name ${runner} NAME)
  string (REPLACE run_ fail_ name ${name})
  script (${name} threads ${runner} ${build})
endforeach ()

script (integration_threads threads ${here}/integration/run.py ${build} threads)
script (integration_mpi mpi ${here}/integration/run.py ${build} mpi)
script (talk threads ${here}/integration/talk.py ${build})
script (inputs threads ${here}/integration/inputs.py ${build})
script (command_lines threads ${here}/integration/command_lines.py ${build})
script (habits threads ${here}/integration/habits.py ${build})
script (launchers threads ${here}/integration/launchers.py ${build})
script (outputs threads ${here}/integration/outputs.py ${build})
script (limits limits ${here}/integration/limits.py ${build})
script (signals limits ${here}/integration/signals.py ${build})
script (faults limits ${here}/integration/faults.py ${build})
script (regress threads ${here}/regress/run ${build})
script (fuzz_short fuzz ${PROJECT_SOURCE_DIR}/scripts/fuzz 0.5
  --build=${build})
script (fuzz_self tools ${here}/fuzz/self_test.py ${build})

# These measure time or keep all cores busy.
set_tests_properties (limits signals faults PROPERTIES RUN_SERIAL TRUE)
set_tests_properties (integration_mpi PROPERTIES PROCESSORS 2)
