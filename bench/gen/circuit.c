// circuit.c - gates, adders and multipliers as clauses.
#include "gen/circuit.h"

static bool constant (const struct gen *gen, int lit) {
  return gen->yes && (lit == gen->yes || lit == -gen->yes);
}

int gate_and (struct gen *gen, int a, int b) {
  if (constant (gen, a))
    return a == gen->yes ? b : a;
  if (constant (gen, b))
    return b == gen->yes ? a : b;
  const int out = gen_var (gen);
  gen_binary (gen, -out, a);
  gen_binary (gen, -out, b);
  gen_ternary (gen, out, -a, -b);
  return out;
}

int gate_or (struct gen *gen, int a, int b) {
  return -gate_and (gen, -a, -b);
}

int gate_xor (struct gen *gen, int a, int b) {
  if (constant (gen, a))
    return a == gen->yes ? -b : b;
  if (constant (gen, b))
    return b == gen->yes ? -a : a;
  const int out = gen_var (gen);
  gen_parity (gen, 3, (int[]){a, b, out}, 0);
  return out;
}

int gate_ite (struct gen *gen, int cond, int yes, int no) {
  if (constant (gen, cond))
    return cond == gen->yes ? yes : no;
  const int out = gen_var (gen);
  gen_ternary (gen, -cond, -yes, out);
  gen_ternary (gen, -cond, yes, -out);
  gen_ternary (gen, cond, -no, out);
  gen_ternary (gen, cond, no, -out);
  return out;
}

static int gate_majority (struct gen *gen, int a, int b, int c) {
  if (constant (gen, a))
    return a == gen->yes ? gate_or (gen, b, c) : gate_and (gen, b, c);
  if (constant (gen, b))
    return b == gen->yes ? gate_or (gen, a, c) : gate_and (gen, a, c);
  if (constant (gen, c))
    return c == gen->yes ? gate_or (gen, a, b) : gate_and (gen, a, b);
  const int out = gen_var (gen);
  gen_ternary (gen, -a, -b, out);
  gen_ternary (gen, -a, -c, out);
  gen_ternary (gen, -b, -c, out);
  gen_ternary (gen, a, b, -out);
  gen_ternary (gen, a, c, -out);
  gen_ternary (gen, b, c, -out);
  return out;
}

void word_inputs (struct gen *gen, int n, int *word) {
  for (int i = 0; i < n; i++)
    word[i] = gen_var (gen);
}

void word_constant (struct gen *gen, int n, uint64_t value, int *word) {
  for (int i = 0; i < n; i++)
    word[i] = value >> i & 1 ? gen_yes (gen) : -gen_yes (gen);
}

void word_fix (struct gen *gen, int n, const int *word, uint64_t value) {
  for (int i = 0; i < n; i++)
    gen_unit (gen, value >> i & 1 ? word[i] : -word[i]);
}

int word_add (struct gen *gen, int n, const int *a, const int *b, int carry,
              int *sum) {
  for (int i = 0; i < n; i++) {
    const int half = gate_xor (gen, a[i], b[i]);
    const int out = gate_majority (gen, a[i], b[i], carry);
    sum[i] = gate_xor (gen, half, carry);
    carry = out;
  }
  return carry;
}

void word_multiply_array (struct gen *gen, int n, const int *a, const int *b,
                          int *product) {
  const int no = -gen_yes (gen);
  int *row = mem_alloc ((size_t)n * sizeof *row);
  for (int i = 0; i < 2 * n; i++)
    product[i] = no;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++)
      row[j] = gate_and (gen, a[j], b[i]);
    product[i + n] = word_add (gen, n, product + i, row, no, product + i);
  }
  mem_free (row);
}

// Reduces one column to a single bit; carries go to the next column.
struct column {
  VEC (int) bits;
};

static int reduce_column (struct gen *gen, struct column *here,
                          struct column *next) {
  size_t head = 0; // oldest first: a tree, not a chain
  while (here->bits.size - head > 1) {
    const int a = here->bits.data[head++], b = here->bits.data[head++];
    const int c =
        here->bits.size > head ? here->bits.data[head++] : -gen_yes (gen);
    const int half = gate_xor (gen, a, b);
    vec_push (&next->bits, gate_majority (gen, a, b, c));
    vec_push (&here->bits, gate_xor (gen, half, c));
  }
  return here->bits.size > head ? here->bits.data[head] : -gen_yes (gen);
}

void word_multiply_columns (struct gen *gen, int n, const int *a, const int *b,
                            int *product) {
  struct column *columns = mem_calloc (2 * (size_t)n + 1, sizeof *columns);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      vec_push (&columns[i + j].bits, gate_and (gen, a[i], b[j]));
  for (int i = 0; i < 2 * n; i++)
    product[i] = reduce_column (gen, &columns[i], &columns[i + 1]);
  for (int i = 0; i <= 2 * n; i++)
    vec_fini (&columns[i].bits);
  mem_free (columns);
}

void word_miter (struct gen *gen, int n, const int *a, const int *b) {
  int *differ = mem_alloc ((size_t)n * sizeof *differ);
  for (int i = 0; i < n; i++)
    differ[i] = gate_xor (gen, a[i], b[i]);
  gen_clause (gen, n, differ);
  mem_free (differ);
}
