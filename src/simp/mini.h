// A small CDCL solver for sub-problems of a few thousand clauses at most, to be
// filled, asked and emptied many thousand times a second.
//
// Clauses have numbers in the order in which they come to be: first those
// added, then the learned ones, each derived from earlier ones.  Literals at
// this border are the caller's (2 * variable + sign, any size).
#ifndef SIMP_MINI_H
#define SIMP_MINI_H

#include <stdbool.h>
#include <stdint.h>

struct mini;

struct mini *mini_new (uint64_t seed); // returns owned
void mini_free (struct mini *);

// Forgets clauses and variables in time proportional to what was used.
void mini_clear (struct mini *);

// Adds a clause; all of them before the first call of 'mini_solve'.
//
//   lits, n    borrowed; distinct variables; n >= 0
//   returns    its number
uint32_t mini_add (struct mini *, const uint32_t *lits, unsigned n);

// Holds for the next 'mini_solve' only.  At most one of the two literals of a
// variable, none that is fixed to false.
void mini_assume (struct mini *, uint32_t lit);

// Gives the variables random phases, so that the next model is another one.
void mini_scramble (struct mini *);

// Under assumptions an unsatisfiable problem yields the clause of the negated
// assumptions that failed, which is then one of the learned ones.
//
//   max_ticks  cache lines that may be touched
//   returns    10 satisfiable, 20 unsatisfiable, 0 too expensive
int mini_solve (struct mini *, uint64_t max_ticks);

uint64_t mini_ticks (const struct mini *); // since 'mini_new'

// The literal's value in the model found last: 1, -1, or 0 if unknown to the
// problem.
int8_t mini_value (const struct mini *, uint32_t lit);

// The literal's value if it follows from the clauses and that was noticed.
int8_t mini_fixed (const struct mini *, uint32_t lit);

// Makes a literal that is true in the model false if that is a model as well.
//
//   returns    false if it is not; the model is the same then
bool mini_flip (struct mini *, uint32_t lit);

// After 20: number of the clause that refutes the assumptions or is empty.
uint32_t mini_final (const struct mini *);

// Number of the unit clause of a literal with 'mini_fixed' > 0.
uint32_t mini_unit (const struct mini *, uint32_t lit);

struct mini_core {
  const uint32_t *numbers; // ascending, the clause asked for is the last
  unsigned size;
};

// The clauses that a clause was derived from, directly or not, and itself.
// Borrowed until the next call.
struct mini_core mini_core (struct mini *, uint32_t number);

struct mini_line {
  const uint32_t *lits; // the caller's
  unsigned size;
  const uint32_t *hints; // numbers, in propagation order
  unsigned num_hints;    // 0 for clauses added
};

// A clause by its number.  Borrowed until the next call.
struct mini_line mini_line (struct mini *, uint32_t number);

#endif
