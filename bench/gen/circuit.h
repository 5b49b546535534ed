// Gates and words of gates, Tseitin-encoded on the fly with constants folded.
//
//   words      int arrays of literals, least significant bit first
#ifndef GEN_CIRCUIT_H
#define GEN_CIRCUIT_H

#include "gen/gen.h"

int gate_and (struct gen *gen, int a, int b);
int gate_or (struct gen *gen, int a, int b);
int gate_xor (struct gen *gen, int a, int b);
int gate_ite (struct gen *gen, int cond, int yes, int no);

void word_inputs (struct gen *gen, int n, int *word); // fresh variables
void word_constant (struct gen *gen, int n, uint64_t value, int *word);
void word_fix (struct gen *gen, int n, const int *word, uint64_t value);

// sum may alias a or b; returns the carry out.
int word_add (struct gen *gen, int n, const int *a, const int *b, int carry,
              int *sum);

// 2n bits by rows of ripple adders (array) or by columns of full adders.
void word_multiply_array (struct gen *gen, int n, const int *a, const int *b,
                          int *product);
void word_multiply_columns (struct gen *gen, int n, const int *a, const int *b,
                            int *product);

// Demands that the two words differ in at least one bit.
void word_miter (struct gen *gen, int n, const int *a, const int *b);

#endif
