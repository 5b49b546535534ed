// online.c - check derived clauses as they are logged, by their hints.
// Idea     the same rule as the final check [CruzFilipeEtAl-CADE'17], but while
//          the engine still stands where the wrong clause was derived
// Needs    all originals and imports given before they occur as hints
#include "proof/online.h"

#include "base/fatal.h"
#include "base/hash.h"
#include "base/vec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct clause {
  unsigned size;
  unsigned copies; // the engine has; an import may come twice
  int lits[];
};

struct online {
  struct proof_sink next;
  struct hash_map clauses; // id -> address
  signed char *values;     // by variable
  uint64_t *occurrences;   // by 2 * variable + sign, in all clauses
  size_t num_values;
  VEC (int) trail;
  uint64_t checked;
};

struct online *online_new (const struct proof_sink *next) {
  struct online *online = mem_calloc (1, sizeof *online);
  if (next)
    online->next = *next;
  return online;
}

void online_free (struct online *online) {
  struct hash_slot slot;
  if (!online)
    return;
  for (size_t i = 0; hash_map_next (&online->clauses, &i, &slot);)
    mem_free ((void *)(uintptr_t)slot.value);
  hash_map_fini (&online->clauses);
  mem_free (online->values);
  mem_free (online->occurrences);
  vec_fini (&online->trail);
  mem_free (online);
}

static size_t index_of (int lit) {
  return lit < 0 ? -(int64_t)lit : lit;
}

static uint64_t *occurrences (struct online *online, int lit) {
  assert (lit && index_of (lit) < online->num_values);
  return online->occurrences + 2 * index_of (lit) + (lit < 0);
}

static void enlarge (struct online *online, size_t var) {
  const size_t old = online->num_values, size = 2 * var + 1;
  assert (old <= var);
  online->values = mem_realloc (online->values, size);
  memset (online->values + old, 0, size - old);
  online->occurrences =
      mem_realloc (online->occurrences, 2 * size * sizeof *online->occurrences);
  memset (online->occurrences + 2 * old, 0,
          2 * (size - old) * sizeof *online->occurrences);
  online->num_values = size;
}

// Reports what is wrong with a clause, with as many literals as fit.
static _Noreturn void __attribute__ ((format (printf, 4, 5)))
fail (uint64_t id, const int *lits, unsigned n, const char *fmt, ...) {
  char reason[160], text[256] = "";
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (reason, sizeof reason, fmt, ap);
  va_end (ap);
  for (unsigned i = 0, used = 0; i < n && used + 16 < sizeof text; i++)
    used += snprintf (text + used, sizeof text - used, " %d", lits[i]);
  fatal ("proof check of clause %" PRIu64 " of size %u:%s 0: %s", id, n, text,
         reason);
}

// The same clause once more: a later round may bring it again, also to the
// engine that derived it.
static void copy (uint64_t id, struct clause *clause, const int *lits,
                  unsigned n) {
  if (clause->size != n ||
      hash_clause (clause->lits, n) != hash_clause (lits, n))
    fail (id, lits, n, "id is in use");
  clause->copies++;
}

void online_trust (struct online *online, uint64_t id, const int *lits,
                   unsigned n) {
  bool added;
  uint64_t *slot = hash_map_insert (&online->clauses, id, &added);
  if (!added) {
    copy (id, (void *)(uintptr_t)*slot, lits, n);
    return;
  }
  struct clause *clause = mem_alloc (sizeof *clause + n * sizeof *lits);
  clause->size = n;
  clause->copies = 1;
  for (unsigned i = 0; i < n; i++) {
    clause->lits[i] = lits[i];
    if (index_of (lits[i]) >= online->num_values)
      enlarge (online, index_of (lits[i]));
    ++*occurrences (online, lits[i]);
  }
  *slot = (uintptr_t)clause;
}

static int value (const struct online *online, int lit) {
  assert (lit && index_of (lit) < online->num_values);
  const int res = online->values[index_of (lit)];
  return lit < 0 ? -res : res;
}

static void assign (struct online *online, int lit) {
  assert (!value (online, lit));
  online->values[index_of (lit)] = lit < 0 ? -1 : 1;
  vec_push (&online->trail, lit);
}

// Assumes the clause false; false if it is a tautology.
static bool falsify (struct online *online, const int *lits, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    if (index_of (lits[i]) >= online->num_values)
      enlarge (online, index_of (lits[i]));
    if (value (online, lits[i]) > 0)
      return false;
    if (!value (online, lits[i]))
      assign (online, -lits[i]);
  }
  return true;
}

// Propagates one hint.
//
//   returns    the reason why it cannot, or null
static const char *follow (struct online *online, uint64_t hint,
                           bool *conflict) {
  const uint64_t *slot = hash_map_find (&online->clauses, hint);
  if (!slot)
    return "is unknown or was removed";
  const struct clause *clause = (void *)(uintptr_t)*slot;
  int unit = 0;
  for (unsigned i = 0; i < clause->size; i++) {
    const int lit = clause->lits[i];
    if (value (online, lit) < 0 || lit == unit)
      continue;
    if (unit)
      return "is not unit";
    unit = lit;
  }
  if (!(*conflict = !unit) && !value (online, unit))
    assign (online, unit);
  return NULL;
}

static void check (struct online *online, uint64_t id, const int *lits,
                   unsigned n, const uint64_t *hints, unsigned num_hints) {
  assert (vec_empty (&online->trail));
  bool conflict = !falsify (online, lits, n);
  for (unsigned i = 0; i < num_hints; i++) {
    if (hints[i] >= id)
      fail (id, lits, n, "hint %u of %u, %" PRIu64 ", is not below its id",
            i + 1, num_hints, hints[i]);
    const char *reason = conflict ? "follows the conflict"
                                  : follow (online, hints[i], &conflict);
    if (reason)
      fail (id, lits, n, "hint %u of %u, %" PRIu64 ", %s", i + 1, num_hints,
            hints[i], reason);
  }
  if (!conflict)
    fail (id, lits, n, "%u hints lead to no conflict", num_hints);
  for_vec (int, lit, &online->trail)
    online->values[index_of (*lit)] = 0;
  vec_clear (&online->trail);
}

static void add (void *state, uint64_t id, const int *lits, unsigned n,
                 const uint64_t *hints, unsigned num_hints) {
  struct online *online = state;
  check (online, id, lits, n, hints, num_hints);
  if (hash_map_find (&online->clauses, id))
    fail (id, lits, n, "id is in use");
  online_trust (online, id, lits, n);
  online->checked++;
  if (online->next.add)
    online->next.add (online->next.state, id, lits, n, hints, num_hints);
}

static bool has (const int *lits, unsigned n, int lit) {
  for (unsigned i = 0; i < n; i++)
    if (lits[i] == lit)
      return true;
  return false;
}

// True if another literal than the pivot, lits[0], clashes with the clause.
static bool blocks (const struct clause *clause, const int *lits, unsigned n) {
  for (unsigned i = 1; i < n; i++)
    if (lits[i] != lits[0] && has (clause->lits, clause->size, -lits[i]))
      return true;
  return false;
}

// How often the candidate has the negated pivot.
static unsigned check_candidate (const struct online *online, uint64_t id,
                                 const int *lits, unsigned n,
                                 uint64_t candidate) {
  const uint64_t *slot = hash_map_find (&online->clauses, candidate);
  if (!slot)
    fail (id, lits, n, "candidate %" PRIu64 " is unknown or was removed",
          candidate);
  const struct clause *clause = (void *)(uintptr_t)*slot;
  if (!blocks (clause, lits, n))
    fail (id, lits, n, "resolvent with candidate %" PRIu64 " is no tautology",
          candidate);
  unsigned res = 0;
  for (unsigned i = 0; i < clause->size; i++)
    res += clause->lits[i] == -lits[0];
  return res;
}

// Candidates must be all clauses with the negated pivot.
static void check_definition (struct online *online, uint64_t id,
                              const int *lits, unsigned n,
                              const uint64_t *candidates, unsigned num) {
  if (!n)
    fail (id, lits, n, "the empty clause defines nothing");
  uint64_t found = 0, all = 0;
  for (unsigned i = 0; i < num; i++) {
    if (candidates[i] >= id || (i && candidates[i] <= candidates[i - 1]))
      fail (id, lits, n, "candidate %" PRIu64 " is out of order",
            candidates[i]);
    found += check_candidate (online, id, lits, n, candidates[i]);
  }
  if (index_of (lits[0]) < online->num_values)
    all = *occurrences (online, -lits[0]);
  if (found != all)
    fail (id, lits, n, "%" PRIu64 " of %" PRIu64 " candidates for %d", found,
          all, lits[0]);
}

static void define (void *state, uint64_t id, const int *lits, unsigned n,
                    const uint64_t *candidates, unsigned num_candidates) {
  struct online *online = state;
  check_definition (online, id, lits, n, candidates, num_candidates);
  if (hash_map_find (&online->clauses, id))
    fail (id, lits, n, "id is in use");
  online_trust (online, id, lits, n);
  online->checked++;
  if (online->next.define)
    online->next.define (online->next.state, id, lits, n, candidates,
                         num_candidates);
}

static void forget (void *state, uint64_t id) {
  struct online *online = state;
  const uint64_t *slot = hash_map_find (&online->clauses, id);
  if (!slot)
    fail (id, NULL, 0, "removed, but unknown or removed before");
  struct clause *clause = (void *)(uintptr_t)*slot;
  assert (clause->copies);
  if (--clause->copies)
    return;
  for (unsigned i = 0; i < clause->size; i++) {
    uint64_t *number = occurrences (online, clause->lits[i]);
    assert (*number);
    --*number;
  }
  mem_free (clause);
  hash_map_remove (&online->clauses, id);
  if (online->next.remove)
    online->next.remove (online->next.state, id);
}

struct proof_sink online_sink (struct online *online) {
  struct proof_sink sink = {.state = online, .add = add, .remove = forget};
  if (!online->next.add || online->next.define)
    sink.define = define;
  return sink;
}

uint64_t online_checked (const struct online *online) {
  return online->checked;
}
