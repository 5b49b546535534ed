// streams.c - closed descriptors, and output that gets lost.
#define _GNU_SOURCE
#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

// 'open' takes the lowest free number.  Whoever reads from what can only be
// written, or the other way round, gets EBADF.
void streams_init (void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
      (void)!open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
}

int streams_finish (void) {
  errno = 0;
  if (!fflush (stdout) && !ferror (stdout))
    return 0;
  return errno ? errno : EIO;
}
