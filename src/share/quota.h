// How many literals may travel: the limit per subtree and its compensation.
#ifndef SHARE_QUOTA_H
#define SHARE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

// Literals for a buffer that aggregates 'ranks' ranks,
//
//   B(u) = c * (L - (L-b) * exp (b/(b-L) * (u-1))),   c * L when b >= L
//
// which starts at c*b, grows by about c*b per rank, and never passes c*L.
//
//   base       b, literals per rank; limit L; factor c; ranks u >= 1
//   source     [SchreiberSanders-SAT'21], docs/sharing.md
double share_quota (double base, double limit, double factor, unsigned ranks);

// The root's memory of what was wanted, aggregated and admitted.
struct share_compensation {
  bool started;
  double factor;                       // c of the next round
  double wanted;                       // D of the last round
  double sum_wanted, sum_admitted;     // decay 0.9 a round
  double mean_incoming, mean_admitted; // decay 0.5 a round
};

void share_compensation_init (struct share_compensation *compensation);

// Accounts for a finished round and chooses the factor of the next one.
//
//   wanted     D, literals wanted in a round without compensation
//   incoming   I, literals aggregated before the filter
//   admitted   A, literals that passed it; units in none of the three
//   returns    c in [1/5, 5]
double share_compensate_round (struct share_compensation *compensation,
                               double wanted, double incoming, double admitted);

#endif
