// Numbers as people write them, with units: '1e3', '10k', '1.5GiB', '90s'.
#ifndef BASE_QUANTITY_H
#define BASE_QUANTITY_H

#include <stdbool.h>

enum quantity {
  QUANTITY_COUNT,   // k M G are powers of 1000
  QUANTITY_BYTES,   // without a unit: megabytes (10^6)
  QUANTITY_SECONDS, // without a unit: seconds
};

// Reads a whole text: digits with a sign, a point and an exponent if need be,
// then a unit of src/base/units.def.  No blanks, no hexadecimal, no 'inf'.
//
//   value      in single things, bytes or seconds
//   returns    false, value untouched, unless all of the text was understood
bool quantity_parse (enum quantity kind, const char *text, double *value);

#endif
