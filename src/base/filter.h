// A child process that turns a stream of bytes into another: the decompressor
// behind 'file_in' (internal to base).
//
//   plumbing   a socket to the child's stdin (a send to a dead child fails
//              instead of raising SIGPIPE), a pipe from its stdout; its stderr
//              goes to /dev/null
#ifndef BASE_FILTER_H
#define BASE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct filter {
  pid_t pid;    // 0: none runs
  int to, from; // -1 when closed
};

// Starts 'argv[0]', looked up in PATH, without a shell.
//
//   returns    0, or an error number (ENOENT: no such program)
int filter_start (struct filter *filter, char *const *argv);

// Waits until some output was read or the given input was taken in part.
//
//   data       input; none (bytes == 0) means waiting for output only
//   sent       bytes of 'data' taken
//   got        bytes stored in 'buffer', -1 if there was no output yet, and
//              0 when the child closed its output
//   returns    0 or an error number
int filter_step (struct filter *filter, const void *data, size_t bytes,
                 size_t *sent, void *buffer, size_t room, ssize_t *got);

void filter_end_input (struct filter *filter); // no more input follows

// Waits for the child's end and returns its status as by 'waitpid'.
int filter_finish (struct filter *filter);

void filter_kill (struct filter *filter); // ends and collects it, if it runs

#endif
