/* Tutti as a library: incremental solving with one engine, or one formula with
 * several engines, optionally with an LRAT proof.
 *
 * Literals   DIMACS: variables are 1, 2, ... up to 2^31-2; a negative number
 *            negates
 * States     INPUT at first; SAT after a solve that returned 10, UNSAT after
 *            20; adding, assuming, and a solve that returned 0 lead to INPUT
 * Misuse     a call in the wrong state aborts with one line naming it, and so
 *            does a machine without memory or disk; what may fail for other
 *            reasons returns false and leaves a sentence in tutti_error
 * Threads    no global state; each solver by one thread at a time
 */
#ifndef TUTTI_TUTTI_H
#define TUTTI_TUTTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tutti tutti;

enum { TUTTI_UNKNOWN = 0, TUTTI_SAT = 10, TUTTI_UNSAT = 20 };

/* "0.1.0" or alike; static. */
const char *tutti_version (void);

/* A new solver, to be given back by tutti_free (NULL is allowed there). */
tutti *tutti_new (void);
void tutti_free (tutti *solver);

/* Set-up: before the first clause or assumption. */

/* Sets an option by the name that the program 'tutti' knows it by, such as
 * "seed" or "vivify"; '-' and '_' are the same.  Booleans are 0 and 1.
 *
 *   returns    false if there is no such option, or 'value' is out of range
 */
bool tutti_set_option (tutti *solver, const char *name, double value);

/* The value of an option, or NaN if there is none of that name. */
double tutti_get_option (const tutti *solver, const char *name);

/* Solves with so many engines, which exchange clauses, each in a thread of its
 * own.  More than one engine, as well as a proof, means: no assumptions, no
 * tutti_set_learn, and every solve starts from the clauses anew.
 *
 *   engines    1 to 256; 0 takes the cores that this process may use
 */
void tutti_set_engines (tutti *solver, unsigned engines);

/* Writes an LRAT proof when a solve finds the clauses unsatisfiable.  A later
 * solve that returns 20 replaces it.
 *
 *   path       appears or is replaced as a whole; compressed if it ends in
 *              ".gz"
 *   text       as text, else in binary
 *   scratch    an existing folder for temporary files; NULL: TMPDIR or /tmp
 *   returns    false if the file could not be created
 */
bool tutti_set_proof (tutti *solver, const char *path, bool text,
                      const char *scratch);

/* The problem. */

/* Appends a literal to the clause being added; 0 ends it. */
void tutti_add (tutti *solver, int lit_or_zero);

/* Adds a whole clause of n >= 0 literals. */
void tutti_add_clause (tutti *solver, const int *lits, size_t n);

/* Assumes a literal for the next solve only. */
void tutti_assume (tutti *solver, int lit);

/* Solving. */

/* Stops the solve under way or, if there is none, the next one.  This one may
 * be called from any thread and from signal handlers. */
void tutti_terminate (tutti *solver);

/* Asked every few milliseconds during solve; true makes it return 0.  NULL
 * removes it. */
void tutti_set_terminate (tutti *solver, void *data,
                          bool (*terminate) (void *data));

/* Given every learned clause of at most 'max_length' literals, with a zero at
 * its end; the array is valid during the call.  NULL removes it. */
void tutti_set_learn (tutti *solver, void *data, int max_length,
                      void (*learn) (void *data, const int *clause));

/* Limits the next solve: conflicts of each engine, 0 for no limit.
 * It returns TUTTI_UNKNOWN when the limit is reached. */
void tutti_limit_conflicts (tutti *solver, uint64_t conflicts);

/* Decides the clauses under the assumptions.
 *
 *   returns    TUTTI_SAT, TUTTI_UNSAT, or TUTTI_UNKNOWN if stopped or if the
 *              proof could not be written (tutti_error)
 */
int tutti_solve (tutti *solver);

/* Answers. */

/* The state: TUTTI_SAT, TUTTI_UNSAT, or TUTTI_UNKNOWN in INPUT. */
int tutti_status (const tutti *solver);

/* In SAT: lit if it is true, -lit if it is false, 0 for a variable that was
 * never mentioned. */
int tutti_val (const tutti *solver, int lit);

/* In UNSAT: whether the assumption 'lit' was needed to prove it. */
bool tutti_failed (tutti *solver, int lit);

/* A counter such as "conflicts" or "propagations", of the last solve or, with
 * one engine, of all solves so far.
 *
 *   value      set if true is returned
 *   returns    false if there is no such counter
 */
bool tutti_statistic (const tutti *solver, const char *name, double *value);

/* Why the last call failed that returned false, or why the last solve did not
 * write its proof; "" if all is well. */
const char *tutti_error (const tutti *solver);

#ifdef __cplusplus
}
#endif

#endif
