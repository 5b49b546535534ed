// The parser against a naive one, at all places of window and chunk borders.
#include "suite.h"

#include "../read_cnf.h"
#include "base/rng.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;
static char error[CNF_ERROR_BYTES];

typedef VEC (char) string;
typedef VEC (int) ints;

static bool read_text (const char *text, size_t bytes,
                       const struct cnf_options *options,
                       struct formula *formula) {
  return read_cnf (text, bytes, options, formula, error);
}

// All literals and zeroes in order.
static void flatten (const struct formula *formula, ints *flat) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  while (formula_next (formula, &cursor, &lits, &size)) {
    for (size_t i = 0; i < size; i++)
      vec_push (flat, lits[i]);
    vec_push (flat, 0);
  }
}

// Reads as a child would: lines without 'c' and 'p', then every number.
static void read_naively (const char *text, ints *flat) {
  while (*text) {
    while (isspace ((unsigned char)*text))
      text++;
    if (*text == '%')
      return;
    if (*text == 'c' || *text == 'p')
      text += strcspn (text, "\n");
    else if (*text) {
      char *end;
      vec_push (flat, (int)strtol (text, &end, 10));
      text = end;
    }
  }
}

static void put (string *text, const char *piece) {
  while (*piece)
    vec_push (text, *piece++);
}

// Something between two tokens: at least one space.
static void put_space (string *text, struct rng *rng) {
  switch (rng_below (rng, 12)) {
  case 0:
    put (text, "\n");
    break;
  case 1:
    put (text, " \r\n");
    break;
  case 2:
    put (text, "\t \t");
    break;
  case 3:
    put (text, "\nc comment 1 -2 0 p cnf\n");
    break;
  case 4:
    put (text, "\n\n  \n c\n");
    break;
  default:
    put (text, " ");
  }
}

static void put_number (string *text, struct rng *rng, int number) {
  char piece[40];
  const char *zeroes = rng_below (rng, 30) ? "" : "000";
  snprintf (piece, sizeof piece, "%s%s%d", number < 0 ? "-" : "",
            number ? zeroes : "", abs (number));
  put (text, piece);
  put_space (text, rng);
}

// Variables of all lengths from one digit to the largest.
static int random_literal (struct rng *rng, int max_var) {
  static const int powers[] = {9,      99,      999,      9999,      99999,
                               999999, 9999999, 99999999, 2147483646};
  const int limit = powers[rng_below (rng, 9)];
  const int var =
      1 + (int)rng_below (rng, (uint32_t)(limit < max_var ? limit : max_var));
  return rng_bool (rng) ? -var : var;
}

static void make_text (string *text, struct rng *rng) {
  char header[100];
  const int max_var = rng_bool (rng) ? FORMULA_MAX_VAR : 20;
  const unsigned clauses = rng_below (rng, 60);
  put (text, rng_bool (rng) ? "c first\n" : "");
  snprintf (header, sizeof header, "p%scnf\t%d   %u%s",
            rng_bool (rng) ? " " : " \t ", max_var, clauses,
            rng_bool (rng) ? "\n" : "  \r\n");
  put (text, header);
  for (unsigned i = 0; i < clauses; i++) {
    const unsigned size = rng_below (rng, rng_below (rng, 10) ? 6 : 60);
    for (unsigned j = 0; j < size; j++)
      put_number (text, rng, random_literal (rng, max_var));
    put_number (text, rng, 0);
  }
  if (!rng_below (rng, 3))
    put (text, "\n%\n0\n\nrubbish -");
  else if (rng_bool (rng)) // no final newline
    while (text->size && isspace ((unsigned char)vec_top (text)))
      (void)vec_pop (text);
  vec_push (text, 0);
}

static void compare (const string *text, const struct cnf_options *options,
                     const ints *expected) {
  struct formula formula = {0};
  ints found = {0};
  ck_assert_msg (read_text (text->data, text->size - 1, options, &formula),
                 "%s\n%s", error, text->data);
  flatten (&formula, &found);
  ck_assert_uint_eq (found.size, expected->size);
  if (found.size)
    ck_assert (!memcmp (found.data, expected->data, found.size * sizeof (int)));
  ck_assert_int_eq (formula.num_clauses + formula.num_literals,
                    (int64_t)found.size);
  vec_fini (&found);
  formula_fini (&formula);
}

START_TEST (random_formulas) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  string text = {0};
  ints expected = {0};
  make_text (&text, &rng);
  read_naively (text.data, &expected);
  compare (&text, &(struct cnf_options){0}, &expected);
  for (size_t room = 64; room < 100; room++) {
    const struct cnf_options options = {.buffer_bytes = room,
                                        .chunk_ints = 1 + rng_below (&rng, 40),
                                        .relaxed = rng_bool (&rng)};
    compare (&text, &options, &expected);
  }
  vec_fini (&text);
  vec_fini (&expected);
}
END_TEST

// Shifts a text over the border of the window byte by byte.
START_TEST (window_borders) {
  static const char tail[] = "p cnf 2147483646 3\n-2147483646 12345678 -7 0\r\n"
                             "c x\n1234567 -0012 0 99999999\n0";
  static const int lits[] = {-2147483646, 12345678, -7,       0, 1234567,
                             -12,         0,        99999999, 0};
  const struct cnf_options options = {.buffer_bytes = 64, .chunk_ints = 3};
  char text[400];
  for (int pad = 0; pad < 200; pad++) {
    snprintf (text, sizeof text, "%s%*s%s", pad % 2 ? "c" : "", pad,
              pad % 2 ? "\n" : "", tail);
    if (pad % 2 && pad < 2)
      continue;
    struct formula formula = {0};
    ints found = {0};
    ck_assert_msg (read_text (text, strlen (text), &options, &formula),
                   "%d: %s", pad, error);
    flatten (&formula, &found);
    ck_assert_uint_eq (found.size, sizeof lits / sizeof *lits);
    ck_assert (!memcmp (found.data, lits, sizeof lits));
    ck_assert_int_eq (formula.num_vars, FORMULA_MAX_VAR);
    vec_fini (&found);
    formula_fini (&formula);
  }
}
END_TEST

// Chunks hold whole clauses, and only a long clause makes a long chunk.
START_TEST (chunks) {
  struct rng rng;
  rng_init (&rng, seed);
  string text = {0};
  make_text (&text, &rng);
  for (size_t ints = 1; ints < 100; ints++) {
    const struct cnf_options options = {.chunk_ints = ints};
    struct file_in *in = file_in_memory (text.data, text.size - 1, "file");
    struct cnf_parser *parser = cnf_parser_new (in, &options);
    enum cnf_status status;
    int *lits;
    size_t size;
    while ((status = cnf_parser_next (parser, &lits, &size)) == CNF_CHUNK) {
      size_t zeroes = 0;
      ck_assert_uint_ge (size, 1);
      ck_assert_int_eq (lits[size - 1], 0);
      for (size_t i = 0; i < size; i++)
        zeroes += !lits[i];
      ck_assert (size <= ints || zeroes == 1 || ints < 2);
      mem_free (lits);
    }
    ck_assert_int_eq (status, CNF_END);
    ck_assert_int_eq (cnf_parser_next (parser, &lits, &size), CNF_END);
    cnf_parser_free (parser);
    file_in_close (in);
  }
  vec_fini (&text);
}
END_TEST

START_TEST (builds_like_it_reads) {
  struct rng rng;
  rng_init (&rng, seed);
  struct formula built = {0}, copied = {0};
  ints expected = {0}, found = {0};
  for (int i = 0; i < 300000; i++) {
    const int elit =
        rng_below (&rng, 5) ? random_literal (&rng, FORMULA_MAX_VAR) : 0;
    vec_push (&expected, elit);
    formula_add (&built, elit);
  }
  for (int i = 0; i < 3 * FORMULA_CHUNK_BYTES; i++) { // longer than a chunk
    vec_push (&expected, -5);
    formula_add (&built, -5);
  }
  vec_push (&expected, 0);
  formula_add (&built, 0);
  flatten (&built, &found);
  ck_assert_uint_eq (found.size, expected.size);
  ck_assert (!memcmp (found.data, expected.data, found.size * sizeof (int)));
  ck_assert_uint_ge (built.chunks.size, 2);
  size_t allocated = built.chunks.capacity * sizeof *built.chunks.data;
  for_vec (const struct formula_chunk, chunk, &built.chunks) {
    allocated += chunk->capacity;
    uint8_t *bytes = mem_alloc (chunk->size);
    memcpy (bytes, chunk->bytes, chunk->size);
    if (bytes[chunk->size - 2]) // else the last clause is empty
      ck_assert (!formula_take (&copied, bytes, chunk->size - 1));
    ck_assert (formula_take (&copied, bytes, chunk->size));
  }
  ck_assert_uint_le (allocated, 3 * sizeof (int) * found.size);
  formula_append (&copied, NULL, 0);
  ck_assert_int_eq (copied.num_vars, built.num_vars);
  ck_assert_int_eq (copied.num_clauses, built.num_clauses);
  ck_assert_int_eq (copied.num_literals, built.num_literals);
  vec_fini (&expected);
  vec_fini (&found);
  formula_fini (&built);
  formula_fini (&copied);
}
END_TEST

static const struct {
  const char *text;
  int vars, clauses; // -1: still refused
} relaxed[] = {
    {"1 2 0 -3 0", 3, 2},       {"p cnf 1 1\n1 2 0\n3 0\n", 3, 2},
    {"p cnf 9 7\n1 0\n", 9, 1}, {"1 2", 2, 1},
    {"c only\n0", 0, 1},        {"", 0, -1},
    {"c only\n", 0, -1},        {"1 0\np cnf 1 1\n", 0, -1},
    {"p cnf 0 0", 0, 0},        {"2147483647 0", 0, -1},
    {"1 x 0", 0, -1},           {"1 2 % 0", 0, -1},
    {"1 0\n%\n0\n", 1, 1},
};

START_TEST (relaxed_accepts) {
  struct formula formula = {0};
  const bool good =
      read_text (relaxed[_i].text, strlen (relaxed[_i].text),
                 &(struct cnf_options){.relaxed = true}, &formula);
  ck_assert_msg (good == (relaxed[_i].clauses >= 0), "%s", relaxed[_i].text);
  if (good) {
    ck_assert_int_eq (formula.num_vars, relaxed[_i].vars);
    ck_assert_int_eq (formula.num_clauses, relaxed[_i].clauses);
  } else
    ck_assert_ptr_null (formula.chunks.data);
  formula_fini (&formula);
}
END_TEST

// The message does not depend on where the window's borders are.
// What only the strict reader refuses, with long comments in front so that it
// is looked at across the border of windows.
static const struct {
  const char *text;
  bool fine;
} strict[] = {{"p cnf 2 1\n1 2 0\n", true},
              {"p cnf 2 1\r\n1  2\n\n0", true},
              {"c\ncc p\np cnf 2 1\nc 3\n 1 2 0\n", true},
              {"p  cnf 2 1\n1 2 0\n", false},
              {"p cnf\t2 1\n1 2 0\n", false},
              {"p cnf 2  1\n1 2 0\n", false},
              {"p cnf 2 1 \n1 2 0\n", false},
              {"\np cnf 2 1\n1 2 0\n", false},
              {" c\np cnf 2 1\n1 2 0\n", false},
              {"c\n\np cnf 2 1\n1 2 0\n", false},
              {"c\n p cnf 2 1\n1 2 0\n", false}};

START_TEST (strict_refuses) {
  for (int before = 0; before < 80; before++) {
    char text[200];
    const int used =
        before ? snprintf (text, sizeof text, "c%*c", before, '\n') : 0;
    strcpy (text + used, strict[_i].text);
    for (int is_strict = 0; is_strict < 2; is_strict++) {
      struct formula formula = {0};
      const struct cnf_options options = {.buffer_bytes = 64,
                                          .strict = is_strict};
      ck_assert_msg (read_text (text, strlen (text), &options, &formula) ==
                         (strict[_i].fine || !is_strict),
                     "%s: %s", text, error);
      formula_fini (&formula);
    }
  }
}
END_TEST

START_TEST (messages_are_stable) {
  static const char tail[] = "p cnf 9 9\n1 2 0 -123456789012345678901234567890 "
                             "2 0";
  char text[400], first[CNF_ERROR_BYTES];
  for (int pad = 0; pad < 150; pad++) {
    struct formula formula = {0};
    const int n = snprintf (text, sizeof text, "c%*s\n%s", pad, "", tail);
    for (size_t room = 64; room < 70; room++) {
      const struct cnf_options options = {.buffer_bytes = room};
      ck_assert (!read_text (text, (size_t)n, &options, &formula));
      if (!pad && room == 64)
        strcpy (first, error);
      ck_assert_str_eq (first, error);
    }
  }
  ck_assert_str_eq (first, "file:3: expected literal with a variable of at "
                           "most 9 as the header says, found "
                           "'-12345678901234567890123...'");
}
END_TEST

// The same wherever the window ends, and at the end of the file.
START_TEST (last_line_is_stable) {
  char text[400], first[CNF_ERROR_BYTES];
  for (int pad = 0; pad < 150; pad++) {
    struct formula formula = {0};
    const struct cnf_options options = {.buffer_bytes = 64};
    const int n =
        snprintf (text, sizeof text, "p cnf 1 2\n1 0\nc%*s\n", pad, "");
    ck_assert (!read_text (text, (size_t)n, &options, &formula));
    if (!pad)
      strcpy (first, error);
    ck_assert_str_eq (first, error);
  }
  ck_assert_str_eq (first, "file:3: expected 2 clauses as the header says "
                           "instead of 1, found end of file");
}
END_TEST

static const char *const tokens[] = {"1-2", "1x", "x1",      "-",  "-0",
                                     "--1", "1.", "+1",      "1%", "1\x80",
                                     "3",   "-3", "1234567", "-",  "99999999"};

// Both readers refuse the same: far from the end of the file, and at it.
START_TEST (refuses_everywhere) {
  char text[400], found[CNF_ERROR_BYTES];
  for (int pad = 0; pad < 100; pad += 50) {
    struct formula formula = {0};
    snprintf (text, sizeof text, "p cnf 2 2\n1 0\n%s 0%*s\n", tokens[_i], pad,
              "");
    ck_assert_msg (
        !read_text (text, strlen (text), &(struct cnf_options){0}, &formula),
        "%s", text);
    if (!pad)
      strcpy (found, error);
    ck_assert_int_eq (strncmp (error, "file:3: expected literal ", 25), 0);
    ck_assert_str_eq (error, found);
  }
}
END_TEST

// Any change of a byte is accepted or explained.
START_TEST (mutations) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  string text = {0};
  make_text (&text, &rng);
  for (int i = 0; i < 300; i++) {
    const size_t at = rng_below (&rng, (uint32_t)text.size);
    const char old = text.data[at];
    text.data[at] = rng_bool (&rng) ? "0-cp% \n9"[rng_below (&rng, 8)]
                                    : (char)rng_next32 (&rng);
    const struct cnf_options options = {.buffer_bytes =
                                            64 + rng_below (&rng, 20),
                                        .chunk_ints = rng_below (&rng, 20),
                                        .relaxed = rng_bool (&rng)};
    struct formula formula = {0};
    *error = 0;
    if (!read_text (text.data, text.size, &options, &formula))
      ck_assert_msg (!strncmp (error, "file:", 5) &&
                         strstr (error, ": expected ") &&
                         strstr (error, ", found ") && !strchr (error, '\n'),
                     "%s", error);
    formula_fini (&formula);
    text.data[at] = old;
  }
  vec_fini (&text);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("cnf parse");
  TCase *tcase = tcase_create ("parse");
  tcase_add_loop_test (tcase, random_formulas, 0, 60);
  tcase_add_test (tcase, window_borders);
  tcase_add_test (tcase, chunks);
  tcase_add_test (tcase, builds_like_it_reads);
  tcase_add_loop_test (tcase, relaxed_accepts, 0,
                       sizeof relaxed / sizeof *relaxed);
  tcase_add_loop_test (tcase, strict_refuses, 0,
                       sizeof strict / sizeof *strict);
  tcase_add_test (tcase, messages_are_stable);
  tcase_add_test (tcase, last_line_is_stable);
  tcase_add_loop_test (tcase, refuses_everywhere, 0,
                       sizeof tokens / sizeof *tokens);
  tcase_add_loop_test (tcase, mutations, 0, 20);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
