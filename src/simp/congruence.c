// congruence.c - gates with equal inputs have equal outputs.
// Idea     gates are hashed by kind and inputs; when two meet their outputs are
//          merged, which changes the inputs of other gates, and so on
// Source   [BiereFazekasFleuryFroleyks-SAT'24]
// Differs  clauses are not rewritten but at the end, by substitution; with a
//          proof a literal keeps a derived clause to its representative
// Budget   linear but for the logarithm of moving the smaller class; delayed
//          when it finds little
// Needs    level 0, watches attached; leaves both so
// Proof    two binary clauses for each merge, from the clauses of both gates
//          and the equivalences so far (entail.c)
// Read     simp_congruence, close, update: simplify, look_up, merge
// Example  x = a AND b, y = c AND b: once a and c are in one class both keys
//          are {a, b}, and (-x y) (x -y) are derived
#include <stdlib.h>

#include "simp/congruence.h"

// ----------------------------------------------------------------- classes

static void init_classes (struct solver *s, struct congruence *k) {
  const size_t num_lits = 2 * (size_t)s->vars;
  k->repr = mem_alloc (num_lits * sizeof *k->repr);
  k->next = mem_alloc (num_lits * sizeof *k->next);
  k->class_size = mem_alloc (s->vars * sizeof *k->class_size);
  k->uses.first = mem_calloc (s->vars, sizeof *k->uses.first);
  k->uses.last = mem_calloc (s->vars, sizeof *k->uses.last);
  if (s->proving)
    k->equal = mem_calloc (num_lits, sizeof *k->equal);
  for_ilits (lit, s)
    k->repr[lit] = k->next[lit] = lit;
  for_vars (idx, s)
    k->class_size[idx] = 1;
}

static void fini (struct solver *s, struct congruence *k) {
  for_vec (uint64_t, id, &k->derived)
    derive_forget (s, *id);
  vec_fini (&k->gates);
  vec_fini (&k->inputs);
  vec_fini (&k->keys);
  vec_fini (&k->sources);
  vec_fini (&k->derived);
  vec_fini (&k->split);
  vec_fini (&k->trail);
  vec_fini (&k->uses.nodes);
  vec_fini (&k->queue);
  mem_free (k->repr);
  mem_free (k->next);
  mem_free (k->class_size);
  mem_free (k->equal);
  mem_free (k->uses.first);
  mem_free (k->uses.last);
  mem_free (k->table.slots);
}

static void add_use (struct congruence *k, unsigned idx, uint32_t gate) {
  const struct use u = {gate, k->uses.first[idx]};
  vec_push (&k->uses.nodes, u);
  k->uses.first[idx] = k->uses.nodes.size;
  if (!k->uses.last[idx])
    k->uses.last[idx] = k->uses.nodes.size;
}

static void queue_uses (struct congruence *k, unsigned idx) {
  for (uint32_t i = k->uses.first[idx]; i;) {
    const struct use *u = k->uses.nodes.data + i - 1;
    if (!k->gates.data[u->gate].garbage)
      vec_push (&k->queue, u->gate);
    i = u->next;
  }
}

static void append_uses (struct congruence *k, unsigned from, unsigned to) {
  if (!k->uses.first[from])
    return;
  k->uses.nodes.data[k->uses.last[from] - 1].next = k->uses.first[to];
  k->uses.first[to] = k->uses.first[from];
  if (!k->uses.last[to])
    k->uses.last[to] = k->uses.last[from];
}

// -------------------------------------------------------- units and merges

static bool propagate_units (struct solver *s, struct congruence *k) {
  const uint32_t before = s->propagated;
  if (!propagate_root (s))
    return false;
  for (uint32_t i = before; i != s->trail_size; i++)
    queue_uses (k, IDX (k->repr[s->trail[i]]));
  return true;
}

static void found_unit (struct solver *s, struct congruence *k, ilit lit,
                        const struct gate *g, const struct gate *h) {
  if (s->values[lit] > 0 || !entail (s, k, &lit, 1, g, h))
    return;
  k->units++;
  learn_unit (s, lit);
  if (!s->unsat)
    propagate_units (s, k);
}

// The two sides contradict each other under the present units.
static void found_contradiction (struct solver *s, struct congruence *k,
                                 const struct gate *g, const struct gate *h) {
  if (entail (s, k, NULL, 0, g, h))
    learn_empty (s);
}

// A lemma of its own for every member 'm' of the class of 'a': (-m, b) from
// (-m, a) and (-a, b).
static void redirect (struct solver *s, struct congruence *k, ilit m, ilit a,
                      ilit b, uint64_t a_to_b, uint64_t b_to_a) {
  const ilit there[2] = {NOT (m), b}, back[2] = {m, NOT (b)};
  if (m == a) {
    k->equal[m] = a_to_b;
    k->equal[NOT (m)] = b_to_a;
    return;
  }
  chain_push (s, k->equal[m]);
  chain_push (s, a_to_b);
  k->equal[m] = derive (s, there, 2);
  vec_push (&k->derived, k->equal[m]);
  chain_push (s, b_to_a);
  chain_push (s, k->equal[NOT (m)]);
  k->equal[NOT (m)] = derive (s, back, 2);
  vec_push (&k->derived, k->equal[NOT (m)]);
}

// Joins the class of the representative 'a' to that of 'b'.
static void join (struct solver *s, struct congruence *k, ilit a, ilit b,
                  uint64_t a_to_b, uint64_t b_to_a) {
  ilit m = a;
  do {
    if (s->proving)
      redirect (s, k, m, a, b, a_to_b, b_to_a);
    k->repr[m] = b;
    k->repr[NOT (m)] = NOT (b);
    m = k->next[m];
  } while (m != a);
  for (unsigned sign = 0; sign != 2; sign++) {
    const ilit tmp = k->next[a ^ sign];
    k->next[a ^ sign] = k->next[b ^ sign];
    k->next[b ^ sign] = tmp;
  }
  k->class_size[IDX (b)] += k->class_size[IDX (a)];
  queue_uses (k, IDX (a));
  append_uses (k, IDX (a), IDX (b));
  k->merged++;
}

static bool derive_implication (struct solver *s, struct congruence *k, ilit a,
                                ilit b, const struct gate *g,
                                const struct gate *h, uint64_t *id) {
  const ilit lits[2] = {NOT (a), b};
  if (!entail (s, k, lits, 2, g, h))
    return false;
  const ref slot = clause_derive (s, lits, 2, false, 1);
  *id = binary_id (s, slot);
  return true;
}

// One side has a value already.
static void merge_assigned (struct solver *s, struct congruence *k, ilit a,
                            ilit b, const struct gate *g,
                            const struct gate *h) {
  if (s->values[a] && s->values[b]) {
    if (s->values[a] != s->values[b])
      found_contradiction (s, k, g, h);
  } else if (s->values[a])
    found_unit (s, k, s->values[a] > 0 ? b : NOT (b), g, h);
  else
    found_unit (s, k, s->values[b] > 0 ? a : NOT (a), g, h);
}

// The representatives 'a' and 'b' are equal by the gates.
static void merge (struct solver *s, struct congruence *k, ilit a, ilit b,
                   const struct gate *g, const struct gate *h) {
  if (a == b)
    return;
  if (s->values[a] || s->values[b]) {
    merge_assigned (s, k, a, b, g, h);
    return;
  }
  if (a == NOT (b)) {
    found_unit (s, k, a, g, h);
    if (!s->unsat)
      found_contradiction (s, k, g, h);
    return;
  }
  if (k->class_size[IDX (a)] > k->class_size[IDX (b)]) {
    const ilit tmp = a;
    a = b;
    b = tmp;
  }
  uint64_t a_to_b, b_to_a;
  if (derive_implication (s, k, a, b, g, h, &a_to_b) &&
      derive_implication (s, k, b, a, g, h, &b_to_a))
    join (s, k, a, b, a_to_b, b_to_a);
}

// ------------------------------------------------------------ simplification

// What a gate has become by the equivalences and units so far.
struct outcome {
  enum { KEYED, CONSTANT, EQUAL, USELESS } what;
  ilit out; // literal that the key describes, or that is true
  ilit lit; // EQUAL: what 'out' equals
};

static struct outcome constant (ilit true_lit) {
  return (struct outcome){CONSTANT, true_lit, INVALID_LIT};
}

static struct outcome equal (ilit out, ilit lit) {
  return (struct outcome){EQUAL, out, lit};
}

static const struct outcome useless = {USELESS, INVALID_LIT, INVALID_LIT};

static int compare_lits (const void *p, const void *q) {
  const ilit a = *(const ilit *)p, b = *(const ilit *)q;
  return (a > b) - (a < b);
}

static void sort_lits (ilit *lits, unsigned n) {
  if (n == 2 && lits[0] > lits[1]) {
    const ilit tmp = lits[0];
    lits[0] = lits[1];
    lits[1] = tmp;
  } else if (n > 2)
    qsort (lits, n, sizeof *lits, compare_lits);
}

static struct outcome simplify_and (const struct solver *s, struct gate *g,
                                    ilit *key, unsigned size, ilit out) {
  unsigned n = 0;
  sort_lits (key, size);
  for (unsigned i = 0; i != size; i++) {
    const ilit lit = key[i];
    const int8_t v = s->values[lit];
    if (v < 0 || lit == NOT (out) || (n && key[n - 1] == NOT (lit)))
      return constant (NOT (out));
    if (lit == out)
      return useless;
    if (!v && (!n || key[n - 1] != lit))
      key[n++] = lit;
  }
  if (!n)
    return constant (out);
  if (n == 1)
    return equal (out, key[0]);
  g->key_kind = GATE_AND;
  g->key_size = n;
  return (struct outcome){KEYED, out, INVALID_LIT};
}

// Positive literals only are left, of variables that occur an odd number of
// times.
static struct outcome simplify_xor (const struct solver *s, struct gate *g,
                                    ilit *key, unsigned size, ilit out) {
  unsigned n = 0;
  for (unsigned i = 0; i != size; i++) {
    const int8_t v = s->values[key[i]];
    out ^= v ? v > 0 : SIGN (key[i]);
    if (!v)
      key[n++] = key[i] & ~1u;
  }
  sort_lits (key, n);
  unsigned m = 0;
  for (unsigned i = 0; i != n; i++)
    if (m && key[m - 1] == key[i])
      m--;
    else
      key[m++] = key[i];
  if (!m)
    return constant (NOT (out));
  if (m == 1)
    return equal (out, key[0]);
  for (unsigned i = 0; i != m; i++)
    if (IDX (key[i]) == IDX (out)) { // the other inputs sum up to the sign
      if (m > 2)
        return useless;
      return constant (SIGN (out) ? key[!i] : NOT (key[!i]));
    }
  g->key_kind = GATE_XOR;
  g->key_size = m;
  return (struct outcome){KEYED, out, INVALID_LIT};
}

static struct outcome and_of_two (const struct solver *s, struct gate *g,
                                  ilit *key, ilit a, ilit b, ilit out) {
  key[0] = a;
  key[1] = b;
  return simplify_and (s, g, key, 2, out);
}

// Value of 'lit' where the condition 'cond' is true.
static int8_t value_if (const struct solver *s, ilit cond, ilit lit) {
  return lit == cond ? 1 : lit == NOT (cond) ? -1 : s->values[lit];
}

static struct outcome simplify_ite (const struct solver *s, struct gate *g,
                                    ilit *key, ilit out) {
  const ilit c = key[0], t = key[1], e = key[2];
  if (s->values[c])
    return equal (out, s->values[c] > 0 ? t : e);
  if (t == e)
    return equal (out, t);
  if (value_if (s, c, t) > 0) // c or e
    return and_of_two (s, g, key, NOT (c), NOT (e), NOT (out));
  if (value_if (s, c, t) < 0)
    return and_of_two (s, g, key, NOT (c), e, out);
  if (value_if (s, NOT (c), e) > 0) // -c or t
    return and_of_two (s, g, key, c, NOT (t), NOT (out));
  if (value_if (s, NOT (c), e) < 0)
    return and_of_two (s, g, key, c, t, out);
  if (t == NOT (e)) { // c + -t
    key[1] = NOT (t);
    return simplify_xor (s, g, key, 2, out);
  }
  if (IDX (out) == IDX (c) || IDX (out) == IDX (t) || IDX (out) == IDX (e))
    return useless;
  const unsigned flip = SIGN (c), sign = SIGN (flip ? e : t);
  key[0] = c & ~1u;
  key[1] = (flip ? e : t) ^ sign;
  key[2] = (flip ? t : e) ^ sign;
  g->key_kind = GATE_ITE;
  g->key_size = 3;
  return (struct outcome){KEYED, out ^ sign, INVALID_LIT};
}

static struct outcome simplify (const struct solver *s, struct congruence *k,
                                struct gate *g) {
  ilit *key = k->keys.data + g->begin;
  const ilit out = k->repr[g->lhs];
  if (s->values[out])
    return useless;
  for (unsigned i = 0; i != g->size; i++)
    key[i] = k->repr[k->inputs.data[g->begin + i]];
  switch (g->kind) {
  case GATE_AND:
    return simplify_and (s, g, key, g->size, out);
  case GATE_XOR:
    return simplify_xor (s, g, key, g->size, out);
  default:
    return simplify_ite (s, g, key, out);
  }
}

// ------------------------------------------------------------------- table

static uint64_t hash_gate (const struct congruence *k, const struct gate *g) {
  const ilit *key = k->keys.data + g->begin;
  uint64_t hash = g->key_kind;
  for (unsigned i = 0; i != g->key_size; i++)
    hash = rng_mix (hash ^ key[i]);
  return hash;
}

static bool same_key (const struct congruence *k, const struct gate *g,
                      const struct gate *h) {
  return g->key_kind == h->key_kind && g->key_size == h->key_size &&
         !memcmp (k->keys.data + g->begin, k->keys.data + h->begin,
                  g->key_size * sizeof (ilit));
}

// Entries of gates whose key has changed since are harmless: keys are compared.
//
//   returns    another gate with the same key, or null after inserting
static struct gate *find_or_insert (struct congruence *k, struct gate *g) {
  const size_t mask = k->table.size - 1;
  size_t i = hash_gate (k, g) & mask;
  for (; k->table.slots[i]; i = (i + 1) & mask) {
    struct gate *h = k->gates.data + k->table.slots[i] - 1;
    if (h != g && h->keyed && !h->garbage && same_key (k, g, h))
      return h;
  }
  k->table.slots[i] = g - k->gates.data + 1;
  k->table.used++;
  return NULL;
}

static void init_table (struct congruence *k) {
  k->table.size = 1 << 10;
  while (k->table.size < 4 * k->gates.size)
    k->table.size *= 2;
  k->table.slots = mem_calloc (k->table.size, sizeof *k->table.slots);
}

// Drops the stale entries.
static void refresh_table (struct congruence *k) {
  memset (k->table.slots, 0, k->table.size * sizeof *k->table.slots);
  k->table.used = 0;
  for_vec (struct gate, g, &k->gates)
    if (g->keyed && !g->garbage)
      find_or_insert (k, g);
}

// ----------------------------------------------------------------- closure

static void look_up (struct solver *s, struct congruence *k, struct gate *g) {
  if (k->table.used > k->table.size / 2)
    refresh_table (k);
  struct gate *h = find_or_insert (k, g);
  if (!h) {
    g->keyed = true;
    return;
  }
  g->garbage = true;
  merge (s, k, k->repr[g->lhs] ^ g->sign, k->repr[h->lhs] ^ h->sign, g, h);
}

static void update (struct solver *s, struct congruence *k, struct gate *g) {
  g->keyed = false;
  s->stats.ticks += 2;
  const struct outcome o = simplify (s, k, g);
  if (o.what == KEYED) {
    g->sign = o.out != k->repr[g->lhs];
    look_up (s, k, g);
    return;
  }
  g->garbage = true;
  if (o.what == CONSTANT)
    found_unit (s, k, o.out, g, NULL);
  else if (o.what == EQUAL)
    merge (s, k, o.out, o.lit, g, NULL);
}

static void connect (struct solver *s, struct congruence *k) {
  for (uint32_t i = 0; i != k->gates.size; i++) {
    const struct gate *g = k->gates.data + i;
    for (unsigned j = 0; j != g->size; j++)
      add_use (k, IDX (k->inputs.data[g->begin + j]), i);
    vec_push (&k->queue, i);
  }
  s->stats.ticks += k->inputs.size;
}

static void close (struct solver *s, struct congruence *k) {
  init_table (k);
  connect (s, k);
  for (size_t i = 0; i != k->queue.size && !s->unsat; i++) {
    if (!(i & 1023) && core_stopping (s))
      break;
    struct gate *g = k->gates.data + k->queue.data[i];
    if (!g->garbage)
      update (s, k, g);
  }
}

bool simp_congruence (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.congruence || !s->vars || delaying (&simp->congruence))
    return true;
  const uint64_t before = s->stats.ticks;
  struct congruence k = {0};
  binaries_first (s);
  if (!binaries_dedup (s))
    return false;
  simp->stats.congruences++;
  init_classes (s, &k);
  circuit_extract (s, &k);
  close (s, &k);
  simp->stats.congruence_merged += k.merged;
  simp->stats.congruence_units += k.units;
  delay_update (&simp->congruence, k.merged + k.units > s->stats.active / 1000);
  const bool merged = k.merged;
  fini (s, &k);
  simp->stats.congruence_ticks += s->stats.ticks - before;
  return !s->unsat && (!merged || simp_substitute (s));
}
