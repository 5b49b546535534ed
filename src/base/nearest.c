// nearest.c - the nearest of several words.
#include "base/nearest.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

void nearest_init (struct nearest *nearest, const char *word, size_t length) {
  *nearest = (struct nearest){word, length, NULL, (unsigned)length / 3 + 1};
}

static bool same (char a, char b) {
  return (a == '_' ? '-' : a) == (b == '_' ? '-' : b);
}

static unsigned least (unsigned a, unsigned b) {
  return a < b ? a : b;
}

// Fills row i of the table of distances between the prefixes of a and b from
// the two rows before.
static void fill_row (const char *a, size_t i, const char *b, size_t n,
                      unsigned *const rows[3]) {
  unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];
  row[0] = (unsigned)i;
  for (size_t j = 1; j <= n; j++) {
    row[j] = least (above[j], row[j - 1]) + 1;
    row[j] = least (row[j], above[j - 1] + !same (a[i - 1], b[j - 1]));
    if (i > 1 && j > 1 && same (a[i - 1], b[j - 2]) &&
        same (a[i - 2], b[j - 1]))
      row[j] = least (row[j], rows[(i + 1) % 3][j - 2] + 1);
  }
}

static unsigned distance (const char *a, size_t m, const char *b, size_t n) {
  assert (m <= NEAREST_BYTES && n <= NEAREST_BYTES);
  unsigned table[3][NEAREST_BYTES + 1];
  unsigned *const rows[3] = {table[0], table[1], table[2]};
  for (size_t j = 0; j <= n; j++)
    table[0][j] = (unsigned)j;
  for (size_t i = 1; i <= m; i++)
    fill_row (a, i, b, n, rows);
  return table[m % 3][n];
}

static bool begins (const char *word, size_t length, const char *candidate) {
  size_t i = 0;
  while (i < length && same (word[i], candidate[i]))
    i++;
  return length >= 3 && i == length;
}

void nearest_offer (struct nearest *nearest, const char *candidate) {
  const size_t length = strlen (candidate);
  if (nearest->length > NEAREST_BYTES || length > NEAREST_BYTES)
    return;
  const unsigned steps =
      begins (nearest->word, nearest->length, candidate)
          ? 1
          : distance (nearest->word, nearest->length, candidate, length);
  if (steps >= nearest->distance)
    return;
  nearest->distance = steps;
  nearest->best = candidate;
}
