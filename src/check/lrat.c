// lrat.c - reads a proof line by line: LRAT as text or binary.
//
//   text       ID LIT... 0 HINT... 0     ID d ID... 0     c COMMENT
//   binary     'a' ID LIT... 0 HINT... 0     'd' ID... 0; numbers as 7-bit
//              groups, low ones first, of 2 * magnitude + sign
#include "check/internal.h"

#include <inttypes.h>

void step_fini (struct step *step) {
  vec_fini (&step->lits);
  vec_fini (&step->hints);
}

bool lrat_open (struct source *source, const struct check_input *input,
                struct check_result *result) {
  if (!source_open (source, input, result))
    return false;
  const int ch = source_peek (source);
  source->binary = ch == 'a' || ch == 'd';
  return true;
}

static bool any_number (struct source *source, uint64_t *number,
                        struct check_result *result) {
  uint64_t sum = 0;
  for (unsigned shift = 0;; shift += 7) {
    const int ch = source_byte (source);
    if (ch == SOURCE_END)
      return source_error (source, result, "file ends within a step");
    if (shift == 63 && ch > 1)
      return source_error (source, result, "number exceeds 64 bits");
    sum |= (uint64_t)(ch & 127) << shift;
    if (!(ch & 128))
      break;
  }
  *number = sum;
  return true;
}

// Nearly all numbers are short and lie in the buffer as a whole.
static inline bool binary_number (struct source *source, uint64_t *number,
                                  struct check_result *result) {
  enum { SHORT = 8 };
  if (source->end - source->position < SHORT)
    return any_number (source, number, result);
  const unsigned char *const start = source->buffer + source->position;
  const unsigned char *p = start;
  uint64_t sum = *p & 127;
  for (unsigned shift = 7; *p & 128 && shift < 7 * SHORT; shift += 7)
    sum |= (uint64_t)(*++p & 127) << shift;
  if (*p & 128)
    return any_number (source, number, result);
  source->position += (size_t)(p + 1 - start);
  *number = sum;
  return true;
}

static bool binary_id (struct source *source, uint64_t *id,
                       struct check_result *result) {
  uint64_t number;
  if (!binary_number (source, &number, result))
    return false;
  if (number < 2 || (number & 1))
    return source_error (source, result, "clause id is not positive");
  *id = number >> 1;
  return true;
}

static bool binary_lits (struct source *source, uint32_t max_var,
                         struct step *step, struct check_result *result) {
  for (;;) {
    uint64_t number;
    if (!binary_number (source, &number, result))
      return false;
    if (!number)
      return true;
    if (number == 1)
      return source_error (source, result, "literal with variable 0");
    if (number / 2 > max_var)
      return source_error (source, result,
                           "variable %" PRIu64 " exceeds %" PRIu32, number / 2,
                           max_var);
    vec_push (&step->lits, (uint32_t)number);
  }
}

static bool binary_hints (struct source *source, struct step *step,
                          struct check_result *result) {
  for (;;) {
    uint64_t number;
    if (!binary_number (source, &number, result))
      return false;
    if (!number)
      return true;
    const int64_t id = number >> 1;
    if (!id)
      return source_error (source, result, "hint without an id");
    vec_push (&step->hints, number & 1 ? -id : id);
  }
}

static bool binary_step (struct source *source, uint32_t max_var,
                         struct step *step, struct check_result *result) {
  const int ch = source_byte (source);
  if (ch != 'a' && ch != 'd')
    return source_error (source, result, "expected 'a' or 'd', found 0x%02x",
                         ch);
  step->deletes = ch == 'd';
  return (step->deletes || (binary_id (source, &step->id, result) &&
                            binary_lits (source, max_var, step, result))) &&
         binary_hints (source, step, result);
}

static bool text_lits (struct source *source, uint32_t max_var,
                       struct step *step, struct check_result *result) {
  for (;;) {
    int64_t lit;
    if (!source_number (source, max_var, &lit, result))
      return false;
    if (!lit)
      return true;
    vec_push (&step->lits, lit < 0 ? 2 * (uint32_t)-lit + 1 : 2 * lit);
  }
}

static bool text_hints (struct source *source, struct step *step,
                        struct check_result *result) {
  for (;;) {
    int64_t hint;
    if (!source_number (source, INT64_MAX, &hint, result))
      return false;
    if (!hint)
      return true;
    vec_push (&step->hints, hint);
  }
}

static bool text_step (struct source *source, uint32_t max_var,
                       struct step *step, struct check_result *result) {
  int64_t id;
  if (!source_number (source, INT64_MAX, &id, result))
    return false;
  step->id = id;
  step->deletes = source_skip_blanks (source) == 'd';
  if (step->deletes)
    source->position++;
  else if (id <= 0)
    return source_error (source, result, "clause id is not positive");
  if ((!step->deletes && !text_lits (source, max_var, step, result)) ||
      !text_hints (source, step, result))
    return false;
  const int ch = source_skip_blanks (source);
  if (ch != '\n' && ch != SOURCE_END)
    return source_error (source, result, "unexpected text after the final 0");
  return true;
}

// Skips empty lines and comments; returns the next byte, not consumed.
static int text_start (struct source *source) {
  for (;;) {
    const int ch = source_skip_blanks (source);
    if (ch == '\n')
      source_get (source);
    else if (ch == 'c')
      source_skip_line (source);
    else
      return ch;
  }
}

enum step_status lrat_next (struct source *source, uint32_t max_var,
                            struct step *step, struct check_result *result) {
  vec_clear (&step->lits);
  vec_clear (&step->hints);
  const int ch = source->binary ? source_peek (source) : text_start (source);
  if (ch == SOURCE_END) {
    if (!file_in_error (source->file))
      return STEP_END;
    source_error (source, result, "read error");
    return STEP_ERROR;
  }
  const bool read = source->binary ? binary_step (source, max_var, step, result)
                                   : text_step (source, max_var, step, result);
  return read ? STEP_READ : STEP_ERROR;
}
