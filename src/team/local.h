// Solves one formula with a team in this process alone: the communicator's
// part without other ranks, for the library.
#ifndef TEAM_LOCAL_H
#define TEAM_LOCAL_H

#include "base/file.h"
#include "team/team.h"

struct local_config {
  struct team_config team; // formula, engines, options, seed, limit; lanes,
                           // sharing, proof and waking are set here
  struct share_options share;
  const char *proof_path; // NULL: no proof
  bool proof_text;
  const char *scratch;            // folder for temporary files of the proof
  bool (*stopping) (void *state); // asked every few milliseconds
  void *stopping_state;
};

struct local_outcome {
  int status;         // 10, 20, or 0 if stopped, limited, or without its proof
  signed char *model; // after 10, owned by the caller; as in cnf/model.h
  int num_vars;       // of the model
  struct team_stats stats;
  char error[FILE_ERROR_BYTES]; // why the proof could not be written, or ""
};

// Runs until there is an answer, the engines' limits are hit, or 'stopping'
// says so.  After 20 the proof is complete when this returns.
//
//   outcome    overwritten
//   context    the caller's thread is the communicator
void local_solve (const struct local_config *config,
                  struct local_outcome *outcome);

#endif
