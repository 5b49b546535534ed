// model.c - checks and writes models.
#include "cnf/model.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_true (const signed char *values, int num_vars, int elit) {
  const int var = abs (elit);
  return var <= num_vars && (elit < 0 ? values[var] < 0 : values[var] > 0);
}

int64_t model_falsified (const struct formula *formula,
                         const signed char *values, int num_vars) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  for (int64_t number = 1; formula_next (formula, &cursor, &lits, &size);
       number++) {
    size_t i = 0;
    while (i < size && !is_true (values, num_vars, lits[i]))
      i++;
    if (i == size) {
      formula_leave (&cursor);
      return number;
    }
  }
  return 0;
}

struct line {
  struct file_out *out;
  unsigned width, used; // used == 0: not begun
};

static void put_literal (struct line *line, int elit) {
  char text[16];
  const unsigned n = (unsigned)snprintf (text, sizeof text, " %d", elit);
  if (line->used && line->used + n > line->width) {
    file_out_write (line->out, "\n", 1);
    line->used = 0;
  }
  if (!line->used) {
    file_out_write (line->out, "v", 1);
    line->used = 1;
  }
  file_out_write (line->out, text, n);
  line->used += n;
}

bool model_write (struct file_out *out, const signed char *values, int num_vars,
                  unsigned width) {
  assert (width >= 14); // 'v -2147483646'
  struct line line = {out, width, 0};
  for (int64_t var = 1; var <= num_vars; var++)
    if (values[var])
      put_literal (&line, values[var] < 0 ? -(int)var : (int)var);
  put_literal (&line, 0);
  return file_out_write (out, "\n", 1);
}
