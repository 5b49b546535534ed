// parse.c - reads DIMACS CNF text.
//
// Two readers work in turn on the same window of text.  'scan' knows nothing
// but spaces and short literals, which is nearly all of a large file, and
// stops in front of anything else; 'read_token' takes exactly one token of any
// kind, and explains what is wrong with it.
//
// Source   eight digits at once by multiplications: [Lemire-SPE'21]
#include "cnf/parse.h"
#include "cnf/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 20, MIN_CHUNK_INTS = 2 };

struct cnf_parser {
  struct text text;
  bool relaxed, strict, has_header, finished;
  int header_vars;
  int64_t header_clauses;
  int64_t max_var;     // of a literal; 0 while a header is missing
  int64_t max_clauses; // likewise
  int used_vars;
  int64_t num_clauses;
  // The chunk under work: whole clauses up to 'begin', then the open one.
  // Only an open clause at 0 may reach beyond chunk_ints.
  int *lits;
  size_t size, capacity, begin, chunk_ints;
  char error[CNF_ERROR_BYTES];
};

struct cnf_parser *cnf_parser_new (struct file_in *in,
                                   const struct cnf_options *options) {
  struct cnf_parser *parser = mem_calloc (1, sizeof *parser);
  const size_t ints = options->chunk_ints;
  text_init (&parser->text, in,
             options->buffer_bytes ? options->buffer_bytes : BUFFER_BYTES);
  parser->relaxed = options->relaxed;
  parser->strict = options->strict;
  parser->max_var = options->relaxed ? FORMULA_MAX_VAR : 0;
  parser->max_clauses = options->relaxed ? INT64_MAX : 0;
  parser->chunk_ints = !ints                   ? FORMULA_CHUNK_INTS
                       : ints < MIN_CHUNK_INTS ? MIN_CHUNK_INTS
                                               : ints;
  return parser;
}

void cnf_parser_free (struct cnf_parser *parser) {
  if (!parser)
    return;
  text_fini (&parser->text);
  mem_free (parser->lits);
  mem_free (parser);
}

static bool expected (struct cnf_parser *parser, const char *what) {
  text_explain (&parser->text, parser->error, sizeof parser->error, what);
  return false;
}

// Is there no room for another integer?
static bool is_full (const struct cnf_parser *parser) {
  return parser->size == parser->capacity;
}

// Is a chunk of whole clauses ready to go?
static bool is_ready (const struct cnf_parser *parser) {
  return parser->begin &&
         (parser->size >= parser->chunk_ints || is_full (parser));
}

static void enlarge (struct cnf_parser *parser) {
  parser->capacity =
      parser->capacity ? 2 * parser->capacity : parser->chunk_ints;
  parser->lits =
      mem_realloc (parser->lits, parser->capacity * sizeof *parser->lits);
}

// Hands out the whole clauses and moves the open one to a new chunk.
static enum cnf_status hand_out (struct cnf_parser *parser, int **lits,
                                 size_t *size) {
  int *chunk = parser->lits;
  const size_t whole = parser->begin, open = parser->size - whole;
  const bool wasteful = whole + whole / 8 < parser->capacity;
  parser->lits = NULL;
  parser->capacity = 0;
  parser->size = open;
  parser->begin = 0;
  while (!parser->finished && parser->capacity <= open)
    enlarge (parser);
  if (open)
    memcpy (parser->lits, chunk + whole, open * sizeof *chunk);
  *lits = wasteful ? mem_realloc (chunk, whole * sizeof *chunk) : chunk;
  *size = whole;
  return CNF_CHUNK;
}

static void close_clause (struct cnf_parser *parser) {
  parser->lits[parser->size++] = 0;
  parser->begin = parser->size;
  parser->num_clauses++;
}

static void push_literal (struct cnf_parser *parser, int elit) {
  parser->lits[parser->size++] = elit;
  if (parser->used_vars < abs (elit))
    parser->used_vars = abs (elit);
}

// Reads up to seven digits.
//
//   p          eight bytes must be readable
//   returns    their number; 8 if there are more, without a value
static inline unsigned short_number (const char *p, uint32_t *value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  const uint64_t high = 0x8080808080808080ull, pairs = 0x000000ff000000ffull;
  uint64_t word;
  memcpy (&word, p, 8);
  word ^= 0x3030303030303030ull; // digits become 0 to 9
  // Adding 0x76 sets the high bit from 10 on.  A carry into the next byte
  // comes from a byte that is no digit, behind which nothing matters.
  const uint64_t others = ((word + 0x7676767676767676ull) | word) & high;
  if (!others)
    return 8;
  const unsigned bits = (unsigned)__builtin_ctzll (others) & ~7u;
  if (!bits)
    return 0;
  word <<= 64 - bits; // zeroes in front, as if eight digits had been there
  word = word * 10 + (word >> 8);
  word = (word & pairs) * (100 + (1000000ull << 32)) +
         ((word >> 16) & pairs) * (1 + (10000ull << 32));
  *value = (uint32_t)(word >> 32);
  return bits / 8;
#else
  unsigned n = 0;
  uint32_t res = 0;
  for (; n < 8 && p[n] >= '0' && p[n] <= '9'; n++)
    res = 10 * res + (uint32_t)(p[n] - '0');
  *value = res;
  return n;
#endif
}

// Reads spaces and short literals as long as they come, each followed by a
// space, far enough from the end of the window and with room in the chunk.
static void scan (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  const char *p = text->pos, *const stop = text->end - TEXT_SPARE;
  const int64_t max_var = parser->max_var;
  uint32_t used_vars = (uint32_t)parser->used_vars;
  uint64_t line = text->line;
  if (text->end - text->pos <= TEXT_SPARE ||
      parser->num_clauses == parser->max_clauses)
    return;
  while (p < stop && !is_full (parser)) {
    const char ch = *p;
    if (text_is_space (ch)) {
      line += ch == '\n';
      p++;
      continue;
    }
    const bool negative = ch == '-';
    const char *q = p + negative;
    uint32_t var = 0;
    const unsigned digits = short_number (q, &var);
    q += digits;
    if (!digits || digits == 8 || !text_is_space (*q) || var > max_var)
      break;
    if (var) {
      parser->lits[parser->size++] = negative ? -(int)var : (int)var;
      used_vars = var > used_vars ? var : used_vars;
    } else if (negative)
      break;
    else
      close_clause (parser);
    line += *q == '\n';
    p = q + 1;
    if (!var && (parser->size >= parser->chunk_ints ||
                 parser->num_clauses == parser->max_clauses))
      break; // the chunk is complete, or nothing may follow
  }
  text->pos = p;
  text->line = line;
  parser->used_vars = (int)used_vars;
}

// Skips what stands between two words of the header.
static bool skip_gap (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  text_look_ahead (text);
  const bool single = text->end - text->pos > 1 && text->pos[0] == ' ' &&
                      !text_is_space (text->pos[1]);
  text_skip (text, false);
  return single || !parser->strict ||
         expected (parser, "one blank between the words of the header");
}

// Moves to the end of the header's line.
static bool end_header (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  text_look_ahead (text);
  const char *p = text->pos;
  const bool bare = p < text->end && p[*p == '\r'] == '\n';
  if (parser->strict && !bare)
    return expected (parser, "end of line right behind the header");
  return !text_skip (text, false) || *text->pos == '\n' ||
         expected (parser, "end of line after the header");
}

static bool read_count (struct cnf_parser *parser, uint64_t max,
                        uint64_t *number, const char *what) {
  char text[96];
  if (!skip_gap (parser))
    return false;
  if (text_number (&parser->text, 0, max, number))
    return true;
  snprintf (text, sizeof text, "number of %s from 0 to %" PRIu64, what, max);
  return expected (parser, text);
}

// Reads 'p cnf VARIABLES CLAUSES' and the end of its line.
static bool read_header (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  uint64_t vars, clauses;
  if (parser->has_header)
    return expected (parser, "a single header");
  if (parser->num_clauses || parser->size)
    return expected (parser, "a header in front of the clauses or none");
  if (!text_word (text, "p"))
    return expected (parser, "header 'p cnf VARIABLES CLAUSES'");
  if (!skip_gap (parser))
    return false;
  if (!text_word (text, "cnf"))
    return expected (parser, "'cnf' in the header");
  if (!read_count (parser, FORMULA_MAX_VAR, &vars, "variables") ||
      !read_count (parser, INT64_MAX, &clauses, "clauses") ||
      !end_header (parser))
    return false;
  parser->has_header = true;
  parser->header_vars = (int)vars;
  parser->header_clauses = (int64_t)clauses;
  if (!parser->relaxed) {
    parser->max_var = (int64_t)vars;
    parser->max_clauses = (int64_t)clauses;
  }
  return true;
}

static bool exceeds (struct cnf_parser *parser) {
  char what[128];
  snprintf (what, sizeof what,
            "literal with a variable of at most %" PRId64 "%s", parser->max_var,
            parser->relaxed ? "" : " as the header says");
  return expected (parser, what);
}

static bool has_excess_clause (struct cnf_parser *parser) {
  if (parser->num_clauses < parser->max_clauses)
    return false;
  char what[128];
  snprintf (what, sizeof what, "at most %" PRId64 " clauses as the header says",
            parser->header_clauses);
  expected (parser, what);
  return true;
}

// Does the token look like a number?  Only what is surely in the window counts,
// so that the message does not depend on the window.
static bool is_numeric (struct text *text, size_t skip) {
  const char *begin = text->pos + skip, *p = begin;
  while (p < text->end && p < begin + 30 && *p >= '0' && *p <= '9')
    p++;
  return p == begin + 30 ||
         (p > begin && (p == text->end || text_is_space (*p)));
}

static bool read_literal (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  if (has_excess_clause (parser))
    return false;
  text_look_ahead (text);
  const char *token = text->pos;
  const bool negative = *token == '-';
  uint64_t number;
  if (!text_number (text, negative, (uint64_t)parser->max_var, &number))
    return is_numeric (text, negative) ? exceeds (parser)
                                       : expected (parser, "literal or 0");
  if (negative && !number) {
    text->pos = token; // still in the window: nothing was read since
    return expected (parser, "literal or 0");
  }
  if (number)
    push_literal (parser, negative ? -(int)number : (int)number);
  else
    close_clause (parser);
  return true;
}

// Checks what can only be checked at the end.
static bool finish (struct cnf_parser *parser) {
  char what[128];
  parser->finished = true;
  if (file_in_error (parser->text.in))
    return expected (parser, "more text");
  const bool is_empty = !parser->num_clauses && !parser->size;
  if (!parser->has_header && (is_empty || !parser->relaxed))
    return expected (parser, "header 'p cnf VARIABLES CLAUSES'");
  if (parser->size > parser->begin) {
    if (!parser->relaxed)
      return expected (parser, "literal or 0 to end the last clause");
    close_clause (parser);
  }
  if (parser->relaxed || parser->num_clauses == parser->header_clauses)
    return true;
  snprintf (what, sizeof what,
            "%" PRId64 " clauses as the header says instead of %" PRId64,
            parser->header_clauses, parser->num_clauses);
  return expected (parser, what);
}

// Strictly, each line in front of the clauses begins with 'c' or 'p'.
static bool begins_well (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  if (!parser->strict || parser->has_header)
    return true;
  text_look_ahead (text);
  return text->pos == text->end || *text->pos == 'c' || *text->pos == 'p' ||
         expected (parser, "comment or header at the start of the line");
}

static bool read_comment (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  text_skip_line (text);
  if (!parser->strict || parser->has_header || text->pos == text->end)
    return true;
  text->pos++;
  text->line++;
  return true;
}

// Reads one token, a comment, the header, or the end of the file.
static bool read_token (struct cnf_parser *parser) {
  struct text *text = &parser->text;
  if (!begins_well (parser))
    return false;
  if (!text_skip (text, true))
    return finish (parser);
  switch (*text->pos) {
  case 'c':
    return read_comment (parser);
  case 'p':
    return read_header (parser);
  default:
    break;
  }
  if (!parser->has_header && !parser->relaxed)
    return expected (parser, "header 'p cnf VARIABLES CLAUSES'");
  if (*text->pos == '%' && parser->size == parser->begin) {
    text_skip_all (text); // a damaged file is refused wherever the damage is
    return finish (parser);
  }
  return read_literal (parser);
}

enum cnf_status cnf_parser_next (struct cnf_parser *parser, int **lits,
                                 size_t *size) {
  while (!*parser->error) {
    if (is_ready (parser))
      return hand_out (parser, lits, size);
    if (parser->finished)
      return parser->begin ? hand_out (parser, lits, size) : CNF_END;
    if (is_full (parser))
      enlarge (parser);
    scan (parser);
    if (!is_ready (parser) && !is_full (parser))
      read_token (parser);
  }
  return CNF_ERROR;
}

int cnf_parser_vars (const struct cnf_parser *parser) {
  return parser->header_vars > parser->used_vars ? parser->header_vars
                                                 : parser->used_vars;
}

const char *cnf_parser_error (const struct cnf_parser *parser) {
  return *parser->error ? parser->error : NULL;
}
