// clock.c - time and memory as the operating system counts them.
#define _GNU_SOURCE
#include "base/clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double read_clock (clockid_t id) {
  struct timespec ts;
  clock_gettime (id, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

double clock_wall_s (void) {
  return read_clock (CLOCK_MONOTONIC);
}

double clock_process_cpu_s (void) {
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

double clock_thread_cpu_s (void) {
  return read_clock (CLOCK_THREAD_CPUTIME_ID);
}

uint64_t clock_peak_bytes (void) {
  struct rusage usage;
  if (getrusage (RUSAGE_SELF, &usage))
    return 0;
  return (uint64_t)usage.ru_maxrss << 10; // Linux counts KiB
}

uint64_t clock_resident_bytes (void) {
  FILE *file = fopen ("/proc/self/statm", "r");
  if (!file)
    return 0;
  unsigned long long total, resident;
  const int fields = fscanf (file, "%llu %llu", &total, &resident);
  fclose (file);
  return fields == 2 ? resident * (uint64_t)sysconf (_SC_PAGESIZE) : 0;
}
