// check.c - follow the hints of every proof line by unit propagation.
// Idea     assume the new clause false; each hint must then be unit, or false
//          at the end; no search, so time is linear in the hints' clauses
// Source   LRAT [CruzFilipeEtAl-CADE'17]; RAT [JarvisaloHeuleBiere-IJCAR'12]
// Differs  ids are 64 bit and only have to grow; every live clause with the
//          negated pivot must be named as candidate, satisfied or not, so that
//          a RUP step with a hint missing rarely passes as RAT
#include "check/internal.h"

#include <inttypes.h>

struct checker {
  struct clauses clauses;
  struct source proof;
  struct step step;
  struct check_result *result;
  uint64_t last_id;
  uint32_t max_var;
  signed char *values; // by literal: 1 true, -1 false, 0 open
  size_t num_values;
  VEC (uint32_t) trail;
  uint64_t covered; // negated pivots in the candidates so far
};

#define REJECT(...) source_error (&checker->proof, checker->result, __VA_ARGS__)

// New memory comes zeroed and untouched, so a huge variable costs addresses
// rather than pages.
static void enlarge (struct checker *checker, size_t lit) {
  size_t size = 2 * checker->num_values;
  if (size <= lit)
    size = (lit | 1) + 1;
  signed char *values = mem_calloc (size, 1);
  if (checker->num_values)
    memcpy (values, checker->values, checker->num_values);
  mem_free (checker->values);
  checker->values = values;
  checker->num_values = size;
}

// Values exist for every literal of every clause that ever came in.
static void ensure_values (struct checker *checker, const uint32_t *lits,
                           size_t size) {
  for (size_t i = 0; i < size; i++)
    if (lits[i] >= checker->num_values)
      enlarge (checker, lits[i]);
}

static void assign (struct checker *checker, uint32_t lit) {
  checker->values[lit] = 1;
  checker->values[lit ^ 1] = -1;
  vec_push (&checker->trail, lit);
}

static void undo (struct checker *checker, size_t level) {
  while (checker->trail.size > level) {
    const uint32_t lit = vec_pop (&checker->trail);
    checker->values[lit] = checker->values[lit ^ 1] = 0;
  }
}

// Assumes all literals but 'except' false.
//
//   returns    false if one of them is true already
static bool falsify (struct checker *checker, const uint32_t *lits, size_t size,
                     uint32_t except) {
  for (size_t i = 0; i < size; i++) {
    const uint32_t lit = lits[i];
    if (lit == except)
      continue;
    if (checker->values[lit] > 0)
      return false;
    if (!checker->values[lit])
      assign (checker, lit ^ 1);
  }
  return true;
}

enum outcome { CONFLICT, UNIT, WRONG };

static struct clause *find (struct checker *checker, uint64_t id) {
  struct clause *clause = clauses_find (&checker->clauses, id);
  if (!clause)
    REJECT ("clause %" PRIu64 ": hint %" PRIu64
            " was never added or is deleted",
            checker->step.id, id);
  return clause;
}

// Follows one hint.  Its literals must be false but for one, which is open or
// true; repetitions of that one are harmless.
static enum outcome follow (struct checker *checker, uint64_t id) {
  const struct clause *clause = find (checker, id);
  if (!clause)
    return WRONG;
  checker->result->hints++;
  uint32_t unit = 0;
  for (uint32_t i = 0; i < clause->size; i++) {
    const uint32_t lit = clause->lits[i];
    if (checker->values[lit] < 0 || lit == unit)
      continue;
    if (unit) {
      REJECT ("clause %" PRIu64 ": hint %" PRIu64 " is not unit",
              checker->step.id, id);
      return WRONG;
    }
    unit = lit;
  }
  if (!unit)
    return CONFLICT;
  if (!checker->values[unit])
    assign (checker, unit);
  return UNIT;
}

// Follows hints from 'i' on, up to a negative one or a conflict.
static enum outcome follow_all (struct checker *checker, size_t *i) {
  enum outcome outcome = UNIT;
  while (outcome == UNIT && *i < checker->step.hints.size &&
         checker->step.hints.data[*i] > 0)
    outcome = follow (checker, checker->step.hints.data[(*i)++]);
  return outcome;
}

// Hints that are not needed must at least exist, as other checkers insist.
//
//   rat        stop at the next negative hint
static bool skip_hints (struct checker *checker, size_t *i, bool rat) {
  for (; *i < checker->step.hints.size; ++*i) {
    const int64_t hint = checker->step.hints.data[*i];
    if (hint < 0 && rat)
      break;
    if (!find (checker, hint < 0 ? -hint : hint))
      return false;
  }
  return true;
}

static bool contains (const struct clause *clause, uint32_t lit) {
  for (uint32_t i = 0; i < clause->size; i++)
    if (clause->lits[i] == lit)
      return true;
  return false;
}

// Resolving a candidate with the new clause must give an implied clause.
static bool check_candidate (struct checker *checker, size_t *i,
                             uint32_t pivot) {
  const uint64_t id = -checker->step.hints.data[(*i)++];
  struct clause *clause = find (checker, id);
  if (!clause)
    return false;
  if (!contains (clause, pivot ^ 1))
    return REJECT ("clause %" PRIu64 ": RAT hint %" PRIu64
                   " lacks the negated first literal",
                   checker->step.id, id);
  const size_t level = checker->trail.size;
  if (!clause->covered)
    for (uint32_t k = 0; k < clause->size; k++)
      checker->covered += clause->lits[k] == (pivot ^ 1);
  clause->covered = 1;
  enum outcome outcome = CONFLICT;
  if (falsify (checker, clause->lits, clause->size, pivot ^ 1))
    outcome = follow_all (checker, i);
  undo (checker, level);
  if (outcome == UNIT)
    return REJECT ("clause %" PRIu64 ": no conflict for RAT hint %" PRIu64,
                   checker->step.id, id);
  return outcome == CONFLICT && skip_hints (checker, i, true);
}

// As 'find_uncovered' says, by counting, when the pivot is not in the formula.
static bool counts_match (struct checker *checker, uint32_t pivot) {
  const struct clauses *clauses = &checker->clauses;
  if (pivot <= clauses->formula_lits ||
      checker->covered != clauses_count (clauses, pivot ^ 1))
    return false;
  for_vec (int64_t, hint, &checker->step.hints) {
    if (*hint < 0)
      clauses_find (clauses, -*hint)->covered = 0;
  }
  return true;
}

// The first live clause with the negated pivot that was no candidate; null if
// there is none.  Takes back the marks.
static const struct clause *find_uncovered (struct checker *checker,
                                            uint32_t pivot) {
  struct clause *clause, *missing = NULL;
  for (size_t place = 0; (clause = clauses_next (&checker->clauses, &place));) {
    if (clause->id && !clause->covered && !missing &&
        contains (clause, pivot ^ 1))
      missing = clause;
    clause->covered = 0;
  }
  return missing;
}

// Hints 'i' and up are negative ones and what follows them.  There may be none:
// a new variable's definition has no candidates.
static bool check_rat (struct checker *checker, size_t i) {
  const struct step *step = &checker->step;
  const bool candidates = i < step->hints.size;
  if (candidates && vec_empty (&step->lits))
    return REJECT ("RAT hints for the empty clause");
  const struct clause *missing = NULL;
  if (!vec_empty (&step->lits)) {
    const uint32_t pivot = step->lits.data[0];
    checker->covered = 0;
    while (i < step->hints.size)
      if (!check_candidate (checker, &i, pivot))
        return false;
    if (!counts_match (checker, pivot))
      missing = find_uncovered (checker, pivot);
    if (!missing)
      return ++checker->result->rat;
  }
  if (!candidates)
    return REJECT ("clause %" PRIu64 ": hints lead to no conflict", step->id);
  return REJECT ("clause %" PRIu64 ": RAT hints do not cover clause %" PRIu64,
                 step->id, missing->id);
}

// A clause that contains a literal and its negation needs no hints.
static bool check_hints (struct checker *checker) {
  struct step *step = &checker->step;
  size_t i = 0;
  enum outcome outcome = CONFLICT;
  if (falsify (checker, step->lits.data, step->lits.size, 0))
    outcome = follow_all (checker, &i);
  if (outcome == CONFLICT)
    return skip_hints (checker, &i, false);
  return outcome == UNIT && check_rat (checker, i);
}

static bool add (struct checker *checker) {
  struct step *step = &checker->step;
  if (step->id <= checker->last_id)
    return REJECT ("clause id %" PRIu64 " is not above %" PRIu64, step->id,
                   checker->last_id);
  if (step->lits.size > UINT32_MAX / 2)
    return REJECT ("clause %" PRIu64 " is too long", step->id);
  ensure_values (checker, step->lits.data, step->lits.size);
  const bool fine = check_hints (checker);
  undo (checker, 0);
  if (!fine)
    return false;
  checker->last_id = step->id;
  checker->result->added++;
  clauses_add (&checker->clauses, step->id, step->lits.data, step->lits.size);
  return true;
}

static bool delete_clauses (struct checker *checker) {
  for_vec (int64_t, id, &checker->step.hints) {
    if (*id <= 0)
      return REJECT ("deletion of id %" PRId64 ", which is not positive", *id);
    if (!clauses_delete (&checker->clauses, *id))
      return REJECT ("deletion of clause %" PRId64
                     ", which was never added or is deleted",
                     *id);
    checker->result->deleted++;
  }
  return true;
}

static bool check_proof (struct checker *checker) {
  for (;;) {
    switch (lrat_next (&checker->proof, checker->max_var, &checker->step,
                       checker->result)) {
    case STEP_ERROR:
      return false;
    case STEP_END:
      REJECT ("the proof ends without the empty clause");
      checker->result->verdict = CHECK_INCOMPLETE;
      return false;
    case STEP_READ:
      break;
    }
    if (checker->step.deletes ? !delete_clauses (checker) : !add (checker))
      return false;
    if (!checker->step.deletes && vec_empty (&checker->step.lits))
      return true;
  }
}

static bool check (const struct check_config *config, struct checker *checker) {
  bool empty = false;
  if (!dimacs_parse (config, &checker->clauses, &empty, checker->result))
    return false;
  checker->last_id = checker->result->originals;
  const struct clause *clause;
  for (size_t place = 0; (clause = clauses_next (&checker->clauses, &place));)
    ensure_values (checker, clause->lits, clause->size);
  clauses_count_new (&checker->clauses);
  if (!lrat_open (&checker->proof, &config->proof, checker->result))
    return false;
  return empty || check_proof (checker);
}

bool check_refutation (const struct check_config *config,
                       struct check_result *result) {
  struct checker checker = {.result = result};
  memset (result, 0, sizeof *result);
  checker.max_var = config->max_var ? config->max_var : INT32_MAX - 1;
  if (check (config, &checker))
    result->verdict = CHECK_VERIFIED;
  result->peak_words = checker.clauses.peak;
  source_close (&checker.proof);
  clauses_fini (&checker.clauses);
  step_fini (&checker.step);
  vec_fini (&checker.trail);
  mem_free (checker.values);
  return result->verdict == CHECK_VERIFIED;
}
