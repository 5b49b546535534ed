/* The incremental interface that the SAT competitions agreed on, as libtutti
 * provides it.
 *
 * Source     [BalyoEtAl-AIJ'16]
 * Literals   DIMACS: variables are 1, 2, ...; a negative number negates
 * States     INPUT after init, add and assume; SAT or UNSAT after a solve that
 *            returned 10 or 20; a solve that returned 0 leads to INPUT
 * Misuse     a call in the wrong state aborts with one line naming it
 * Threads    any number of solvers in a process; each by one thread at a time,
 *            except where a callback says otherwise
 */
#ifndef TUTTI_IPASIR_H
#define TUTTI_IPASIR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Name and version. */
const char *ipasir_signature (void);

/* A new solver, to be given back by ipasir_release. */
void *ipasir_init (void);
void ipasir_release (void *solver);

/* Appends a literal to the clause being added; 0 ends it.  Leads to INPUT. */
void ipasir_add (void *solver, int32_t lit_or_zero);

/* Assumes a literal for the next solve only.  Leads to INPUT. */
void ipasir_assume (void *solver, int32_t lit);

/* 10 satisfiable, 20 unsatisfiable under the assumptions, 0 terminated. */
int ipasir_solve (void *solver);

/* In SAT: lit if it is true, -lit if it is false, 0 if it does not matter. */
int32_t ipasir_val (void *solver, int32_t lit);

/* In UNSAT: 1 if the assumption 'lit' was needed to prove it, else 0. */
int ipasir_failed (void *solver, int32_t lit);

/* 'terminate' is asked every few milliseconds during solve; anything but zero
 * makes it return 0.  NULL removes it. */
void ipasir_set_terminate (void *solver, void *data,
                           int (*terminate) (void *data));

/* 'learn' is given every learned clause of at most 'max_length' literals, with
 * a zero at its end; the array is valid during the call.  NULL removes it. */
void ipasir_set_learn (void *solver, void *data, int max_length,
                       void (*learn) (void *data, int32_t *clause));

#ifdef __cplusplus
}
#endif

#endif
