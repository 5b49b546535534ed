// crypto.c - inverting small ciphers and learning parities; the secret is drawn
// first, the formula asks for it.
// Source   [CrawfordKearnsSchapire-TR'94] minimal disagreement parity
#include "gen/circuit.h"

#define WORD 32
#define MAX_WORDS 8

static uint32_t rotl (uint32_t x, int by) {
  return x << by | x >> (32 - by);
}

// Mixes numbers and circuits alike: value[] is what the circuit computes.
struct mixer {
  int words;
  uint32_t value[MAX_WORDS];
  int bits[MAX_WORDS][WORD];
};

static void mix_word (struct gen *gen, struct mixer *m, int i, int by) {
  const int j = (i + 1) % m->words, k = (i + m->words - 1) % m->words;
  int turned[WORD];
  m->value[i] += m->value[j];
  m->value[k] = rotl (m->value[k] ^ m->value[i], by);
  word_add (gen, WORD, m->bits[i], m->bits[j], -gen_yes (gen), m->bits[i]);
  for (int b = 0; b < WORD; b++)
    turned[(b + by) % WORD] = gate_xor (gen, m->bits[k][b], m->bits[i][b]);
  memcpy (m->bits[k], turned, sizeof turned);
}

void family_arx (struct gen *gen) {
  static const int turns[] = {16, 12, 8, 7};
  struct mixer m = {.words = gen_int (gen, "words", 2, MAX_WORDS)};
  const int rounds = gen_int (gen, "rounds", 1, 64);
  const int open = gen_int (gen, "free", 0, WORD * m.words);
  for (int i = 0; i < m.words; i++) {
    m.value[i] = rng_next32 (&gen->rng);
    word_inputs (gen, WORD, m.bits[i]);
  }
  for (int i = open; i < WORD * m.words; i++) { // the rest is public
    const int bit = m.bits[i / WORD][i % WORD];
    gen_unit (gen, m.value[i / WORD] >> i % WORD & 1 ? bit : -bit);
  }
  const struct mixer start = m;
  for (int r = 0; r < rounds; r++)
    for (int i = 0; i < m.words; i++)
      mix_word (gen, &m, i, turns[(r + i) % 4]);
  for (int i = 0; i < m.words; i++) { // feed forward: not a permutation
    word_add (gen, WORD, m.bits[i], start.bits[i], -gen_yes (gen), m.bits[i]);
    word_fix (gen, WORD, m.bits[i], m.value[i] + start.value[i]);
  }
  gen->status = GEN_SAT;
}

struct shift_register {
  int n, tap;
  int bits[64], secret[64];
};

static void register_init (struct gen *gen, struct shift_register *reg, int n) {
  reg->n = n, reg->tap = 1 + gen_random (gen, n - 1);
  word_inputs (gen, n, reg->bits);
  for (int i = 0; i < n; i++)
    reg->secret[i] = gen_random (gen, 2);
}

static void register_step (struct gen *gen, struct shift_register *reg) {
  const int n = reg->n;
  const int bit = gate_xor (gen, reg->bits[0], reg->bits[reg->tap]);
  const int secret = reg->secret[0] ^ reg->secret[reg->tap];
  memmove (reg->bits, reg->bits + 1, (size_t)(n - 1) * sizeof *reg->bits);
  memmove (reg->secret, reg->secret + 1, (size_t)(n - 1) * sizeof *reg->secret);
  reg->bits[n - 1] = bit, reg->secret[n - 1] = secret;
}

void family_stream (struct gen *gen) {
  const int n = gen_int (gen, "n", 9, 120);
  const int out = gen_int (gen, "out", 1, 100000);
  struct shift_register r[3];
  for (int i = 0; i < 3; i++)
    register_init (gen, &r[i], n / 3 - 1 + i);
  for (int t = 0; t < out; t++) { // the first register chooses
    const int bit =
        gate_ite (gen, r[0].bits[0], r[1].bits[0],
                  gate_and (gen, r[2].bits[0], r[1].bits[r[1].n / 2]));
    const int secret = r[0].secret[0]
                           ? r[1].secret[0]
                           : r[2].secret[0] & r[1].secret[r[1].n / 2];
    gen_unit (gen, secret ? bit : -bit);
    for (int i = 0; i < 3; i++)
      register_step (gen, &r[i]);
  }
  gen->status = GEN_SAT;
}

// Rule 30: left xor (self or right), on a ring.
void family_rule (struct gen *gen) {
  const int n = gen_int (gen, "n", 3, 1000);
  const int steps = gen_int (gen, "steps", 1, 1000);
  int bits[1000], next[1000], secret[1000], after[1000];
  word_inputs (gen, n, bits);
  for (int i = 0; i < n; i++)
    secret[i] = gen_random (gen, 2);
  for (int t = 0; t < steps; t++) {
    for (int i = 0; i < n; i++) {
      const int left = (i + n - 1) % n, right = (i + 1) % n;
      after[i] = secret[left] ^ (secret[i] | secret[right]);
      next[i] = gate_xor (gen, bits[left], gate_or (gen, bits[i], bits[right]));
    }
    memcpy (bits, next, sizeof bits);
    memcpy (secret, after, sizeof secret);
  }
  for (int i = 0; i < n; i++)
    gen_unit (gen, secret[i] ? bits[i] : -bits[i]);
  gen->status = GEN_SAT;
}

void family_parlearn (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 200);
  const int samples = gen_int (gen, "samples", 1, 1000);
  const int errors = gen_int (gen, "errors", 0, samples);
  const int key = gen_vars (gen, n), noise = gen_vars (gen, samples);
  int secret[200], lits[201], wrong[1000];
  for (int i = 0; i < n; i++)
    secret[i] = gen_random (gen, 2);
  for (int s = 0; s < samples; s++)
    wrong[s] = s < errors;
  gen_permute (gen, wrong, samples);
  for (int s = 0; s < samples; s++) {
    int count = 0, label = wrong[s];
    for (int i = 0; i < n; i++)
      if (gen_random (gen, 2))
        lits[count++] = key + i, label ^= secret[i];
    lits[count++] = noise + s;
    gen_long_parity (gen, count, lits, label);
  }
  for (int s = 0; s < samples; s++)
    wrong[s] = noise + s;
  gen_at_most (gen, samples, wrong, errors);
  gen->status = GEN_SAT;
}
