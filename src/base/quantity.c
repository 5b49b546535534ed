// quantity.c - numbers with units, understood completely or not at all.
#include "base/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
  enum quantity kind;
  const char *name;
  double factor;
} units[] = {
#define UNIT(KIND, NAME, FACTOR) {QUANTITY_##KIND, NAME, FACTOR},
#include "base/units.def"
#undef UNIT
};

static const char *skip_digits (const char *p) {
  while (isdigit ((unsigned char)*p))
    p++;
  return p;
}

static const char *skip_sign (const char *p) {
  return *p == '+' || *p == '-' ? p + 1 : p;
}

// The exponent belongs to the number only if it is complete.
static const char *skip_exponent (const char *p) {
  if (*p != 'e' && *p != 'E')
    return p;
  const char *digits = skip_sign (p + 1), *end = skip_digits (digits);
  return end == digits ? p : end;
}

// The end of the number that the text begins with; null if it has none.
static const char *number_end (const char *text) {
  const char *begin = skip_sign (text), *p = skip_digits (begin);
  size_t digits = p - begin;
  if (*p == '.') {
    const char *fraction = p + 1;
    p = skip_digits (fraction);
    digits += p - fraction;
  }
  return digits ? skip_exponent (p) : NULL;
}

static double factor (enum quantity kind, const char *name) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].kind == kind &&
        !(kind == QUANTITY_BYTES ? strcasecmp : strcmp) (units[i].name, name))
      return units[i].factor;
  return NAN;
}

bool quantity_parse (enum quantity kind, const char *text, double *value) {
  const char *end = number_end (text);
  if (!end)
    return false;
  const double number = strtod (text, NULL) * factor (kind, end);
  if (!isfinite (number)) // too large, or no such unit
    return false;
  *value = number;
  return true;
}
