// Growable typed arrays.  'VEC (int) lits;' declares one; all zero is empty.
//
//   element    lits.data[i] for i < lits.size
//   growth     doubling; 'vec_fini' gives the memory back
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/memory.h"

#include <assert.h>

#define VEC(T)                                                                 \
  struct {                                                                     \
    T *data;                                                                   \
    size_t size, capacity;                                                     \
  }

#define vec_push(V, X)                                                         \
  do {                                                                         \
    if ((V)->size == (V)->capacity)                                            \
      vec_reserve ((V), (V)->size + 1);                                        \
    (V)->data[(V)->size++] = (X);                                              \
  } while (0)

#define vec_pop(V) (assert ((V)->size), (V)->data[--(V)->size])
#define vec_top(V) (assert ((V)->size), (V)->data + (V)->size - 1)[0]
#define vec_clear(V) ((void)((V)->size = 0))
#define vec_empty(V) (!(V)->size)

// Room for at least N elements in all; the size stays.
#define vec_reserve(V, N)                                                      \
  do {                                                                         \
    const size_t vec_want = (N);                                               \
    if ((V)->capacity < vec_want) {                                            \
      size_t vec_cap = (V)->capacity ? 2 * (V)->capacity : 4;                  \
      if (vec_cap < vec_want)                                                  \
        vec_cap = vec_want;                                                    \
      (V)->data = mem_realloc ((V)->data, vec_cap * sizeof *(V)->data);        \
      (V)->capacity = vec_cap;                                                 \
    }                                                                          \
  } while (0)

// Grows or shrinks to N elements; new ones are zero.
#define vec_resize(V, N)                                                       \
  do {                                                                         \
    const size_t vec_new = (N);                                                \
    vec_reserve ((V), vec_new);                                                \
    for (size_t vec_i = (V)->size; vec_i < vec_new; vec_i++)                   \
      memset (&(V)->data[vec_i], 0, sizeof *(V)->data);                        \
    (V)->size = vec_new;                                                       \
  } while (0)

#define vec_fini(V)                                                            \
  do {                                                                         \
    mem_free ((V)->data);                                                      \
    (V)->data = NULL;                                                          \
    (V)->size = (V)->capacity = 0;                                             \
  } while (0)

// Adding 0 to the null pointer of an empty array would be undefined.
#define for_vec(T, P, V)                                                       \
  for (T *P = (V)->data, *P##_end = (V)->size ? P + (V)->size : P;             \
       P != P##_end; P++)

#include <string.h>

#endif
