// The files that a run was told to write, at rank 0: no two names lead to the
// same file, each is complete or not there at all, and the run fails if one of
// them cannot be written.
#ifndef MPI_OUTPUTS_H
#define MPI_OUTPUTS_H

#include "base/file.h"
#include "base/message.h"
#include "mpi/settings.h"

struct outputs {
  const struct settings *settings; // borrowed
  struct message *out;             // borrowed; for errors
  bool (*hurry) (void *);          // the run should end: nothing is waited for
  void *state;
  struct file_out *proof; // null: none is wanted, or it is over
  bool failed;            // a file is not as it was promised
};

// Looks at all files and folders that are named, without creating any: whether
// they can be written, are the same, or are a formula ('--force').
//
//   error      buffer of SETTINGS_ERROR_BYTES; one line
bool outputs_check (const struct settings *, char *error);

// Whether any file is to be written.
bool outputs_wanted (const struct outputs *);

// Opens the proof if one is wanted, where it was asked for or, only to be
// checked, without a name.
//
//   outputs    its first four members are set
//   returns    false with an error
bool outputs_open_proof (struct outputs *, char *error);

// Puts the complete proof in its place.
//
//   returns    false after an error line
bool outputs_keep_proof (struct outputs *);
void outputs_drop_proof (struct outputs *); // also in the middle

// Opens another file; waits for the reader of a pipe unless the run hurries.
//
//   path       null: not wanted
//   returns    owned: outputs_close; null if not wanted or after an error line
struct file_out *outputs_open (struct outputs *, const char *path);
void outputs_close (struct outputs *, struct file_out *);

#endif
