// circuits.c - equal circuits of different shape, arithmetic, reachability.
// Source   [Batcher-AFIPS'68] both sorting networks
#include "gen/circuit.h"

void family_multmiter (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 32);
  int a[32], b[32], left[64], right[64];
  word_inputs (gen, n, a);
  word_inputs (gen, n, b);
  word_multiply_array (gen, n, a, b, left);
  word_multiply_columns (gen, n, a, b, right);
  word_miter (gen, 2 * n, left, right);
  gen->status = GEN_UNSAT;
}

void family_commute (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 32);
  int a[32], b[32], left[64], right[64];
  word_inputs (gen, n, a);
  word_inputs (gen, n, b);
  word_multiply_array (gen, n, a, b, left);
  word_multiply_array (gen, n, b, a, right);
  word_miter (gen, 2 * n, left, right);
  gen->status = GEN_UNSAT;
}

void family_adder (struct gen *gen) {
  enum { MAX = 2048 };
  const int n = gen_int (gen, "n", 1, MAX), no = -gen_yes (gen);
  int a[MAX], b[MAX], c[MAX], left[MAX], right[MAX];
  word_inputs (gen, n, a);
  word_inputs (gen, n, b);
  word_inputs (gen, n, c);
  word_add (gen, n, a, b, no, left);
  word_add (gen, n, left, c, no, left);
  word_add (gen, n, b, c, no, right);
  word_add (gen, n, a, right, no, right);
  word_miter (gen, n, left, right);
  gen->status = GEN_UNSAT;
}

static bool is_prime (uint64_t n) {
  if (n < 4)
    return n >= 2;
  for (uint64_t d = 2; d * d <= n; d += d == 2 ? 1 : 2)
    if (n % d == 0)
      return false;
  return true;
}

// A random prime with exactly this many bits.
static uint64_t random_prime (struct gen *gen, int bits) {
  const uint64_t high = 1ull << (bits - 1);
  uint64_t n;
  do
    n = high | (rng_next64 (&gen->rng) & (high - 1));
  while (!is_prime (n));
  return n;
}

void family_factor (struct gen *gen) {
  const bool prime = gen_int (gen, "prime", 0, 1);
  const int n = gen_int (gen, "bits", 2, prime ? 20 : 31);
  uint64_t product = random_prime (gen, prime ? 2 * n : n);
  int a[32], b[32], out[64];
  if (!prime)
    product *= random_prime (gen, n);
  word_inputs (gen, n, a);
  word_inputs (gen, n, b);
  word_multiply_columns (gen, n, a, b, out);
  word_fix (gen, 2 * n, out, product);
  gen_clause (gen, n - 1, a + 1); // neither factor is one
  gen_clause (gen, n - 1, b + 1);
  gen->status = prime ? GEN_UNSAT : GEN_SAT;
}

// Afterwards wire i carries the maximum and wire j the minimum.
static void comparator (struct gen *gen, int *wires, int i, int j) {
  const int high = gate_or (gen, wires[i], wires[j]);
  wires[j] = gate_and (gen, wires[i], wires[j]);
  wires[i] = high;
}

static void bitonic (struct gen *gen, int n, int *wires) {
  for (int k = 2; k <= n; k *= 2)
    for (int j = k / 2; j > 0; j /= 2)
      for (int i = 0; i < n; i++)
        if ((i ^ j) > i) {
          if (i & k)
            comparator (gen, wires, i ^ j, i);
          else
            comparator (gen, wires, i, i ^ j);
        }
}

static void odd_even (struct gen *gen, int n, int *wires) {
  for (int p = 1; p < n; p *= 2)
    for (int k = p; k >= 1; k /= 2)
      for (int j = k % p; j + k < n; j += 2 * k)
        for (int i = 0; i < k && i + j + k < n; i++)
          if ((i + j) / (2 * p) == (i + j + k) / (2 * p))
            comparator (gen, wires, i + j, i + j + k);
}

void family_sortnet (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 256);
  int left[256], right[256];
  if (n & (n - 1))
    gen_error ("n=%d is no power of two", n);
  word_inputs (gen, n, left);
  memcpy (right, left, sizeof right);
  gen_permute (gen, right, n);
  bitonic (gen, n, left);
  odd_even (gen, n, right);
  word_miter (gen, n, left, right);
  gen->status = GEN_UNSAT;
}

#define COUNT_BITS 9

static void count_chain (struct gen *gen, int n, const int *bits, int *sum) {
  int one[COUNT_BITS];
  word_constant (gen, COUNT_BITS, 0, sum);
  for (int i = 0; i < n; i++) {
    word_constant (gen, COUNT_BITS, 0, one);
    one[0] = bits[i];
    word_add (gen, COUNT_BITS, sum, one, -gen_yes (gen), sum);
  }
}

static void count_tree (struct gen *gen, int n, const int *bits, int *sum) {
  int right[COUNT_BITS];
  if (n <= 1) {
    count_chain (gen, n, bits, sum);
    return;
  }
  count_tree (gen, n / 2, bits, sum);
  count_tree (gen, n - n / 2, bits + n / 2, right);
  word_add (gen, COUNT_BITS, sum, right, -gen_yes (gen), sum);
}

void family_popcount (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 300);
  int bits[300], left[COUNT_BITS], right[COUNT_BITS];
  word_inputs (gen, n, bits);
  count_chain (gen, n, bits, left);
  gen_permute (gen, bits, n);
  count_tree (gen, n, bits, right);
  word_miter (gen, COUNT_BITS, left, right);
  gen->status = GEN_UNSAT;
}

// Each step adds 0, 1, 2 or 3; one beyond three times the steps is too far.
void family_counter (struct gen *gen) {
  const int bits = gen_int (gen, "bits", 2, 30);
  const int steps = gen_int (gen, "steps", 1, 100000);
  const bool reach = gen_int (gen, "reach", 0, 1);
  int state[30], step[30];
  if (3ll * steps + 1 >= 1ll << bits)
    gen_error ("%d steps overflow %d bits", steps, bits);
  word_constant (gen, bits, 0, state);
  for (int t = 0; t < steps; t++) {
    word_constant (gen, bits, 0, step);
    word_inputs (gen, 2, step);
    word_add (gen, bits, state, step, -gen_yes (gen), state);
  }
  const int target = reach ? gen_random (gen, 3 * steps + 1) : 3 * steps + 1;
  word_fix (gen, bits, state, (uint64_t)target);
  gen->status = reach ? GEN_SAT : GEN_UNSAT;
}

static void rotate_stage (struct gen *gen, int n, int by, int select,
                          int *word) {
  int out[256];
  for (int i = 0; i < n; i++)
    out[i] = gate_ite (gen, select, word[(i + by) % n], word[i]);
  memcpy (word, out, (size_t)n * sizeof *word);
}

void family_shifter (struct gen *gen) {
  const int bits = gen_int (gen, "bits", 1, 8), n = 1 << bits;
  int left[256], right[256], select[8];
  word_inputs (gen, n, left);
  memcpy (right, left, sizeof right);
  word_inputs (gen, bits, select);
  for (int i = 0; i < bits; i++) {
    rotate_stage (gen, n, 1 << i, select[i], left);
    rotate_stage (gen, n, 1 << (bits - 1 - i), select[bits - 1 - i], right);
  }
  word_miter (gen, n, left, right);
  gen->status = GEN_UNSAT;
}
