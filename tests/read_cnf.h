// A whole formula at once: the parser as tests want it.
#ifndef TESTS_READ_CNF_H
#define TESTS_READ_CNF_H

#include "base/memory.h"
#include "cnf/parse.h"

#include <stdio.h>

// Reads into an empty formula, which is empty again after an error.
//
//   error      buffer of CNF_ERROR_BYTES
//   returns    false with an error
static inline bool read_cnf (const void *text, size_t bytes,
                             const struct cnf_options *options,
                             struct formula *formula, char *error) {
  struct file_in *in = file_in_memory (text, bytes, "file");
  struct cnf_parser *parser = cnf_parser_new (in, options);
  enum cnf_status status;
  int *lits;
  size_t size;
  while ((status = cnf_parser_next (parser, &lits, &size)) == CNF_CHUNK) {
    formula_append (formula, lits, size);
    mem_free (lits);
  }
  if (status == CNF_END)
    formula_reserve_vars (formula, cnf_parser_vars (parser));
  else {
    formula_fini (formula);
    snprintf (error, CNF_ERROR_BYTES, "%s", cnf_parser_error (parser));
  }
  cnf_parser_free (parser);
  file_in_close (in);
  return status == CNF_END;
}

#endif
