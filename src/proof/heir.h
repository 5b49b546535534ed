// Holds the partial proofs of other processes of this host open, so that they
// stay when their owners die, and takes over those of the dead.
//
//   limit      two descriptors for each proof
#ifndef PROOF_HEIR_H
#define PROOF_HEIR_H

#include "proof/partial.h"

struct heir;

struct heir *heir_new (void); // returns owned
void heir_free (struct heir *);

// Opens a proof's two files and lets go of those held for the same lane before.
//
//   returns    false if they cannot be reached: another user, another process
//              name space, the owner has ended, no descriptor is left
//   context    while the owner lives
bool heir_hold (struct heir *, const struct partial_address *);

// Takes over the proof of that lane; it is not held any more.
//
//   error      PARTIAL_ERROR_BYTES for the reason
//   returns    owned; null if it is not held or not whole (partial_adopt)
struct partial *heir_adopt (struct heir *, uint64_t lane, char *error);

#endif
