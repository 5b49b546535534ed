// ema.c - exponential moving averages without bias towards their start.
// Source   [BiereFrohlich-POS'15] with the bias correction of
//          [KingmaBa-ICLR'15]
#include "core/internal.h"

static void init (struct ema *ema, double window) {
  const double alpha = 1.0 / window;
  *ema = (struct ema){.alpha = alpha, .beta = 1 - alpha, .exp = 1};
}

void ema_update (struct ema *ema, double value) {
  ema->biased += ema->alpha * (value - ema->biased);
  ema->exp *= ema->beta;
  ema->value = ema->biased / (1 - ema->exp);
}

void averages_init (struct solver *s, bool stable) {
  struct averages *a = s->averages + stable;
  if (a->initialized)
    return;
  a->initialized = true;
  init (&a->fast_glue, s->opts.ema_fast);
  init (&a->slow_glue, s->opts.ema_slow);
  init (&a->decision_rate, s->opts.ema_slow);
}
