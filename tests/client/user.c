// A program as its author would write it: only the public headers, and names of
// its own that the solver uses inside as well.
#include "tutti/ipasir.h"
#include "tutti/tutti.h"

#include <stdio.h>
#include <string.h>

int propagate (int lit) {
  return 2 * lit;
}
int fatal (void) {
  return 1;
}

// 1 -> 2 -> ... -> n, and not n unless assumed otherwise.
static int chain (void *solver, int n) {
  for (int i = 1; i < n; i++) {
    ipasir_add (solver, -i);
    ipasir_add (solver, i + 1);
    ipasir_add (solver, 0);
  }
  ipasir_assume (solver, 1);
  ipasir_assume (solver, -n);
  if (ipasir_solve (solver) != 20 || !ipasir_failed (solver, 1) ||
      !ipasir_failed (solver, -n))
    return fatal ();
  ipasir_assume (solver, 1);
  return ipasir_solve (solver) != 10 || ipasir_val (solver, n) != n;
}

static int refute (const char *proof) {
  tutti *solver = tutti_new ();
  const int clauses[4][2] = {{1, 2}, {1, -2}, {-1, 2}, {-1, -2}};
  if (proof && !tutti_set_proof (solver, proof, true, NULL)) {
    fprintf (stderr, "%s\n", tutti_error (solver));
    return fatal ();
  }
  tutti_set_engines (solver, 2);
  for (int i = 0; i < 4; i++)
    tutti_add_clause (solver, clauses[i], 2);
  const int status = tutti_solve (solver);
  tutti_free (solver);
  return status != TUTTI_UNSAT;
}

int main (int argc, char **argv) {
  void *solver = ipasir_init ();
  int failed = chain (solver, propagate (50));
  ipasir_release (solver);
  failed |= refute (argc > 1 ? argv[1] : NULL);
  printf ("%s: %s\n", ipasir_signature (), failed ? "failed" : "fine");
  return failed || strncmp (tutti_version (), "0.", 2);
}
