// random.c - random clauses and random linear equations.
#include "gen/gen.h"

// k distinct variables of 1..n.
static void distinct (struct gen *gen, int n, int k, int *vars) {
  for (int i = 0; i < k; i++) {
    bool fresh;
    do {
      vars[i] = 1 + gen_random (gen, n);
      fresh = true;
      for (int j = 0; j < i; j++)
        fresh &= vars[i] != vars[j];
    } while (!fresh);
  }
}

static void random_clause (struct gen *gen, int n, int k, const int *hidden) {
  int lits[32];
  bool good;
  do {
    distinct (gen, n, k, lits);
    good = !hidden;
    for (int i = 0; i < k; i++) {
      const int sign = gen_random (gen, 2);
      good |= hidden && hidden[lits[i]] == sign;
      lits[i] = sign ? lits[i] : -lits[i];
    }
  } while (!good);
  gen_clause (gen, k, lits);
}

void family_ksat (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 100000000);
  const int k = gen_int (gen, "k", 1, n < 32 ? n : 32);
  const int m = gen_int (gen, "m", 0, 1000000000);
  gen_vars (gen, n);
  for (int i = 0; i < m; i++)
    random_clause (gen, n, k, NULL);
}

void family_planted (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 100000000);
  const int k = gen_int (gen, "k", 1, n < 32 ? n : 32);
  const int m = gen_int (gen, "m", 0, 1000000000);
  int *hidden = mem_alloc (((size_t)n + 1) * sizeof *hidden);
  gen_vars (gen, n);
  for (int i = 1; i <= n; i++)
    hidden[i] = gen_random (gen, 2);
  for (int i = 0; i < m; i++)
    random_clause (gen, n, k, hidden);
  mem_free (hidden);
  gen->status = GEN_SAT;
}

// Gaussian elimination over bit rows; bit n is the right-hand side.
static bool solvable (int n, int m, uint64_t *rows, size_t words) {
  int rank = 0;
  for (int col = 0; col < n && rank < m; col++) {
    int pivot = rank;
    while (pivot < m &&
           !(rows[(size_t)pivot * words + col / 64] >> col % 64 & 1))
      pivot++;
    if (pivot == m)
      continue;
    uint64_t *a = rows + (size_t)rank * words;
    uint64_t *b = rows + (size_t)pivot * words;
    for (size_t w = 0; w < words && a != b; w++)
      a[w] ^= b[w], b[w] ^= a[w], a[w] ^= b[w];
    for (int r = rank + 1; r < m; r++) {
      uint64_t *row = rows + (size_t)r * words;
      if (row[col / 64] >> col % 64 & 1)
        for (size_t w = 0; w < words; w++)
          row[w] ^= a[w];
    }
    rank++;
  }
  for (int r = rank; r < m; r++)
    if (rows[(size_t)r * words + n / 64] >> n % 64 & 1)
      return false;
  return true;
}

void family_xorsat (struct gen *gen) {
  const int n = gen_int (gen, "n", 3, 5000), m = gen_int (gen, "m", 0, 6000);
  const bool planted = gen_int (gen, "planted", 0, 1);
  const size_t words = (size_t)n / 64 + 1;
  uint64_t *rows = mem_calloc ((size_t)m * words + 1, sizeof *rows);
  int *hidden = mem_alloc (((size_t)n + 1) * sizeof *hidden), vars[3];
  gen_vars (gen, n);
  for (int i = 1; i <= n; i++)
    hidden[i] = gen_random (gen, 2);
  for (int r = 0; r < m; r++) {
    uint64_t *row = rows + (size_t)r * words;
    distinct (gen, n, 3, vars);
    const int sum = hidden[vars[0]] ^ hidden[vars[1]] ^ hidden[vars[2]];
    const int value = planted ? sum : gen_random (gen, 2);
    for (int i = 0; i < 3; i++)
      row[(vars[i] - 1) / 64] |= 1ull << (vars[i] - 1) % 64;
    row[n / 64] |= (uint64_t)value << n % 64;
    gen_parity (gen, 3, vars, value);
  }
  gen->status = solvable (n, m, rows, words) ? GEN_SAT : GEN_UNSAT;
  mem_free (rows), mem_free (hidden);
}

void family_mixed (struct gen *gen) {
  const int n = gen_int (gen, "n", 5, 1000000);
  const int m = gen_int (gen, "m", 0, 10000000);
  const int ladder = gen_int (gen, "ladder", 0, 1000000);
  int pair[2];
  gen_vars (gen, n);
  for (int i = 0; i < ladder; i++) { // equal or opposite
    distinct (gen, n, 2, pair);
    gen_parity (gen, 2, pair, gen_random (gen, 2));
  }
  for (int i = 0; i < m; i++) {
    const int dice = gen_random (gen, 10);
    random_clause (gen, n,
                   dice < 2   ? 2
                   : dice < 7 ? 3
                   : dice < 9 ? 4
                              : 5,
                   NULL);
  }
}
