// Which options each lane runs with: what makes engines differ.
#ifndef TEAM_PORTFOLIO_H
#define TEAM_PORTFOLIO_H

#include "team/team.h"

#include <stddef.h>

// Changes the options of one lane.  Only options that still have their default
// are touched, so what the user set wins; 'seed' always becomes the lane's own.
//
//   lane       0 <= lane < total; lane 0 keeps the default configuration
//   seed       of the run
void portfolio_apply (const struct team_options *team, uint64_t lane,
                      uint64_t total, uint64_t seed, struct core_options *core,
                      struct simp_options *simp);

// How many of 'total' lanes simplify throughout the search, and whether a lane
// is one of them (docs/architecture.md, "Duty").
uint64_t portfolio_simplifiers (const struct team_options *team,
                                uint64_t total);
bool portfolio_simplifies (const struct team_options *team, uint64_t lane,
                           uint64_t total);

enum { PORTFOLIO_DESCRIPTION_BYTES = 512 };

// One line for '--list-portfolio': the lane's role, duty, and each option that
// is not as the user gave it.
//
//   core, simp as the user gave them; borrowed
//   buffer     of PORTFOLIO_DESCRIPTION_BYTES
//   returns    buffer
const char *portfolio_describe (const struct team_options *team, uint64_t lane,
                                uint64_t total, const struct core_options *core,
                                const struct simp_options *simp, char *buffer);

#endif
