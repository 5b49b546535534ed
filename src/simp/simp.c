// simp.c - tables of options and statistics, and what attaches to an engine.
#include "simp/internal.h"

static void free_simp (struct solver *s) {
  struct simp *simp = s->simp;
  vec_fini (&simp->reconstruct.lits);
  vec_fini (&simp->reconstruct.ids);
  vec_fini (&simp->clause);
  vec_fini (&simp->probed);
  mem_free (simp);
  s->simp = NULL;
}

struct option_table simp_option_table (struct simp_options *options) {
  static const struct option_row rows[] = {
#define OPT(...) OPTION_ROW (struct simp_options, __VA_ARGS__)
#include "simp/options.def"
#undef OPT
  };
  return (struct option_table){"simplification", rows,
                               sizeof rows / sizeof *rows, options};
}

static const struct stat_row rows[] = {
#define STAT STAT_ROW
#include "simp/stats.def"
#undef STAT
};

const struct stat_table simp_stat_table = STAT_TABLE ("simp", rows);

void simp_attach (struct solver *s, const struct simp_options *options) {
  assert (!s->simp);
  s->simp = mem_calloc (1, sizeof *s->simp);
  s->simp->opts = *options;
  s->simp_calls.due = schedule_due;
  s->simp_calls.run = schedule_run;
  s->simp_calls.preprocess = schedule_preprocess;
  s->simp_calls.extend = reconstruct_extend;
  s->simp_calls.restore = options->incremental ? reconstruct_restore : NULL;
  s->simp_calls.free = free_simp;
}

void simp_get_stats (const struct solver *s, struct simp_stats *stats) {
  if (s->simp)
    *stats = s->simp->stats;
  else
    memset (stats, 0, sizeof *stats);
}
