// dimacs.c - the checker's own parser of DIMACS CNF.
#include "check/internal.h"

#include <inttypes.h>

struct dimacs {
  struct source source;
  const struct check_config *config;
  struct check_result *result;
  struct clauses *clauses;
  bool header, empty;
  int64_t max_var, num_clauses; // as the header says
  VEC (uint32_t) lits;
};

// Reads 'cnf VARIABLES CLAUSES' after the 'p'.
static bool header (struct dimacs *dimacs) {
  struct source *source = &dimacs->source;
  struct check_result *result = dimacs->result;
  if (dimacs->header)
    return source_error (source, result, "second header");
  source->position++;
  source_skip_blanks (source);
  for (const char *p = "cnf"; *p; p++)
    if (source_get (source) != *p)
      return source_error (source, result, "expected 'p cnf'");
  int64_t vars;
  if (!source_number (source, INT32_MAX - 1, &vars, result) ||
      !source_number (source, INT64_MAX, &dimacs->num_clauses, result))
    return false;
  if (vars < 0 || dimacs->num_clauses < 0)
    return source_error (source, result, "negative count in header");
  const int ch = source_skip_blanks (source);
  if (ch != '\n' && ch != SOURCE_END)
    return source_error (source, result, "unexpected text after header");
  if (!dimacs->config->relaxed && vars < dimacs->max_var)
    dimacs->max_var = vars;
  return dimacs->header = true;
}

static bool end_clause (struct dimacs *dimacs) {
  struct check_result *result = dimacs->result;
  if (!dimacs->config->relaxed &&
      result->originals >= (uint64_t)dimacs->num_clauses)
    return source_error (&dimacs->source, result,
                         "more clauses than the %" PRId64 " of the header",
                         dimacs->num_clauses);
  if (dimacs->lits.size > UINT32_MAX / 2)
    return source_error (&dimacs->source, result, "clause too long");
  if (vec_empty (&dimacs->lits))
    dimacs->empty = true;
  clauses_add (dimacs->clauses, ++result->originals, dimacs->lits.data,
               dimacs->lits.size);
  vec_clear (&dimacs->lits);
  return true;
}

static bool literal (struct dimacs *dimacs) {
  int64_t lit;
  if (!dimacs->header && !dimacs->config->relaxed)
    return source_error (&dimacs->source, dimacs->result,
                         "expected 'p cnf' before the first clause");
  if (!source_number (&dimacs->source, dimacs->max_var, &lit, dimacs->result))
    return false;
  if (!lit)
    return end_clause (dimacs);
  vec_push (&dimacs->lits, lit < 0 ? 2 * (uint32_t)-lit + 1 : 2 * lit);
  return true;
}

// Counts and terminators, once nothing more follows.
static bool finish (struct dimacs *dimacs) {
  struct check_result *result = dimacs->result;
  if (file_in_error (dimacs->source.file))
    return source_error (&dimacs->source, result, "read error");
  if (dimacs->config->relaxed)
    return vec_empty (&dimacs->lits) || end_clause (dimacs);
  if (!dimacs->header)
    return source_error (&dimacs->source, result, "no header");
  if (!vec_empty (&dimacs->lits))
    return source_error (&dimacs->source, result, "last clause lacks its 0");
  if (result->originals < (uint64_t)dimacs->num_clauses)
    return source_error (&dimacs->source, result,
                         "%" PRIu64 " clauses instead of the header's %" PRId64,
                         result->originals, dimacs->num_clauses);
  return true;
}

static bool parse (struct dimacs *dimacs) {
  for (;;) {
    const int ch = source_skip_blanks (&dimacs->source);
    if (ch == SOURCE_END || ch == '%')
      return finish (dimacs);
    if (ch == '\n')
      source_get (&dimacs->source);
    else if (ch == 'c')
      source_skip_line (&dimacs->source);
    else if (ch == 'p' ? !header (dimacs) : !literal (dimacs))
      return false;
  }
}

bool dimacs_parse (const struct check_config *config, struct clauses *clauses,
                   bool *empty, struct check_result *result) {
  struct dimacs dimacs = {
      .config = config, .result = result, .clauses = clauses};
  dimacs.max_var = config->max_var ? config->max_var : INT32_MAX - 1;
  if (!source_open (&dimacs.source, &config->formula, result))
    return false;
  const bool res = parse (&dimacs);
  *empty = dimacs.empty;
  result->bytes = source_bytes (&dimacs.source);
  vec_fini (&dimacs.lits);
  source_close (&dimacs.source);
  return res;
}
