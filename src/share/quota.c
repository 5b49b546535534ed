// quota.c - literals per round: the limit of a subtree, and its compensation.
// Idea     a buffer grows less than linearly with the ranks it aggregates, and
//          what the filter takes away the next rounds bring in addition
// Source   buffer limit: [SchreiberSanders-SAT'21]; compensation:
//          [SchreiberSanders-JAIR'24]
#include "share/quota.h"

#include <assert.h>
#include <math.h>

static const double FACTOR_MIN = 0.2, FACTOR_MAX = 5;

double share_quota (double base, double limit, double factor, unsigned ranks) {
  assert (base > 0 && limit > 0 && factor > 0 && ranks);
  if (base >= limit)
    return factor * limit;
  const double rate = base / (base - limit);
  return factor * (limit - (limit - base) * exp (rate * (ranks - 1.0)));
}

void share_compensation_init (struct share_compensation *compensation) {
  *compensation = (struct share_compensation){.factor = 1};
}

static void start (struct share_compensation *c, double wanted) {
  c->started = true;
  c->wanted = wanted;
  c->sum_wanted = c->sum_admitted = 10 * wanted;
  c->mean_incoming = c->mean_admitted = wanted;
}

static double clamp (double value, double min, double max) {
  return value < min ? min : value > max ? max : value;
}

double share_compensate_round (struct share_compensation *c, double wanted,
                               double incoming, double admitted) {
  assert (wanted > 0 && 0 <= admitted && admitted <= incoming);
  if (!c->started)
    start (c, wanted);
  assert (FACTOR_MIN <= c->factor && c->factor <= FACTOR_MAX);
  // Clauses that nobody had were not withheld: they are no longer wanted.
  const double least = fmin (c->wanted, c->factor * c->wanted);
  if (incoming < least)
    c->sum_wanted += incoming - least;
  c->sum_wanted = fmax (1, 0.9 * c->sum_wanted + wanted);
  c->sum_admitted = 0.9 * c->sum_admitted + admitted;
  c->mean_incoming = 0.5 * c->mean_incoming + 0.5 * incoming / c->factor;
  c->mean_admitted = 0.5 * c->mean_admitted + 0.5 * admitted / c->factor;
  const double balance = c->sum_wanted - c->sum_admitted + c->mean_incoming;
  // Less than a literal a round is as good as none; keeps the quotient finite.
  const double next = balance / fmax (1, c->mean_admitted);
  c->wanted = wanted;
  return c->factor =
             clamp (0.2 * c->factor + 0.8 * next, FACTOR_MIN, FACTOR_MAX);
}
