// A formula under construction, and the parameters it is built from.
#ifndef GEN_GEN_H
#define GEN_GEN_H

#include "base/rng.h"
#include "base/vec.h"

#include <stdint.h>
#include <stdio.h>

#define GEN_MAX_PARAMS 16

struct gen_param {
  char name[24];
  int64_t value;
};

enum gen_status { GEN_UNKNOWN, GEN_SAT, GEN_UNSAT };

struct gen {
  struct rng rng;
  struct gen_param params[GEN_MAX_PARAMS];
  unsigned num_params;
  int num_vars;
  int64_t num_clauses;
  VEC (int) lits; // clauses, each closed by 0
  int yes;        // a literal fixed to true, once somebody needs it
  enum gen_status status;
};

// A family fills 'gen' from its parameters; one line each in families.def.
struct gen_family {
  const char *name, *defaults, *help;
  void (*build) (struct gen *gen);
};

extern const struct gen_family gen_families[];
extern const unsigned gen_num_families;

// Ends the program with a message: generators are told nonsense by hand only.
_Noreturn void gen_error (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));

// The parameter's value; every name a family asks for stands in its defaults.
int64_t gen_param (const struct gen *gen, const char *name);
int gen_int (const struct gen *gen, const char *name, int min, int max);

int gen_var (struct gen *gen);
int gen_vars (struct gen *gen, int n); // the first of n consecutive variables
int gen_yes (struct gen *gen);
int gen_random (struct gen *gen, int n); // uniform in [0,n)
void gen_permute (struct gen *gen, int *array, int n);

void gen_lit (struct gen *gen, int lit); // opens a clause or goes on with it
void gen_end (struct gen *gen);          // closes the clause
void gen_clause (struct gen *gen, int n, const int *lits);
void gen_unit (struct gen *gen, int a);
void gen_binary (struct gen *gen, int a, int b);
void gen_ternary (struct gen *gen, int a, int b, int c);

// Renames variables, flips signs and reorders clauses and literals.
void gen_shuffle (struct gen *gen);
void gen_write (const struct gen *gen, const char *title, FILE *out);

// XOR of n literals equals 'value': 2^(n-1) clauses.
void gen_parity (struct gen *gen, int n, const int *lits, int value);
// The same over chunks of at most four literals with fresh variables between.
void gen_long_parity (struct gen *gen, int n, const int *lits, int value);

// At most one: pairwise up to six literals, a sequential counter beyond.
void gen_at_most_one (struct gen *gen, int n, const int *lits);
void gen_pairwise (struct gen *gen, int n, const int *lits);
void gen_exactly_one (struct gen *gen, int n, const int *lits);
// At most k of n by a sequential counter.
void gen_at_most (struct gen *gen, int n, const int *lits, int k);
// Sorted counts by a totalizer: out[i] <-> more than i of the n literals.
void gen_totalizer (struct gen *gen, int n, const int *lits, int *out);

#endif
