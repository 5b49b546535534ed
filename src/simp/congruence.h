// What the three files of congruence closure share: the gates found
// (circuit.c), the classes of equal literals, and the proof of consequences of
// one or two gates (entail.c).
#ifndef SIMP_CONGRUENCE_H
#define SIMP_CONGRUENCE_H

#include "simp/internal.h"

// lhs = AND (inputs), XOR (inputs), or inputs[0] ? inputs[1] : inputs[2]
enum gate_kind { GATE_AND, GATE_XOR, GATE_ITE };

struct gate {
  ilit lhs;
  enum gate_kind kind : 8;
  enum gate_kind key_kind : 8; // after simplification
  bool keyed : 1;              // in the table
  bool garbage : 1;
  bool sign : 1;     // the key describes the negation of 'lhs'
  uint32_t size;     // number of inputs
  uint32_t key_size; // at most 'size'
  uint32_t begin;    // in 'inputs' and 'keys'
  uint32_t sources;  // where its clauses begin, only when proving
};

typedef VEC (struct gate) gate_vec;

struct use { // a gate that a variable is an input of
  uint32_t gate, next;
};

struct congruence {
  gate_vec gates;
  ilits inputs;         // as in the formula
  ilits keys;           // simplified, by representatives
  refs sources;         // AND: the binary clauses by input, then the large one
  ilit *repr;           // by literal
  ilit *next;           // by literal: circular list of its class
  uint32_t *class_size; // by variable, for representatives
  uint64_t *equal;      // by literal: id of (-literal, representative)
  ids derived;          // lemmas that are forgotten at the end
  ilits split;          // literals assumed by entail.c
  ilits trail;          // literals marked by entail.c
  struct {
    uint32_t *first, *last; // by variable, index + 1 in 'nodes'
    VEC (struct use) nodes;
  } uses;
  struct {
    uint32_t *slots; // gate + 1
    size_t size, used;
  } table;
  VEC (uint32_t) queue; // gates to be looked at
  uint64_t merged, units;
};

// Finds gates in the irredundant clauses.
void circuit_extract (struct solver *s, struct congruence *k);

static inline unsigned gate_num_sources (const struct gate *g) {
  return g->kind == GATE_AND   ? g->size + 1
         : g->kind == GATE_ITE ? 4
                               : 1u << g->size;
}

// Leaves hints on the chain for the clause 'goal' (of representatives), which
// follows from the clauses of the gates and the equivalences.  Cases are split
// on inputs by lemmas where unit propagation is not enough.
//
//   h          may be null
//   returns    false if no derivation was found; true without proof
bool entail (struct solver *s, struct congruence *k, const ilit *goal,
             unsigned n, const struct gate *g, const struct gate *h);

#endif
