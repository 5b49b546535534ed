// Any bytes as formula and proof: no crash, no hang, nothing verified that has
// a model, and neither time nor memory out of proportion to the bytes.
//
//   input      a byte of options, two bytes with the formula's length, the
//              formula, the proof
#include "check/check.h"
#include "../read_cnf.h"

#include "base/clock.h"

#include <sanitizer/allocator_interface.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_VARS = 10 };

// What sanitizers allow; a fifth of it without them.  The limit of work for
// each byte is low, so that inputs of a few kilobytes reach it.
enum {
  WORK_PER_BYTE = 16,
  OVERHEAD_PER_BYTE = 32,
  OVERHEAD_ANYWAY = 256,
  MEMORY_PER_BYTE = 160,
  MEMORY_ANYWAY = 1 << 20,
  TRIES = 3
};
#define SECONDS_PER_BYTE 2e-6
#define SECONDS_ANYWAY 0.2

static size_t allocated, allocated_peak;

static void count_allocated (const volatile void *block, size_t bytes) {
  (void)block;
  allocated += bytes;
  if (allocated_peak < allocated)
    allocated_peak = allocated;
}

static void count_freed (const volatile void *block) {
  if (block)
    allocated -= __sanitizer_get_allocated_size ((const void *)block);
}

int LLVMFuzzerInitialize (int *argc, char ***argv) {
  (void)argc, (void)argv;
  __sanitizer_install_malloc_and_free_hooks (count_allocated, count_freed);
  return 0;
}

static bool satisfies (unsigned assignment, const int *lits, size_t size) {
  for (size_t i = 0; i < size; i++)
    if ((assignment >> (abs (lits[i]) - 1) & 1) == (lits[i] > 0))
      return true;
  return false;
}

static bool is_model (const struct formula *formula, unsigned assignment) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  while (formula_next (formula, &cursor, &lits, &size))
    if (!satisfies (assignment, lits, size)) {
      formula_leave (&cursor);
      return false;
    }
  return true;
}

// The solver's own parser reads the formula, so the two parsers are compared
// as well.
static void demand_unsatisfiable (const struct check_config *config) {
  struct formula formula = {0};
  char error[CNF_ERROR_BYTES];
  const struct cnf_options options = {.relaxed = config->relaxed,
                                      .buffer_bytes = 1 << 12,
                                      .chunk_ints = 1 << 10};
  if (read_cnf (config->formula.data, config->formula.bytes, &options, &formula,
                error) &&
      formula.num_vars <= MAX_VARS)
    for (unsigned i = 0; i < 1u << formula.num_vars; i++)
      if (is_model (&formula, i))
        abort ();
  formula_fini (&formula);
}

// Seconds of a run; the least of some, since the machine has other work.
static double run_time (const struct check_config *config,
                        struct check_result *result) {
  double least = 0;
  for (int i = 0; i < TRIES; i++) {
    const double begin = clock_thread_cpu_s ();
    check_refutation (config, result);
    const double time = clock_thread_cpu_s () - begin;
    if (!i || time < least)
      least = time;
    if (least < SECONDS_ANYWAY)
      break;
  }
  return least;
}

static void demand (bool fine, const char *what, double value, double limit) {
  if (fine)
    return;
  fprintf (stderr, "%s: %g exceeds %g\n", what, value, limit);
  abort ();
}

static void check_in_proportion (const struct check_config *config,
                                 struct check_result *result) {
  const size_t before = allocated;
  allocated_peak = allocated;
  const double seconds = run_time (config, result);
  const double bytes = result->bytes + config->formula.bytes;
  const double overhead = OVERHEAD_ANYWAY + OVERHEAD_PER_BYTE * bytes;
  const double memory = MEMORY_ANYWAY + MEMORY_PER_BYTE * bytes;
  const double time = SECONDS_ANYWAY + SECONDS_PER_BYTE * bytes;
  demand (result->overhead <= overhead, "overhead", result->overhead, overhead);
  demand (allocated_peak - before <= memory, "memory", allocated_peak - before,
          memory);
  demand (seconds <= time, "seconds", seconds, time);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  if (size < 3)
    return 0;
  size_t length = data[1] | (size_t)data[2] << 8;
  if (length > size - 3)
    length = size - 3;
  const struct check_config config = {
      .formula = {"formula", data + 3, length},
      .proof = {"proof", data + 3 + length, size - 3 - length},
      .relaxed = data[0] & 1,
      .work_per_byte = WORK_PER_BYTE};
  struct check_result result;
  check_in_proportion (&config, &result);
  if (result.verdict == CHECK_VERIFIED)
    demand_unsatisfiable (&config);
  else if (!*result.message)
    abort ();
  return 0;
}
