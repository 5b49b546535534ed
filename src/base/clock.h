// Seconds: wall-clock (monotonic), and CPU time of the process or thread.
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

double clock_wall_s (void);        // monotonic; origin unspecified
double clock_process_cpu_s (void); // all threads of this process
double clock_thread_cpu_s (void);  // the calling thread
uint64_t clock_peak_bytes (void);  // peak resident memory of the process
uint64_t clock_resident_bytes (void);

#endif
