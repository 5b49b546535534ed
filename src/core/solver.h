// The engine's inside, shared by core and simp: one struct, its fields in
// groups, and the functions that change it.  Simp changes clauses, flags and
// counters itself as well; what must hold of all of them together is written
// down in check.c, which tests call at quiet points.
//
// Literals    ilit = 2 * index + sign; NOT flips the sign
// Clauses     three and more literals live in the arena, found by 'ref' (a
//             count of 8-byte units); binary clauses live in the watches alone
// Proof       every clause has a 64-bit id when proving: large ones in the word
//             before their header, binaries in 'bin_ids' by slot, units in
//             'unit_ids' by variable
#ifndef CORE_SOLVER_H
#define CORE_SOLVER_H

#include <assert.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/vec.h"
#include "core/core.h"

typedef uint32_t ilit;
typedef uint32_t ref;

// In 'e2i', variables that 'variables_compact' took out: eliminated or
// substituted, fixed to false, fixed to true.
#define ELIT_GONE (UINT32_MAX - 2)
#define ELIT_FALSE (UINT32_MAX - 1)
#define ELIT_TRUE UINT32_MAX

#define INVALID_LIT UINT32_MAX
#define INVALID_REF UINT32_MAX
#define BINARY_BIT 0x80000000u // set in refs that are slots of 'bin_ids'
#define MAX_GLUE 0x7ffffu
#define MAX_USED 31u // reductions a clause of tier 1 survives without use

#define NOT(L) ((L) ^ 1u)
#define IDX(L) ((L) >> 1)
#define SIGN(L) ((L)&1u)
#define LIT(IDX) ((IDX) << 1)

typedef VEC (ilit) ilits;
typedef VEC (uint64_t) ids;
typedef VEC (ref) refs;
typedef VEC (uint32_t) variables; // indices

// ---------------------------------------------------------------- clauses

//   word   -2 -1        0                    1     2     3 ...
//         [id, 64 bit] [flags and glue, 32] [size][pos] [literals]
//          if proving
//
// After shortening in place 'shrunken' is set and the slot behind the last
// literal holds the number of literals the clause had room for.
struct clause {
  uint32_t glue : 19;
  uint32_t used : 5;  // set on use, counted down by reduce
  bool garbage : 1;   // to be removed at the next collection
  bool redundant : 1; // learned or imported
  bool imported : 1;  // from another engine and not used yet
  bool reason : 1;    // protected during a reduction
  bool shrunken : 1;  // see above
  bool vivify : 1;    // prioritised by vivification
  bool flag : 1;      // scratch, false when unused
  uint32_t size;
  uint32_t pos; // where the last replacement watch was found; 2 <= pos < size
  ilit lits[];
};

static_assert (sizeof (struct clause) == 12, "one bit more takes four bytes");

#define for_lits(LIT, C)                                                       \
  for (const ilit *LIT##_ptr = (C)->lits, *LIT##_end = LIT##_ptr + (C)->size;  \
       LIT##_ptr != LIT##_end && ((LIT = *LIT##_ptr), true); LIT##_ptr++)

// ---------------------------------------------------------------- watches

// ref & BINARY_BIT: a binary clause, 'blit' is its other literal.  Otherwise
// 'blit' is a literal of the clause that is likely true.
struct watch {
  ilit blit;
  ref ref;
};

struct watches {
  uint32_t begin; // index into 'pool'
  uint32_t size;
};

// All watch lists in one array.  A slot that no list uses has ref == blit ==
// INVALID, so a list grows in place while its next slot is free.
struct pool {
  struct watch *data;
  size_t size, capacity;
  size_t unused; // free slots inside
  size_t limit;  // size to slide the lists together at
};

// ------------------------------------------------------------- assignment

struct assigned {
  uint32_t level;
  uint32_t trail;
  ref reason; // INVALID_REF for decisions and on level 0; BINARY_BIT: the other
              // literal is 'other'
  ilit other;
};

struct level {
  ilit decision;
  uint32_t trail;   // index of the decision on the trail
  uint32_t used;    // literals of the clause being learned on this level
  uint32_t promote; // scratch of analysis: last stamp, or a cursor
};

struct flags {
  bool active : 1; // neither fixed nor eliminated nor substituted
  bool fixed : 1;
  bool eliminated : 1;
  bool substituted : 1;
  bool eliminate : 1; // an irredundant clause with it was removed or shortened
  bool subsume : 1;   // a clause with it was added since the last subsumption
  bool frozen : 1;    // assumed: must not be eliminated or substituted
  uint8_t factor : 2; // by sign: a clause with the literal was added since it
                      // was last tried as a factor
};

struct phases {
  int8_t *saved, *target, *best; // by variable: -1, 0, 1
};

// The clause that became false; binary: its two literals in 'lits'.
struct conflict {
  ref ref;
  ilit lits[2];
};

// --------------------------------------------------------- decision orders

struct link {
  uint32_t prev, next;
  uint32_t stamp;
};

struct queue { // VMTF [BiereFrohlich-SAT'15]
  struct link *links;
  uint32_t first, last, search, stamp;
};

struct heap { // VSIDS scores, largest first
  VEC (uint32_t) stack;
  uint32_t *pos;
  double *score;
  double inc;
};

// ------------------------------------------------------------------ search

struct ema { // bias corrected [BiereFrohlich-POS'15]
  double value, biased, alpha, beta, exp;
};

struct averages { // one per mode
  struct ema fast_glue, slow_glue, decision_rate;
  uint64_t saved_decisions;
  bool initialized;
};

struct limits { // in conflicts unless said otherwise
  uint64_t restart, reduce, rephase, reorder, random, tiers;
  uint64_t mode_conflicts, mode_ticks;
  uint64_t conflicts; // user limit, 0 = none
};

struct reluctant { // Luby times interval [LubySinclairZuckerman-IPL'93]
  uint64_t period, wait, u, v, max;
  bool trigger;
};

struct simp; // owned by simp, attached to the solver

// What simp plugs into the search; null pointers: plain CDCL.
struct simp_calls {
  bool (*due) (struct solver *);        // cheap, called before each decision
  void (*run) (struct solver *);        // may set 'unsat'; leaves level 0
  void (*preprocess) (struct solver *); // once, before the first decision
  void (*extend) (struct solver *, int8_t *evalues); // model reconstruction
  void (*restore) (struct solver *); // make all variables active again
  void (*free) (struct solver *);
};

struct solver {
  struct core_options opts;
  struct core_hooks hooks;
  struct core_stats stats;
  struct core_live live;
  struct rng rng;

  // mapping of variables
  unsigned vars, vars_capacity;
  VEC (uint32_t) e2i; // by |elit|: index + 1, 0 if unknown, or ELIT_...
  VEC (int) i2e;      // by index
  int max_evar;
  int reserved_evar; // largest announced by 'core_reserve'
  int formula_evar;  // larger ones are own variables ('var_extend')
  unsigned own_active, own_fixed; // of those; in no counter that is shown
  ids fixed_ids; // by |elit|, for ELIT_TRUE and ELIT_FALSE: of the unit

  // by literal
  int8_t *values;
  struct watches *watches;
  uint8_t *marks; // scratch, zero when unused

  // by variable
  struct assigned *assigned;
  uint8_t *seen; // scratch of analysis, zero when unused (SEEN_... bits)
  struct flags *flags;
  struct phases phases;
  uint64_t *unit_ids; // only when proving

  // trail
  ilit *trail; // capacity 'vars_capacity'
  uint32_t trail_size, propagated;
  VEC (struct level) levels; // levels.size == decision level; [0] is level 1
  struct conflict conflict;
  unsigned unassigned; // active variables without value

  // clauses
  struct {
    uint64_t *data; // 8-byte units
    size_t size, capacity;
    size_t clauses; // in it, garbage included
  } arena;
  struct pool pool;
  uint64_t irredundant, redundant, binaries; // large irredundant/redundant
  uint64_t irredundant_lits;
  size_t garbage;      // 8-byte units of garbage in the arena, without ids
  ref first_redundant; // no redundant clause lies before it
  bool loading;        // nothing is connected yet; see 'watches_attach'
  bool watching;       // false while the lists are occurrence lists
  ilits loaded;        // binary clauses before attaching: pairs of literals
  refs loaded_slots;
  ref eager[32]; // ring of the last learned large clauses
  unsigned eager_next;

  // proof
  struct proof_sink sink;
  bool proving;
  struct proof_clock clock;
  uint64_t original_id; // last original id given out
  uint64_t empty_id;
  ids chain;   // hints of the clause being derived
  ids bin_ids; // by slot
  VEC (uint32_t) bin_free;
  VEC (int) elits; // scratch of 'derive'

  // decisions
  struct queue queue;
  struct heap heap;
  bool stable;
  unsigned target_assigned, best_assigned;
  uint64_t random_left; // conflicts left in a random burst
  uint64_t random_bursts;

  // analysis
  ilits clause;    // being learned
  ref subsumed;    // large reason that it subsumes, or INVALID_REF
  ilits minimized; // the clause before minimizing; before that scratch
  variables analyzed, shrinkable, removable, poisoned, explained; // marked so
  ids resolved; // ids of reasons, in order of resolution
  VEC (uint32_t) touched_levels;
  struct explain_frame { // stack of 'explain': a reason from a literal on
    const ilit *next, *end;
    uint64_t id; // 0 if not proving
  } * explain_stack;
  size_t explain_capacity;
  unsigned glue;
  VEC (uint64_t) ranks, ranks_tmp; // sort keys and their scratch
  uint64_t used_glue[2][64];       // uses of clauses by glue, per mode

  // limits and averages
  struct averages averages[2];
  struct limits limits;
  struct reluctant reluctant;
  unsigned tier1[2], tier2[2];
  uint64_t last_reduce; // conflicts
  unsigned tier_interval;
  uint32_t collected_units; // trail size at the last 'collect'
  uint64_t mode_start_ticks;
  unsigned bump_reasons_delay, bump_reasons_wait;
  uint64_t last_import; // conflicts
  unsigned stop_countdown;
  uint32_t promote_stamp;
  uint64_t other_ticks; // ticks spent outside the search
  uint64_t walk_mark;   // search ticks at the last walk
  bool uniform;         // all original clauses are of one length

  // incremental
  ilits assumptions;
  ilits failed;       // assumptions in the final conflict
  VEC (int8_t) model; // by external variable
  bool preprocessed, searched;
  bool saving;    // unassigning saves phases: during search only
  bool exporting; // root units go to the other engines

  bool unsat; // the empty clause was derived
  bool stopped;

  struct simp *simp;
  struct simp_calls simp_calls;
};

// ------------------------------------------------------------------ access

static inline struct clause *clause_at (const struct solver *s, ref r) {
  assert (!(r & BINARY_BIT));
  assert (r < s->arena.size);
  return (struct clause *)(s->arena.data + r);
}

static inline ref clause_ref (const struct solver *s, const struct clause *c) {
  return (const uint64_t *)c - s->arena.data;
}

static inline uint64_t clause_id (const struct solver *s,
                                  const struct clause *c) {
  return s->proving ? ((const uint64_t *)c)[-1] : 0;
}

static inline void clause_set_id (const struct solver *s, struct clause *c,
                                  uint64_t id) {
  if (s->proving)
    ((uint64_t *)c)[-1] = id;
}

static inline uint64_t binary_id (const struct solver *s, ref slot) {
  return s->proving ? s->bin_ids.data[slot & ~BINARY_BIT] : 0;
}

// Id of any clause given as reason, conflict or watch.
static inline uint64_t ref_id (const struct solver *s, ref r) {
  return (r & BINARY_BIT) ? binary_id (s, r) : clause_id (s, clause_at (s, r));
}

static inline unsigned clause_capacity (const struct clause *c) {
  return c->shrunken ? c->lits[c->size] : c->size;
}

// 8-byte units from one clause header to the next ('proving' adds the id word,
// which stands before the header).
static inline size_t clause_units (const struct solver *s,
                                   const struct clause *c) {
  return (sizeof (struct clause) + clause_capacity (c) * sizeof (ilit) + 7) /
             8 +
         s->proving;
}

// Size of the arena without the ids.
static inline size_t arena_units (const struct solver *s) {
  return s->arena.size - s->proving * s->arena.clauses;
}

// Clauses and watches in 8-byte units, which is what a pass over all of them
// costs.  Neither the proof nor gaps between the lists change it: budgets, and
// so the search, are the same with them and without.
static inline size_t core_units (const struct solver *s) {
  return arena_units (s) + s->pool.size - s->pool.unused;
}

static inline struct clause *clause_first (const struct solver *s) {
  return (struct clause *)(s->arena.data + s->proving);
}

static inline struct clause *clause_next (const struct solver *s,
                                          const struct clause *c) {
  return (struct clause *)((uint64_t *)c + clause_units (s, c));
}

static inline struct clause *clause_end (const struct solver *s) {
  return (struct clause *)(s->arena.data + s->arena.size + s->proving);
}

// All clauses of the arena in order, garbage included.  Not while adding.
#define for_clauses(C, S)                                                      \
  for (struct clause *C = clause_first (S), *C##_end = clause_end (S);         \
       C != C##_end; C = clause_next (S, C))

static inline struct watch *watches_begin (const struct solver *s, ilit lit) {
  return s->pool.data + s->watches[lit].begin;
}

static inline struct watch *watches_end (const struct solver *s, ilit lit) {
  return watches_begin (s, lit) + s->watches[lit].size;
}

// Not while pushing watches: the pool may move.
#define for_watches(W, S, LIT)                                                 \
  for (struct watch *W = watches_begin (S, LIT),                               \
                    *W##_end = watches_end (S, LIT);                           \
       W != W##_end; W++)

#define for_vars(INDEX, S) for (unsigned INDEX = 0; INDEX != (S)->vars; INDEX++)
#define for_ilits(L, S) for (ilit L = 0; L != 2 * (S)->vars; L++)

static inline unsigned level_of (const struct solver *s, ilit lit) {
  return s->assigned[IDX (lit)].level;
}

static inline unsigned decision_level (const struct solver *s) {
  return s->levels.size;
}

// Value at decision level 0 only: 1, -1 or 0.
static inline int8_t root_value (const struct solver *s, ilit lit) {
  const int8_t v = s->values[lit];
  return v && !level_of (s, lit) ? v : 0;
}

static inline bool active (const struct solver *s, ilit lit) {
  return s->flags[IDX (lit)].active;
}

static inline int elit_of (const struct solver *s, ilit lit) {
  const int evar = s->i2e.data[IDX (lit)];
  return SIGN (lit) ? -evar : evar;
}

// Checks the flags of 'hooks' (every call costs an atomic load).
bool core_stopping (struct solver *);

// ---------------------------------------------------- proof (core/derive.c)
//
// To derive a clause: push the hints in propagation order onto the chain, then
// call 'derive'.  Nothing is recorded when not proving, and 'chain_push' may
// be called all the same.

static inline void chain_push (struct solver *s, uint64_t id) {
  if (s->proving)
    vec_push (&s->chain, id);
}

static inline void chain_clear (struct solver *s) {
  vec_clear (&s->chain);
}

// Hint that the root-false literal 'lit' is false: the unit of its negation.
static inline void chain_push_unit (struct solver *s, ilit false_lit) {
  if (s->proving)
    vec_push (&s->chain, s->unit_ids[IDX (false_lit)]);
}

// Emits a derived clause with the chain as hints; clears the chain.
// returns    the new id; 0 when not proving
uint64_t derive (struct solver *s, const ilit *lits, unsigned n);

// Emits a clause that defines the variable of lits[0]; the chain holds its
// candidates (proof/proof.h).
uint64_t derive_definition (struct solver *s, const ilit *lits, unsigned n);

// New variables can be defined: there is no proof, or it takes definitions.
static inline bool can_define (const struct solver *s) {
  return !s->proving || s->sink.define;
}

// Offers a derived clause (units, binaries, learned) to the other engines,
// unless it has a variable that they do not know.
void core_export (struct solver *s, const ilit *lits, unsigned n, unsigned glue,
                  uint64_t id);

// Tells the sink that a derived or original clause is gone.
void derive_forget (struct solver *s, uint64_t id);

// Pushes, in propagation order, the ids that explain why 'lit' (assigned) has
// its value, root units included, down to decisions.  Variables visited are
// remembered (not explained twice) until 'explain_reset'.  With SEEN_STOP set
// in s->seen[idx] a variable is taken as known.
//
//   decisions  gets the true literals of the decisions reached; may be null
void explain (struct solver *s, ilit lit, ilits *decisions);
void explain_reset (struct solver *s);

enum {
  SEEN_ANALYZED = 1,
  SEEN_POISONED = 2,
  SEEN_REMOVABLE = 4,
  SEEN_SHRINKABLE = 8,
  SEEN_EXPLAINED = 16,
  SEEN_STOP = 32,
};

// --------------------------------------------------- clauses (core/clause.c)

// Adds a clause over distinct literals, assigned or not, without simplifying:
//   n >= 3     arena; watched by lits[0] and lits[1] if 'watching', otherwise
//              connected to all its literals if irredundant; while 'loading'
//              neither
//   n == 2     both watch lists; irredundant whatever 'redundant' says
//   n == 1     assigned at level 0 (must be at level 0)
//   n == 0     sets 'unsat'
// returns    its ref (arena), slot | BINARY_BIT, or INVALID_REF for n < 2
ref clause_add (struct solver *s, const ilit *lits, unsigned n, bool redundant,
                unsigned glue, uint64_t id);

// As above for a new clause at level 0 from the chain: derive + clause_add.
// One and two literals are offered to the other engines.
ref clause_derive (struct solver *s, const ilit *lits, unsigned n,
                   bool redundant, unsigned glue);

// Marks as garbage, tells the proof, updates counters and 'eliminate' flags.
// Its watches go where propagation meets them, the others at the next
// collection; propagating with them would not be wrong, for the clause stays
// implied, but its id is gone from the proof.
void clause_delete (struct solver *s, struct clause *c);

// Removes the binary clause (a, b) with 'slot' from both lists.
void binary_delete (struct solver *s, ilit a, ilit b, ref slot);

// Replaces the literals of a large clause by the n < size literals kept[] (a
// subset; n >= 3) in place, with a new id derived from the chain.
// In watching mode the caller keeps lits[0] and lits[1] watched, or detaches.
void clause_shorten (struct solver *s, struct clause *c, const ilit *kept,
                     unsigned n);

// Same for any n at level 0: in place for n >= 3, else the large clause is
// deleted and a binary, unit or empty clause takes its place.  Occurrence lists
// are the caller's to update.
void clause_strengthen (struct solver *s, struct clause *c, const ilit *kept,
                        unsigned n);

// Makes a redundant clause irredundant, which takes another's place: it is
// implied, and over active variables.
void clause_promote (struct solver *s, struct clause *c);

void clause_mark_added (struct solver *s, const ilit *lits, unsigned n);
void clause_mark_removed (struct solver *s, const ilit *lits, unsigned n);

// --------------------------------------------------- watches (core/watch.c)

void watch_push_slow (struct solver *s, ilit lit, struct watch w);

// Appends if the slot behind the list is free.
static inline bool watch_try_push (struct solver *s, ilit lit, struct watch w) {
  struct watches *ws = s->watches + lit;
  const size_t end = (size_t)ws->begin + ws->size;
  if (!ws->size || end >= s->pool.size || s->pool.data[end].ref != INVALID_REF)
    return false;
  s->pool.data[end] = w;
  s->pool.unused--;
  ws->size++;
  return true;
}

// Note: may move the pool, and all lists in it.
static inline void watch_push (struct solver *s, ilit lit, struct watch w) {
  if (!watch_try_push (s, lit, w))
    watch_push_slow (s, lit, w);
}

// Shortens the list to 'size' and frees the slots behind.
static inline void watches_resize (struct solver *s, ilit lit, uint32_t size) {
  struct watches *ws = s->watches + lit;
  assert (size <= ws->size);
  for (uint32_t i = size; i != ws->size; i++)
    s->pool.data[ws->begin + i] = (struct watch){INVALID_LIT, INVALID_REF};
  s->pool.unused += ws->size - size;
  ws->size = size;
}

void watch_remove (struct solver *s, ilit lit, ref r); // must be there
void watches_defrag (struct solver *s); // compacts the pool if worth it
void watches_attach (struct solver *s); // after loading: connects everything

// Drops the large clauses from all lists (binaries stay) and connects every
// non-garbage irredundant large clause of at most 'max_size' literals (0: any)
// to each of its literals.  For techniques on occurrence lists; level 0.
void watches_to_occs (struct solver *s, unsigned max_size);

// Back: removes root-satisfied clauses and root-false literals, deletes
// redundant clauses over inactive variables, watches all clauses, propagates.
// returns    false if that made the formula unsatisfiable ('unsat' set)
bool occs_to_watches (struct solver *s);

// ------------------------------------------- assignment (core/propagate.c)

// Assigns 'lit' on the current level.  On level 0 with a reason a unit clause
// is derived first when proving.
void assign (struct solver *s, ilit lit, ref reason, ilit other);
void assume_decision (struct solver *s, ilit lit); // opens a level
void backtrack (struct solver *s, unsigned level);

// Assigns a unit whose id is known (level 0).  False lit: sets 'unsat'.
void assign_unit (struct solver *s, ilit lit, uint64_t id);

// The unit clause 'lit' follows by the chain: derives and assigns it.
void learn_unit (struct solver *s, ilit lit);

// The empty clause follows by the chain.
void learn_empty (struct solver *s);

// returns    true if no conflict; else 's->conflict' is set
bool propagate (struct solver *s);

// As 'propagate' but never uses the clause 'ignore' (vivification).
bool propagate_ignoring (struct solver *s, ref ignore);

// Backtracks to level 0 and propagates; derives the empty clause on conflict.
// returns    !s->unsat
bool propagate_root (struct solver *s);

// ------------------------------------------------------------ collect.c

// Level 0, watching: removes satisfied and garbage clauses, false literals,
// compacts arena and watches.
void collect (struct solver *s);
// As above without looking at values, and only from the first redundant clause
// on: what reduce needs.  Any level; reasons must not be garbage.
void collect_garbage (struct solver *s);

// ------------------------------------------------------------ compact.c

// Gives up the places of all variables that are not active and the memory
// behind them.  Level 0, all propagated, watching, right after 'collect'; not
// with variables that may come back.
//
//   returns    owned; by old index: the new one, or UINT32_MAX
uint32_t *variables_compact (struct solver *s);

// ------------------------------------------------------- decisions and mode

void queue_move_to_front (struct solver *s, unsigned idx);
void heap_push (struct solver *s, unsigned idx);
void heap_update (struct solver *s, unsigned idx, double score);
static inline bool heap_contains (const struct heap *h, unsigned idx) {
  return h->pos[idx] != UINT32_MAX;
}

// Makes an inactive variable active again or the other way round; keeps the
// counters, queue and heap in order.
enum inactive { FIXED, ELIMINATED, SUBSTITUTED };
void var_deactivate (struct solver *s, unsigned idx, enum inactive why);
void var_activate (struct solver *s, unsigned idx);

// A new variable that only this engine knows.  In the proof it is unique over
// all lanes; no clause with it is exported.
// returns    its positive literal, or INVALID_LIT if no numbers are left
ilit var_extend (struct solver *s);

// Makes the variables from 'first' on the last ones to be decided in focused
// mode; in stable mode new variables are so anyway.  Level 0.
void queue_demote (struct solver *s, unsigned first);

// log10 (n + 9): at least 1, the growth of intervals.
double core_logn (uint64_t n);

#ifndef NDEBUG
void core_check (struct solver *s); // whole structures, at quiet points
#endif

#endif
