// check.c - follow the hints of every proof line by unit propagation.
// Idea     assume the new clause false; each hint must then be unit, or false
//          at the end; no search, so time is linear in the hints' clauses
// Source   LRAT [CruzFilipeEtAl-CADE'17]; RAT [JarvisaloHeuleBiere-IJCAR'12]
// Differs  ids are 64 bit and only have to grow; every live clause with the
//          negated pivot must be named as candidate, satisfied or not, so that
//          a RUP step with a hint missing rarely passes as RAT
// Budget   'work_per_byte' literals for each byte of formula and proof
#include "check/internal.h"

#include <inttypes.h>

// A hint that makes a literal true, or ends the line, has no more literals than
// are false by then, and each of those came with a byte of the line.  So n
// bytes of such hints cost n^1.5 at most.  What has no such bound costs
// SPARE_COST times as much: hints that are true already, repeated literals, all
// of RAT.  Short files count as MIN_BYTES.
enum { SPARE_COST = 16, MIN_BYTES = 1 << 18 };

enum { NEW_VARIABLES = 1024 }; // that stay as they are in the smallest formula

struct checker {
  struct clauses clauses;
  struct variables variables;
  struct source proof;
  struct step step;
  struct check_result *result;
  uint64_t last_id;
  uint64_t looked;     // literals of hints
  uint64_t spare;      // those of them that cost more
  uint64_t affordable; // work up to this line
  uint32_t max_var, work_per_byte;
  signed char *values; // by literal: 1 true, -1 false, 0 open
  size_t num_values;
  VEC (uint32_t) trail;
  uint64_t covered; // negated pivots in the candidates so far
};

#define REJECT(...) source_error (&checker->proof, checker->result, __VA_ARGS__)

// Values exist for all literals.  New memory comes zeroed and untouched, so
// that literals that do not occur cost addresses rather than pages.
static void enlarge (struct checker *checker) {
  size_t size = 2 * checker->num_values;
  if (size < checker->variables.num_lits)
    size = checker->variables.num_lits;
  signed char *values = mem_calloc (size, 1);
  if (checker->num_values)
    memcpy (values, checker->values, checker->num_values);
  mem_free (checker->values);
  checker->values = values;
  checker->num_values = size;
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

static uint64_t work (const struct checker *checker) {
  return checker->looked + SPARE_COST * checker->spare;
}

// Counts literals that were looked at for nothing.
//
//   returns    false, with an error, if the work exceeds what was read
static bool spend (struct checker *checker, uint64_t spare) {
  checker->spare += spare;
  return work (checker) <= checker->affordable ||
         REJECT ("clause %" PRIu64 ": more work than %" PRIu32
                 " literals for each byte",
                 checker->step.id, checker->work_per_byte);
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

// The first literal that is not false, and no other is but its repetitions; 0
// if all are false, 1 if two are not.
static uint32_t find_unit (const struct checker *checker,
                           const struct clause *clause) {
  const signed char *values = checker->values;
  const uint32_t *lit = clause->lits, *end = lit + clause->size;
  while (lit != end && values[*lit] < 0)
    lit++;
  if (lit == end)
    return 0;
  const uint32_t unit = *lit;
  while (++lit != end)
    if (values[*lit] >= 0 && *lit != unit)
      return 1;
  return unit;
}

// Follows one hint.  Its literals must be false but for one, which is open or
// true; repetitions of that one are harmless.
static enum outcome follow (struct checker *checker, uint64_t id) {
  const struct clause *clause = find (checker, id);
  if (!clause)
    return WRONG;
  checker->result->hints++;
  checker->looked += clause->size;
  const uint32_t unit = find_unit (checker, clause);
  if (unit == 1) {
    REJECT ("clause %" PRIu64 ": hint %" PRIu64 " is not unit",
            checker->step.id, id);
    return WRONG;
  }
  const bool idle = unit && checker->values[unit];
  if ((idle || clause->size > checker->trail.size + 1) &&
      !spend (checker, clause->size))
    return WRONG;
  if (unit && !idle)
    assign (checker, unit);
  return unit ? UNIT : CONFLICT;
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

static void cover (struct checker *checker, struct clause *clause,
                   uint32_t lit) {
  for (uint32_t i = 0; !clause->covered && i < clause->size; i++)
    checker->covered += clause->lits[i] == lit;
  clause->covered = 1;
}

static void uncover (struct checker *checker) {
  for_vec (int64_t, hint, &checker->step.hints) {
    if (*hint < 0)
      clauses_find (&checker->clauses, -*hint)->covered = 0;
  }
  checker->covered = 0;
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
  cover (checker, clause, pivot ^ 1);
  const uint64_t looked = checker->looked;
  checker->looked += clause->size;
  const size_t level = checker->trail.size;
  enum outcome outcome = CONFLICT;
  if (falsify (checker, clause->lits, clause->size, pivot ^ 1))
    outcome = follow_all (checker, i);
  undo (checker, level);
  if (!spend (checker, checker->looked - looked))
    return false;
  if (outcome == UNIT)
    return REJECT ("clause %" PRIu64 ": no conflict for RAT hint %" PRIu64,
                   checker->step.id, id);
  return outcome == CONFLICT && skip_hints (checker, i, true);
}

// A live clause with the negated pivot that was no candidate.
static uint64_t find_uncovered (struct checker *checker, uint32_t pivot) {
  const struct clause *clause;
  for (size_t place = 0; (clause = clauses_next (&checker->clauses, &place));)
    if (clause->id && !clause->covered && contains (clause, pivot ^ 1))
      return clause->id;
  return 0;
}

// Hints 'i' and up are negative ones and what follows them.  There may be none:
// a new variable's definition has no candidates.  Whether they are all is
// decided by counting.
static bool check_rat (struct checker *checker, size_t i) {
  const struct step *step = &checker->step;
  const bool candidates = i < step->hints.size;
  if (candidates && vec_empty (&step->lits))
    return REJECT ("RAT hints for the empty clause");
  const uint32_t pivot = vec_empty (&step->lits) ? 0 : step->lits.data[0];
  while (i < step->hints.size)
    if (!check_candidate (checker, &i, pivot))
      return false;
  if (pivot &&
      checker->covered == clauses_count (&checker->clauses, pivot ^ 1)) {
    uncover (checker);
    return ++checker->result->rat;
  }
  if (!candidates)
    return REJECT ("clause %" PRIu64 ": hints lead to no conflict", step->id);
  return REJECT ("clause %" PRIu64 ": RAT hints do not cover clause %" PRIu64,
                 step->id, find_uncovered (checker, pivot));
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
  variables_map (&checker->variables, step->lits.data, step->lits.size);
  if (checker->num_values < checker->variables.num_lits)
    enlarge (checker);
  const bool fine = check_hints (checker) && spend (checker, 0);
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

// What was read up to here pays for the work.
static void earn (struct checker *checker) {
  const uint64_t bytes =
      checker->result->bytes + source_bytes (&checker->proof);
  checker->affordable = checker->work_per_byte * (bytes + MIN_BYTES);
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
      earn (checker);
    }
    if (checker->step.deletes ? !delete_clauses (checker) : !add (checker))
      return false;
    if (!checker->step.deletes && vec_empty (&checker->step.lits))
      return true;
  }
}

static uint32_t largest_lit (struct clauses *clauses) {
  uint32_t largest = 1;
  const struct clause *clause;
  for (size_t place = 0; (clause = clauses_next (clauses, &place));)
    for (uint32_t i = 0; i < clause->size; i++)
      if (largest < clause->lits[i])
        largest = clause->lits[i];
  return largest;
}

// Variables stay as they are unless their numbers are far above the formula's
// size, and so do new ones, as many as there are and some more.
static void index_formula (struct checker *checker) {
  struct clauses *clauses = &checker->clauses;
  struct clause *clause;
  const uint32_t largest = largest_lit (clauses);
  const size_t size = clauses->arena.size;
  variables_init (&checker->variables,
                  (largest < size ? largest : size) + NEW_VARIABLES);
  clauses->new_lits = (largest | 1) + 1;
  if (largest >= checker->variables.plain_lits) {
    for (size_t place = 0; (clause = clauses_next (clauses, &place));)
      variables_map (&checker->variables, clause->lits, clause->size);
    clauses->new_lits = checker->variables.num_lits;
  }
  enlarge (checker);
}

static bool check (const struct check_config *config, struct checker *checker) {
  bool empty = false;
  if (!dimacs_parse (config, &checker->clauses, &empty, checker->result))
    return false;
  checker->last_id = checker->result->originals;
  index_formula (checker);
  if (!lrat_open (&checker->proof, &config->proof, checker->result))
    return false;
  return empty || check_proof (checker);
}

bool check_refutation (const struct check_config *config,
                       struct check_result *result) {
  struct checker checker = {.result = result};
  memset (result, 0, sizeof *result);
  checker.max_var = config->max_var ? config->max_var : INT32_MAX - 1;
  checker.work_per_byte =
      config->work_per_byte ? config->work_per_byte : CHECK_WORK_PER_BYTE;
  clauses_init (&checker.clauses);
  if (check (config, &checker))
    result->verdict = CHECK_VERIFIED;
  result->peak_words = checker.clauses.peak;
  result->bytes += source_bytes (&checker.proof);
  result->work = work (&checker);
  result->overhead = checker.clauses.scanned + checker.clauses.places.steps +
                     checker.variables.index.steps;
  source_close (&checker.proof);
  clauses_fini (&checker.clauses);
  variables_fini (&checker.variables);
  step_fini (&checker.step);
  vec_fini (&checker.trail);
  mem_free (checker.values);
  return result->verdict == CHECK_VERIFIED;
}
