// A file while it is written: it has no name, or a temporary one beside its
// place, and is put there when it is complete.  So whatever ends a program,
// the old file is there or the new one, never half of one.
//
//   Written                            When complete
//   without a name, in the same        linked to a temporary name, which is
//   folder (O_TMPFILE)                 renamed: nothing is left by any crash
//   the same under a temporary name,   renamed; a killed program leaves
//   where the file system needs one    '.tutti-*' behind
//   without a name in another folder   copied over the file, whose folder or
//                                      owner lets nobody replace it
//   straight to pipe, device, /dev/fd  nothing; or copied there, if the file
//                                      must be read first ('spool')
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include "base/place.h"

#include <stddef.h>

struct draft {
  int fd;             // to write; at its start again, to read, if 'readable'
  struct place place; // where it will be
  int target;         // gets a copy when complete; else -1
  char *temporary;    // name so far; null: none
  struct draft *next; // of those with a name
  bool (*hurry) (void *state); // asked while a pipe is full; null: it is waited
  void *state;                 // for; true: for a second only
};

// Begins a file.
//
//   path       null: it will never have a name
//   spool      folder for a draft that must be readable although its place is
//              not; null: need not be
//   returns    0, else an error number; ENXIO: a pipe that nobody reads
int draft_open (struct draft *, const char *path, const char *spool);

// Writes everything.
//
//   returns    0 or an error number; EAGAIN: a pipe stayed full
int draft_write (const struct draft *, const char *bytes, size_t n);

// Puts it in its place and closes it.  The old file stays after an error.
//
//   returns    0 or an error number
int draft_commit (struct draft *);

// Closes and forgets it.
void draft_discard (struct draft *);

// Opens an empty file that never has a name, readable and writable.
//
//   returns    descriptor, or -1 with errno
int draft_unnamed (const char *folder);

#endif
