// Limits that control groups set for this process, versions 1 and 2: the least
// one on the way from its group to the root of each hierarchy.
//
//   root       folder that holds proc/ and sys/; "" for this machine
//   cost       a few small files each
#ifndef BASE_CGROUP_H
#define BASE_CGROUP_H

#include <stdint.h>

// Processors' worth of time, rounded up; 0: no limit.
unsigned cgroup_processors (const char *root);

struct cgroup_memory {
  uint64_t limit; // bytes; 0: none
  uint64_t used;  // by all processes under that limit, without what the kernel
                  // can drop at once
};

struct cgroup_memory cgroup_memory (const char *root);

#endif
