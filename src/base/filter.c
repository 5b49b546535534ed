// filter.c - starts a decompressor and exchanges bytes with it.
#define _GNU_SOURCE
#include "base/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void shut (int *fd) {
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

// The child starts with default signals, whatever this process blocks.
static int spawn (pid_t *pid, char *const *argv, int in, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  sigset_t none, ignored; // by this program, see base/streams.h
  sigemptyset (&none);
  sigemptyset (&ignored);
  sigaddset (&ignored, SIGPIPE);
  sigaddset (&ignored, SIGXFSZ);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attr);
  posix_spawnattr_setsigmask (&attr, &none);
  posix_spawnattr_setsigdefault (&attr, &ignored);
  posix_spawnattr_setflags (&attr,
                            POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_adddup2 (&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null",
                                    O_WRONLY, 0);
  const int error = posix_spawnp (pid, argv[0], &actions, &attr, argv, environ);
  posix_spawnattr_destroy (&attr);
  posix_spawn_file_actions_destroy (&actions);
  return error;
}

int filter_start (struct filter *filter, char *const *argv) {
  *filter = (struct filter){0, -1, -1};
  int in[2], out[2];
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in))
    return errno;
  if (pipe2 (out, O_CLOEXEC)) {
    const int error = errno;
    close (in[0]);
    close (in[1]);
    return error;
  }
  fcntl (out[0], F_SETPIPE_SZ, 1 << 20); // fewer wake-ups; may be refused
  filter->to = in[1];
  filter->from = out[0];
  const int error = spawn (&filter->pid, argv, in[0], out[1]);
  close (in[0]);
  close (out[1]);
  if (error) {
    filter->pid = 0;
    filter_kill (filter);
  }
  return error;
}

// A child that closed its input early is judged by its exit status.
static size_t give (struct filter *filter, const void *data, size_t bytes) {
  const ssize_t n = send (filter->to, data, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n >= 0)
    return (size_t)n;
  if (errno == EAGAIN || errno == EINTR)
    return 0;
  shut (&filter->to);
  return bytes;
}

int filter_step (struct filter *filter, const void *data, size_t bytes,
                 size_t *sent, void *buffer, size_t room, ssize_t *got) {
  struct pollfd fds[2] = {{filter->from, POLLIN, 0}, {-1, POLLOUT, 0}};
  *sent = filter->to < 0 ? bytes : 0;
  *got = -1;
  if (bytes)
    fds[1].fd = filter->to; // negative ones are ignored by poll
  if (poll (fds, 2, -1) < 0)
    return errno == EINTR ? 0 : errno;
  if (fds[1].revents)
    *sent = give (filter, data, bytes);
  if (!fds[0].revents)
    return 0;
  *got = read (filter->from, buffer, room);
  return *got < 0 && errno != EINTR ? errno : 0;
}

void filter_end_input (struct filter *filter) {
  shut (&filter->to);
}

int filter_finish (struct filter *filter) {
  int status = -1;
  shut (&filter->to);
  shut (&filter->from);
  while (filter->pid > 0 && waitpid (filter->pid, &status, 0) < 0)
    if (errno != EINTR)
      break; // collected by someone else: status stays -1
  filter->pid = 0;
  return status;
}

void filter_kill (struct filter *filter) {
  if (filter->pid > 0)
    kill (filter->pid, SIGKILL);
  filter_finish (filter);
}
