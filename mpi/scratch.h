// A fresh folder for the few temporary files that need a name: those that the
// checker opens itself.  All others are unlinked when opened (proof/temp.h).
#ifndef MPI_SCRATCH_H
#define MPI_SCRATCH_H

struct scratch { // all zero: there is no folder
  char *folder;  // owned
  char *proof;   // names inside, owned
  char *formula;
};

// Creates the folder inside an existing one; 'fatal' if it cannot.
void scratch_init (struct scratch *, const char *parent);

// Removes the files and the folder.  Also for handlers of fatal errors.
void scratch_fini (struct scratch *);

#endif
