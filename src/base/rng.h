// Small, fast pseudo random numbers; one state per user, never shared.
//
//   source     xorshift* [Vigna-TOMS'16] seeded through splitmix64
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct rng {
  uint64_t state;
};

// A bijective 64-bit mixer (the splitmix64 finalizer); also good as a hash.
static inline uint64_t rng_mix (uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

static inline void rng_init (struct rng *rng, uint64_t seed) {
  rng->state = rng_mix (seed);
  if (!rng->state)
    rng->state = 1;
}

static inline uint64_t rng_next64 (struct rng *rng) {
  uint64_t x = rng->state;
  assert (x); // 'rng_init' was called
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  rng->state = x;
  return x * 0x2545f4914f6cdd1dull;
}

static inline uint32_t rng_next32 (struct rng *rng) {
  return rng_next64 (rng) >> 32;
}

// Uniform in [0,n), n >= 1, by multiplication (bias below n / 2^32).
static inline uint32_t rng_below (struct rng *rng, uint32_t n) {
  assert (n);
  return ((uint64_t)rng_next32 (rng) * n) >> 32;
}

static inline double rng_double (struct rng *rng) { // in [0,1)
  return (rng_next64 (rng) >> 11) * 0x1.0p-53;
}

static inline bool rng_bool (struct rng *rng) {
  return rng_next64 (rng) >> 63;
}

#endif
