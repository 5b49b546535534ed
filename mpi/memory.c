// memory.c - a rank's share of its machine.
#include "mpi/memory.h"

#include "base/cgroup.h"
#include "base/clock.h"
#include "mpi/internal.h"

#include <unistd.h>

static unsigned ranks_here (const struct job *job) {
  const struct transport_card *cards = wire_cards (job->world.wire);
  const int own = wire_rank (job->world.wire);
  unsigned count = 0;
  for (int rank = 0; rank < wire_size (job->world.wire); rank++)
    count += cards[rank].host == cards[own].host;
  return count;
}

// Of the run's own option; 0: none.
static uint64_t own_limit (const struct job *job) {
  return 1000000 * (uint64_t)job->settings->run.memory;
}

static uint64_t least (uint64_t a, uint64_t b) {
  return b && b < a ? b : a;
}

uint64_t memory_for_engines (const struct job *job) {
  const uint64_t machine =
      (uint64_t)sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE);
  const struct cgroup_memory group = cgroup_memory (job->machine);
  const uint64_t all = least (machine, group.limit) / ranks_here (job);
  const uint64_t limit = least (all, own_limit (job));
  const uint64_t taken = clock_resident_bytes ();
  return limit > taken ? limit - taken : 1;
}

// The kernel kills without a word at the limit: what is allocated between two
// looks must still fit.
static bool group_short (const struct job *job) {
  const struct cgroup_memory group = cgroup_memory (job->machine);
  const uint64_t margin = group.limit / 32 + (32 << 20);
  return group.limit &&
         group.used + least (group.limit / 4, margin) > group.limit;
}

bool memory_short (const struct job *job) {
  const uint64_t own = own_limit (job);
  return (own && clock_resident_bytes () > own) || group_short (job);
}
