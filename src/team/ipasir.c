// ipasir.c - the interface of ipasir.h on top of the one of tutti.h.
#include "tutti/ipasir.h"

#include "base/memory.h"
#include "base/version.h"
#include "team/misuse.h"
#include "tutti/tutti.h"

struct ipasir {
  tutti *tutti;
  void *terminate_data, *learn_data;
  int (*terminate) (void *);
  void (*learn) (void *, int32_t *);
};

static struct ipasir *open_solver (void *solver, const char *caller) {
  require_solver (solver, caller);
  return solver;
}

const char *ipasir_signature (void) {
  return "tutti-" TUTTI_VERSION;
}

void *ipasir_init (void) {
  struct ipasir *ipasir = mem_calloc (1, sizeof *ipasir);
  ipasir->tutti = tutti_new ();
  return ipasir;
}

void ipasir_release (void *solver) {
  struct ipasir *ipasir = solver;
  if (!ipasir)
    return;
  tutti_free (ipasir->tutti);
  mem_free (ipasir);
}

void ipasir_add (void *solver, int32_t lit_or_zero) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  if (lit_or_zero)
    require_literal (lit_or_zero, __func__);
  tutti_add (ipasir->tutti, lit_or_zero);
}

void ipasir_assume (void *solver, int32_t lit) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  require_literal (lit, __func__);
  tutti_assume (ipasir->tutti, lit);
}

int ipasir_solve (void *solver) {
  return tutti_solve (open_solver (solver, __func__)->tutti);
}

int32_t ipasir_val (void *solver, int32_t lit) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  require_literal (lit, __func__);
  require (tutti_status (ipasir->tutti) == TUTTI_SAT, __func__,
           "the state is not SAT");
  return tutti_val (ipasir->tutti, lit);
}

int ipasir_failed (void *solver, int32_t lit) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  require_literal (lit, __func__);
  require (tutti_status (ipasir->tutti) == TUTTI_UNSAT, __func__,
           "the state is not UNSAT");
  return tutti_failed (ipasir->tutti, lit);
}

static bool ask_terminate (void *state) {
  struct ipasir *ipasir = state;
  return ipasir->terminate (ipasir->terminate_data);
}

// The caller may write into the clause, which is tutti's own scratch array.
static void give_learned (void *state, const int *clause) {
  struct ipasir *ipasir = state;
  ipasir->learn (ipasir->learn_data, (int32_t *)clause);
}

void ipasir_set_terminate (void *solver, void *data,
                           int (*terminate) (void *data)) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  ipasir->terminate = terminate;
  ipasir->terminate_data = data;
  tutti_set_terminate (ipasir->tutti, ipasir, terminate ? ask_terminate : NULL);
}

void ipasir_set_learn (void *solver, void *data, int max_length,
                       void (*learn) (void *data, int32_t *clause)) {
  struct ipasir *ipasir = open_solver (solver, __func__);
  ipasir->learn = learn;
  ipasir->learn_data = data;
  tutti_set_learn (ipasir->tutti, ipasir, max_length,
                   learn ? give_learned : NULL);
}
