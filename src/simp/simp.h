// Simplification of the formula before and during search, as its users see it:
// attach it to an engine and every technique runs by its own schedule.
#ifndef SIMP_SIMP_H
#define SIMP_SIMP_H

#include "base/options.h"
#include "base/stats.h"
#include "core/core.h"

struct simp_options {
#define OPT(...) OPTION_FIELD (__VA_ARGS__)
#include "simp/options.def"
#undef OPT
};

// Table over 'options' for parsing and help; returned by value.
struct option_table simp_option_table (struct simp_options *options);

struct simp_stats {
#define STAT STAT_FIELD
#include "simp/stats.def"
#undef STAT
};

extern const struct stat_table simp_stat_table;

// Plugs simplification into an engine, once, before the first solve.
// 'core_free' gives it back.
//
//   options    copied
void simp_attach (struct solver *, const struct simp_options *options);

// Statistics as of now; zeroes if nothing is attached.
void simp_get_stats (const struct solver *, struct simp_stats *);

#endif
