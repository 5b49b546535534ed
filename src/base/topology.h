// What this process may use of its machine.
//
//   cost       a few small files of /proc and /sys; a topology by hwloc is
//              loaded only where hyperthreads exist and sysfs hides them
//   override   TUTTI_CORES=N and TUTTI_NODE=NAME in the environment replace
//              what is found, so that tests can pretend
#ifndef BASE_TOPOLOGY_H
#define BASE_TOPOLOGY_H

enum { TOPOLOGY_NAME_BYTES = 256 };

struct topology {
  unsigned cpus;   // hardware threads in the binding (allowed cpuset)
  unsigned cores;  // distinct cores among them
  unsigned quota;  // processors granted by cgroup limits, rounded up; 0: none
  unsigned usable; // engines to run by default: cores within the quota, >= 1
  char node[TOPOLOGY_NAME_BYTES]; // host name; ranks with equal names share it
};

void topology_init (struct topology *topology);

// The same on a recorded machine, for tests; the environment is not asked.
//
//   root       folder that holds the machine's proc/ and sys/
//   cpus       the binding as a list like "0-3,8"
void topology_init_from (struct topology *topology, const char *root,
                         const char *cpus);

#endif
