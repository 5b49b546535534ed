// Checks that an LRAT proof refutes a CNF formula.  Trusted code: it shares
// nothing with the solver but 'base'.
//
//   proofs     LRAT [CruzFilipeEtAl-CADE'17], text or binary, also compressed
//   rules      docs/proof.md, "What the checker accepts"
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where formula or proof come from: memory if 'data' is set, an open file, read
// from its start, if 'fd' is, else a file.
struct check_input {
  const char *name; // path ("-" is stdin), or what to call the others
  const void *data; // borrowed
  size_t bytes;
  int fd; // borrowed
};

// What a proof may cost, so that a short one does not take long: literals
// looked at for each byte of formula and proof (docs/proof.md, "Work").  Proofs
// of solvers need 1 to 2.
enum { CHECK_WORK_PER_BYTE = 1 << 12 };

struct check_config {
  struct check_input formula, proof;
  bool relaxed;     // ignore the counts of the formula's header, or its lack
  uint32_t max_var; // larger variables are rejected; 0 for 2^31-2
  uint32_t work_per_byte; // more is rejected; 0 for CHECK_WORK_PER_BYTE
};

enum check_verdict {
  CHECK_REJECTED,   // bad input or wrong proof; 'message' says why
  CHECK_INCOMPLETE, // all lines fine, but the empty clause is missing
  CHECK_VERIFIED,
};

struct check_result {
  enum check_verdict verdict;
  char message[256];   // "FILE:LINE: reason" or "FILE:byte OFFSET: reason"
  uint64_t originals;  // clauses of the formula
  uint64_t added;      // lines that add a clause
  uint64_t deleted;    // clauses deleted
  uint64_t hints;      // hints followed
  uint64_t rat;        // added clauses that needed RAT hints
  uint64_t peak_words; // largest clause arena, in 32-bit words
  uint64_t bytes;      // of formula and proof, read and decompressed
  uint64_t work;       // literals looked at, as 'work_per_byte' counts them
  uint64_t overhead;   // words of clauses and slots of tables passed over
};

// Runs the check.  Stops at the first error, and at the empty clause.
//
//   result     written
//   returns    true if and only if the formula is refuted
//   context    any thread, any number at once; no memory is left behind;
//              out of memory is 'fatal'
bool check_refutation (const struct check_config *config,
                       struct check_result *result);

#endif
