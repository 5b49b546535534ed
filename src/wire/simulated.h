// A machine of many ranks in one thread on virtual time: frames take as long
// as a stated fabric makes them, ranks stall, are cut off and die, all from one
// seed, so that whatever goes wrong goes wrong again.
//
//   source     simulation as a test: FoundationDB, TigerBeetle
//   use        simulated_new, a transport for each rank's code, simulated_start
//              for each rank, then simulated_run
//   context    one thread
#ifndef WIRE_SIMULATED_H
#define WIRE_SIMULATED_H

#include "wire/transport.h"

struct simulated;

// Times of the fabric.  A frame leaves its rank when the ones before have,
// takes the latency and up to the jitter, and never overtakes another one of
// the same pair.
struct simulated_fabric {
  double latency_s;       // between hosts
  double local_latency_s; // within a host
  double jitter_s;        // added, uniform
  double bytes_per_s;     // of a rank's outgoing link
  double frame_cpu_s;     // of sender and receiver, for each frame
  double step_cpu_s;      // of a rank's step without frames
};

// 25 Gbit/s and 5 us, as in a cluster with a fast network; 10 Gbit/s and 30 us,
// plain TCP.
extern const struct simulated_fabric simulated_fast, simulated_tcp;

// Runs a rank until it has nothing more to do now.
//
//   returns    seconds after which to run it again at the latest; negative: it
//              has ended.  Frames do not wake a rank, as with MPI.
typedef double (*simulated_step) (void *state);

//   cards      one per rank, copied; null: all zero, so all on one host
//   returns    owned
struct simulated *simulated_new (int size, const struct transport_card *cards,
                                 const struct simulated_fabric *,
                                 uint64_t seed);
void simulated_free (struct simulated *);

// The transport of a rank; closing it frees nothing.
struct transport simulated_transport (struct simulated *, int rank);

// Lets a rank run from now on.
void simulated_start (struct simulated *, int rank, simulated_step,
                      void *state);

// Lets the machine run until that time, or until all ranks have ended or died.
//
//   returns    true if some rank still runs
bool simulated_run (struct simulated *, double until_s);

// Time stands still from now on, and frames vanish: before the ranks are freed.
void simulated_end (struct simulated *);

double simulated_now_s (const struct simulated *);

// Faults, from now on.
//
//   kill     the rank never runs again; of its frames under way each other rank
//            gets some first ones.  'told': the others on its host see it gone
//   stall    the rank does not run for that time; what is sent to it waits
//   cut      frames between ranks of different sides wait for that time;
//            side[rank] for each rank, copied
void simulated_kill (struct simulated *, int rank, bool told);
void simulated_stall (struct simulated *, int rank, double seconds);
void simulated_cut (struct simulated *, const bool *side, double seconds);

bool simulated_dead (const struct simulated *, int rank);
bool simulated_ended (const struct simulated *, int rank);

#endif
