// model.c - checks, writes and reads models.
#include "cnf/model.h"
#include "cnf/parse.h"
#include "cnf/text.h"

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

bool model_save (const char *path, const signed char *values, int num_vars,
                 char *error) {
  struct file_out *out = file_out_open (path, error);
  if (!out)
    return false;
  file_out_printf (out, "s SATISFIABLE\n");
  model_write (out, values, num_vars, MODEL_WIDTH);
  return file_out_close (out, error);
}

void model_fini (struct model *model) {
  vec_fini (&model->values);
  *model = (struct model){0};
}

struct reader {
  struct text text;
  struct model *model; // borrowed
  char *error;         // borrowed; CNF_ERROR_BYTES
};

static bool expected (struct reader *reader, const char *what) {
  text_explain (&reader->text, reader->error, CNF_ERROR_BYTES, what);
  return false;
}

static bool read_answer (struct reader *reader) {
  static const struct {
    const char *word;
    enum model_answer answer;
  } answers[] = {{"SATISFIABLE", MODEL_SAT},
                 {"UNSATISFIABLE", MODEL_UNSAT},
                 {"UNKNOWN", MODEL_UNKNOWN}};
  text_skip (&reader->text, false);
  if (reader->model->answer != MODEL_NONE)
    return expected (reader, "a single 's' line");
  for (size_t i = 0; i < 3; i++)
    if (text_word (&reader->text, answers[i].word)) {
      reader->model->answer = answers[i].answer;
      return true;
    }
  return expected (reader, "SATISFIABLE, UNSATISFIABLE or UNKNOWN");
}

static bool assign (struct model *model, int var, bool negative) {
  if ((size_t)var >= model->values.size)
    vec_resize (&model->values, (size_t)var + 1);
  signed char *value = model->values.data + var;
  if (*value && (*value < 0) != negative)
    return false;
  *value = negative ? -1 : 1;
  return true;
}

static bool read_value (struct reader *reader) {
  struct text *text = &reader->text;
  if (reader->model->complete)
    return expected (reader, "nothing after the model's final 0");
  text_look_ahead (text);
  const char *token = text->pos;
  const bool negative = *token == '-';
  uint64_t number;
  if (!text_number (text, negative, FORMULA_MAX_VAR, &number))
    return expected (reader, "literal or 0");
  if (!number)
    reader->model->complete = true;
  else if (!assign (reader->model, (int)number, negative)) {
    text->pos = token; // still in the window: nothing was read since
    return expected (reader, "each variable with one value");
  }
  return true;
}

static bool read_values (struct reader *reader) {
  while (text_skip (&reader->text, false) && *reader->text.pos != '\n')
    if (!read_value (reader))
      return false;
  return true;
}

// An 's' or 'v' stands alone in front of a space.
static bool read_line (struct reader *reader) {
  struct text *text = &reader->text;
  if (text_word (text, "s") && !read_answer (reader))
    return false;
  if (text_word (text, "v") && !read_values (reader))
    return false;
  text_skip_line (text);
  return true;
}

static bool read_lines (struct reader *reader) {
  struct text *text = &reader->text;
  while (text_skip (text, true))
    if (!read_line (reader))
      return false;
  return !file_in_error (text->in) || expected (reader, "more text");
}

bool model_read (struct file_in *in, struct model *model, char *error) {
  struct reader reader = {.model = model, .error = error};
  text_init (&reader.text, in, 1 << 16);
  const bool res = read_lines (&reader);
  text_fini (&reader.text);
  return res;
}
