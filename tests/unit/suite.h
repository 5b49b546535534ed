// What every unit test does the same way: patience, a seed that can be
// repeated, and the run of its suite.
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Seconds after which a test counts as hanging, in place of Check's 4.  No test
// depends on speed, hence one value for all of them, which sanitizers and a
// busy machine do not reach; ctest's limit for the program
// (tests/CMakeLists.txt) is above it, so that the message names the test.
#define SUITE_PATIENCE_S "900"

// Before main, since Check reads it whenever a test case is created.
__attribute__ ((constructor)) static inline void suite_patience (void) {
  setenv ("CK_DEFAULT_TIMEOUT", SUITE_PATIENCE_S, 0);
}

// From TUTTI_TEST_SEED in the environment, else from the clock; printed so that
// a failure can be repeated.
static inline uint64_t suite_seed (void) {
  const char *given = getenv ("TUTTI_TEST_SEED");
  const uint64_t seed =
      given ? strtoull (given, NULL, 0) : (uint64_t)time (NULL);
  printf ("TUTTI_TEST_SEED=%llu\n", (unsigned long long)seed);
  fflush (stdout);
  return seed;
}

// Runs and frees the suite.
//
//   returns    exit status: 0 if all tests passed
static inline int suite_run (Suite *suite) {
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  const int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed != 0;
}

#endif
