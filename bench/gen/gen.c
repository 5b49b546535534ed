// gen.c - building, shuffling and writing a formula; counting constraints.
#include "gen/gen.h"

#include <stdarg.h>
#include <stdlib.h>

void gen_error (const char *fmt, ...) {
  va_list args;
  va_start (args, fmt);
  fputs ("tutti-gen: ", stderr);
  vfprintf (stderr, fmt, args);
  fputc ('\n', stderr);
  va_end (args);
  exit (1);
}

int64_t gen_param (const struct gen *gen, const char *name) {
  for (unsigned i = 0; i < gen->num_params; i++)
    if (!strcmp (gen->params[i].name, name))
      return gen->params[i].value;
  gen_error ("family without parameter '%s'", name);
}

int gen_int (const struct gen *gen, const char *name, int min, int max) {
  const int64_t value = gen_param (gen, name);
  if (value < min || value > max)
    gen_error ("%s=%lld is not in %d..%d", name, (long long)value, min, max);
  return (int)value;
}

int gen_vars (struct gen *gen, int n) {
  const int first = gen->num_vars + 1;
  gen->num_vars += n;
  return first;
}

int gen_var (struct gen *gen) {
  return gen_vars (gen, 1);
}

int gen_yes (struct gen *gen) {
  if (!gen->yes) {
    gen->yes = gen_var (gen);
    gen_unit (gen, gen->yes);
  }
  return gen->yes;
}

int gen_random (struct gen *gen, int n) {
  return (int)rng_below (&gen->rng, (uint32_t)n);
}

void gen_permute (struct gen *gen, int *array, int n) {
  for (int i = n - 1; i > 0; i--) {
    const int j = gen_random (gen, i + 1), tmp = array[i];
    array[i] = array[j];
    array[j] = tmp;
  }
}

void gen_lit (struct gen *gen, int lit) {
  vec_push (&gen->lits, lit);
}

void gen_end (struct gen *gen) {
  vec_push (&gen->lits, 0);
  gen->num_clauses++;
}

void gen_clause (struct gen *gen, int n, const int *lits) {
  for (int i = 0; i < n; i++)
    gen_lit (gen, lits[i]);
  gen_end (gen);
}

void gen_unit (struct gen *gen, int a) {
  gen_clause (gen, 1, &a);
}

void gen_binary (struct gen *gen, int a, int b) {
  gen_clause (gen, 2, (int[]){a, b});
}

void gen_ternary (struct gen *gen, int a, int b, int c) {
  gen_clause (gen, 3, (int[]){a, b, c});
}

static void rename_lits (struct gen *gen) {
  int *map = mem_alloc (((size_t)gen->num_vars + 1) * sizeof *map);
  for (int i = 0; i < gen->num_vars; i++)
    map[i] = i + 1;
  gen_permute (gen, map, gen->num_vars);
  for (int i = 0; i < gen->num_vars; i++)
    if (rng_bool (&gen->rng))
      map[i] = -map[i];
  for_vec (int, p, &gen->lits)
    if (*p)
      *p = *p > 0 ? map[*p - 1] : -map[-*p - 1];
  mem_free (map);
}

static void reorder_clauses (struct gen *gen) {
  const int m = (int)gen->num_clauses;
  size_t *start = mem_alloc (((size_t)m + 1) * sizeof *start);
  int *order = mem_alloc (((size_t)m + 1) * sizeof *order);
  int *lits = mem_alloc ((gen->lits.size + 1) * sizeof *lits), *to = lits;
  size_t at = 0;
  for (int i = 0; i < m; i++) {
    start[i] = at, order[i] = i;
    while (gen->lits.data[at++])
      ;
  }
  gen_permute (gen, order, m);
  for (int i = 0; i < m; i++) {
    int *clause = &gen->lits.data[start[order[i]]], n = 0;
    while (clause[n])
      n++;
    gen_permute (gen, clause, n);
    memcpy (to, clause, ((size_t)n + 1) * sizeof *to);
    to += n + 1;
  }
  if (gen->lits.size)
    memcpy (gen->lits.data, lits, gen->lits.size * sizeof *lits);
  mem_free (lits), mem_free (order), mem_free (start);
}

void gen_shuffle (struct gen *gen) {
  rename_lits (gen);
  reorder_clauses (gen);
}

void gen_write (const struct gen *gen, const char *title, FILE *out) {
  static const char *const names[] = {"UNKNOWN", "SAT", "UNSAT"};
  fprintf (out, "c %s\nc status %s\np cnf %d %lld\n", title, names[gen->status],
           gen->num_vars, (long long)gen->num_clauses);
  for_vec (int, p, &gen->lits)
    fprintf (out, *p ? "%d " : "0\n", *p);
}

void gen_parity (struct gen *gen, int n, const int *lits, int value) {
  for (unsigned mask = 0; mask < 1u << n; mask++) {
    if ((__builtin_popcount (mask) & 1) == value)
      continue; // forbid each assignment of the wrong parity
    for (int i = 0; i < n; i++)
      gen_lit (gen, mask >> i & 1 ? -lits[i] : lits[i]);
    gen_end (gen);
  }
}

void gen_long_parity (struct gen *gen, int n, const int *lits, int value) {
  int part[4], k = 0;
  for (int i = 0; i < n; i++) {
    part[k++] = lits[i];
    if (k == 3 && n - i > 2) {
      part[k] = gen_var (gen);
      gen_parity (gen, 4, part, 0);
      part[0] = part[3], k = 1;
    }
  }
  gen_parity (gen, k, part, value);
}

void gen_pairwise (struct gen *gen, int n, const int *lits) {
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
      gen_binary (gen, -lits[i], -lits[j]);
}

void gen_at_most_one (struct gen *gen, int n, const int *lits) {
  if (n <= 6)
    gen_pairwise (gen, n, lits);
  else
    gen_at_most (gen, n, lits, 1);
}

void gen_exactly_one (struct gen *gen, int n, const int *lits) {
  gen_clause (gen, n, lits);
  gen_at_most_one (gen, n, lits);
}

// s[i*k+j]: more than j of the first i+1 literals are true.
void gen_at_most (struct gen *gen, int n, const int *lits, int k) {
  if (k >= n)
    return;
  if (!k) {
    for (int i = 0; i < n; i++)
      gen_unit (gen, -lits[i]);
    return;
  }
  const int s = gen_vars (gen, n * k);
  for (int i = 0; i < n; i++) {
    const int row = s + i * k, last = row - k;
    gen_binary (gen, -lits[i], row);
    for (int j = 0; i && j < k; j++) {
      gen_binary (gen, -(last + j), row + j);
      if (j)
        gen_ternary (gen, -lits[i], -(last + j - 1), row + j);
    }
    if (i)
      gen_binary (gen, -lits[i], -(last + k - 1));
  }
}

// out sorted descending; a and b are sorted halves of sizes n and m.
static void merge_counts (struct gen *gen, int n, const int *a, int m,
                          const int *b, int *out) {
  for (int i = 0; i < n + m; i++)
    out[i] = gen_var (gen);
  for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
      if (i + j > 0) { // i of a and j of b true: i+j of out true
        if (i)
          gen_lit (gen, -a[i - 1]);
        if (j)
          gen_lit (gen, -b[j - 1]);
        gen_lit (gen, out[i + j - 1]);
        gen_end (gen);
      }
      if (i + j < n + m) { // a stops at i and b at j: out stops at i+j
        if (i < n)
          gen_lit (gen, a[i]);
        if (j < m)
          gen_lit (gen, b[j]);
        gen_lit (gen, -out[i + j]);
        gen_end (gen);
      }
    }
}

void gen_totalizer (struct gen *gen, int n, const int *lits, int *out) {
  if (n == 1) {
    out[0] = lits[0];
    return;
  }
  const int half = n / 2;
  int *sorted = mem_alloc ((size_t)n * sizeof *sorted);
  gen_totalizer (gen, half, lits, sorted);
  gen_totalizer (gen, n - half, lits + half, sorted + half);
  merge_counts (gen, half, sorted, n - half, sorted + half, out);
  mem_free (sorted);
}
