// Checks every derived clause at the moment the engine logs it: the bug is then
// where the program stops.  For debug builds, tests and fuzzing.
#ifndef PROOF_ONLINE_H
#define PROOF_ONLINE_H

#include "proof/proof.h"

struct online;

// Makes a checker for one engine.
//
//   next       where checked events go on to; may be null
//   returns    owned
struct online *online_new (const struct proof_sink *next);
void online_free (struct online *);

// Gives it a clause that is taken for granted: an original or an import.  The
// same import may be given again, and is then to be removed as often.
//
//   lits, n    borrowed; DIMACS literals
void online_trust (struct online *, uint64_t id, const int *lits, unsigned n);

// The engine's end.  'add' calls 'fatal' with clause, hint and reason unless
// the hints propagate to a conflict; so do 'define' unless the candidates are
// all clauses with the negated literal, and 'remove' of an unknown id.
struct proof_sink online_sink (struct online *);

uint64_t online_checked (const struct online *); // clauses checked so far

#endif
