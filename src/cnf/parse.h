// Reads DIMACS CNF text chunk by chunk, so that a chunk can travel while the
// next one is read.
//
//   accepted   comments wherever a token may start, also inside a clause;
//              blanks, tabs, CR and empty lines anywhere; no final newline;
//              a '%' after the last clause ends the file (SATLIB)
//   rejected   one line 'FILE:LINE: expected ..., found ...'
//   relaxed    also without header, with wrong counts in the header, and
//              without the last clause's zero
//   strict     only with single blanks in the header, and nothing but comments
//              in front of it
#ifndef CNF_PARSE_H
#define CNF_PARSE_H

#include "base/file.h"
#include "cnf/formula.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cnf_options { // all zero is the default
  bool relaxed, strict;
  size_t buffer_bytes; // text read at once; 0: 1 MiB
  size_t chunk_ints;   // chunk size; 0: FORMULA_CHUNK_INTS
};

enum { CNF_ERROR_BYTES = 1024 };

enum cnf_status {
  CNF_CHUNK, // a chunk was produced, more may follow
  CNF_END,   // the whole file was read and is well-formed; no chunk
  CNF_ERROR  // the error text says why; no chunk
};

struct cnf_parser;

// Starts reading a file; nothing is read yet.
//
//   in         borrowed until free
//   returns    owned
struct cnf_parser *cnf_parser_new (struct file_in *in,
                                   const struct cnf_options *options);
void cnf_parser_free (struct cnf_parser *parser);

// Produces the next chunk of whole clauses.  END and ERROR are final.
//
//   lits       returns owned (mem_free); clauses each ended by a zero
//   size       integers in it, at least one
enum cnf_status cnf_parser_next (struct cnf_parser *parser, int **lits,
                                 size_t *size);

// What is known so far, complete after END.
int cnf_parser_vars (const struct cnf_parser *parser); // used or announced
const char *cnf_parser_error (const struct cnf_parser *parser);

#endif
