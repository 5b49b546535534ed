// The grammar of the command line.
//
//   --name=value, --name value   an option with a value
//   --name, --no-name            true or false; only these can be negated
//   -x, -x value, -x10           short for one of those: mpi/words.def
//   --                           only names of files follow
//
// The value of true or false, and of a level such as '--verbose', needs the
// '='.  A value that begins with '-' needs it too, unless it is a number.
#ifndef MPI_COMMAND_LINE_H
#define MPI_COMMAND_LINE_H

#include "mpi/settings.h"

// Reads the command line into settings that have been initialised.
//
//   argv       borrowed for good: names point into it
//   error      buffer of SETTINGS_ERROR_BYTES; one line
//   returns    false with an error
bool command_line_read (struct settings *, int argc, char **argv, char *error);

#endif
