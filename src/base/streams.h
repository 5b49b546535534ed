// stdin, stdout and stderr as a program finds and leaves them.
#ifndef BASE_STREAMS_H
#define BASE_STREAMS_H

// To be called first in a program.  A closed descriptor of the three is opened
// such that using it is an error, since the next file would get its number;
// writing to a closed pipe or beyond the largest file is an error as well,
// instead of a signal.
void streams_init (void);

// Writes what stdout still holds.
//
//   returns    0, or the number of the last error if anything that was ever
//              printed is lost
int streams_finish (void);

#endif
