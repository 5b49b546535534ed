// Names of output files: where they lead, and whether two of them lead to the
// same file.
#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

struct place {
  char *path;     // owned; its last part is no link
  int descriptor; // N of /dev/fd/N, /dev/stdout and the like; else -1
  bool exists;
  struct stat status; // if it exists; else of the folder that it would be in
};

// Follows links, also to a file that is not there yet.
//
//   returns    0, else an error number and nothing to free
int place_find (struct place *, const char *path);
void place_fini (struct place *);

// True if writing to one changes the other: the same file, link or not.
// Terminals, other character devices and sockets take anything from anybody
// and are never the same.
bool place_same (const struct place *, const struct place *);

// True if a file can be put there in place of what is there, if anything is;
// false for pipes, devices and descriptors.
bool place_replaceable (const struct place *);

// Sees whether an output can be written there, without creating anything.
//
//   returns    0 or an error number
int place_writable (const struct place *);

char *place_folder (const char *path); // returns owned

#endif
