// cgroup.c - walks from this process's control groups to their roots.
#include "base/cgroup.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096, LINE_BYTES = 4096, MOST_PROCESSORS = 1 << 16 };

// A controller, and what to do in each of its groups.
struct walk {
  const char *root, *controller;
  bool version2; // of the present group
  void (*visit) (struct walk *, const char *group);
  unsigned processors;
  struct cgroup_memory memory;
};

// Opens the file ROOT/GROUP/NAME.
static FILE *open_file (const struct walk *walk, const char *group,
                        const char *name) {
  char path[PATH_BYTES];
  if (snprintf (path, sizeof path, "%s%s/%s", walk->root, group, name) >=
      (int)sizeof path)
    return NULL;
  return fopen (path, "re");
}

static bool read_line (const struct walk *walk, const char *group,
                       const char *name, char *line) {
  FILE *file = open_file (walk, group, name);
  if (!file)
    return false;
  const bool res = fgets (line, LINE_BYTES, file) != NULL;
  fclose (file);
  return res;
}

/*------------------------------------------------------------------------*/
// From group to group.

static void climb (struct walk *walk, const char *hierarchy,
                   const char *group) {
  char path[PATH_BYTES];
  const int length = snprintf (path, sizeof path, "%s%s", hierarchy, group);
  if (length < 0 || length >= (int)sizeof path)
    return;
  for (;;) {
    walk->visit (walk, path);
    char *slash = strrchr (path, '/');
    if (!slash || slash < path + strlen (hierarchy))
      return;
    *slash = 0;
  }
}

// Is the controller among the comma separated ones before the ':'?
static bool controls (const char *controllers, const char *wanted) {
  for (const char *p = controllers; *p && *p != ':';) {
    const size_t n = strcspn (p, ",:");
    if (n == strlen (wanted) && !strncmp (p, wanted, n))
      return true;
    p += n + (p[n] == ',');
  }
  return false;
}

// Lines are 'NUMBER:CONTROLLERS:GROUP'; version 2 has number 0 and no names.
static void take_line (struct walk *walk, char *line) {
  char hierarchy[64];
  line[strcspn (line, "\n")] = 0;
  const char *controllers = strchr (line, ':');
  const char *group = controllers ? strchr (controllers + 1, ':') : NULL;
  if (!group)
    return;
  walk->version2 = !strncmp (line, "0::", 3);
  if (!walk->version2 && !controls (controllers + 1, walk->controller))
    return;
  snprintf (hierarchy, sizeof hierarchy, "/sys/fs/cgroup%s%s",
            walk->version2 ? "" : "/", walk->version2 ? "" : walk->controller);
  climb (walk, hierarchy, group + 1);
}

static void walk_all (struct walk *walk) {
  char line[LINE_BYTES];
  FILE *file = open_file (walk, "/proc/self", "cgroup");
  while (file && fgets (line, sizeof line, file))
    take_line (walk, line);
  if (file)
    fclose (file);
}

/*------------------------------------------------------------------------*/
// Processors.

// Rounds a quota up to whole processors; 0 if there is none.
static unsigned whole (double quota, double period) {
  if (quota <= 0 || period <= 0 || quota / period > MOST_PROCESSORS)
    return 0;
  const unsigned res = (unsigned)(quota / period);
  return res + (res * period < quota);
}

// One file in version 2, two in 1.
static unsigned quota_of (struct walk *walk, const char *group) {
  char line[LINE_BYTES];
  double quota = 0, period = 0;
  if (walk->version2) // 'max' instead of a number means no limit
    return read_line (walk, group, "cpu.max", line) &&
                   sscanf (line, "%lf %lf", &quota, &period) == 2
               ? whole (quota, period)
               : 0;
  if (!read_line (walk, group, "cpu.cfs_quota_us", line) ||
      sscanf (line, "%lf", &quota) != 1 ||
      !read_line (walk, group, "cpu.cfs_period_us", line) ||
      sscanf (line, "%lf", &period) != 1)
    return 0;
  return whole (quota, period);
}

static void visit_processors (struct walk *walk, const char *group) {
  const unsigned quota = quota_of (walk, group);
  if (quota && (!walk->processors || quota < walk->processors))
    walk->processors = quota;
}

unsigned cgroup_processors (const char *root) {
  struct walk walk = {
      .root = root, .controller = "cpu", .visit = visit_processors};
  walk_all (&walk);
  return walk.processors;
}

/*------------------------------------------------------------------------*/
// Memory.

// The number in a file, or 0; 'max' is none.
static uint64_t number_in (struct walk *walk, const char *group,
                           const char *name) {
  char line[LINE_BYTES];
  uint64_t number = 0;
  if (!read_line (walk, group, name, line) ||
      sscanf (line, "%" SCNu64, &number) != 1)
    return 0;
  return number;
}

// Pages of files that nobody used lately are dropped before anybody is killed.
static uint64_t droppable (struct walk *walk, const char *group) {
  const char *name = walk->version2 ? "inactive_file %" SCNu64
                                    : "total_inactive_file %" SCNu64;
  char line[LINE_BYTES];
  uint64_t bytes = 0;
  FILE *file = open_file (walk, group, "memory.stat");
  while (file && fgets (line, sizeof line, file))
    if (sscanf (line, name, &bytes) == 1)
      break;
  if (file)
    fclose (file);
  return bytes;
}

// Version 1 says "no limit" by a very large number.
static void visit_memory (struct walk *walk, const char *group) {
  const uint64_t unlimited = 1ull << 60;
  const uint64_t limit = number_in (
      walk, group, walk->version2 ? "memory.max" : "memory.limit_in_bytes");
  if (!limit || limit >= unlimited ||
      (walk->memory.limit && walk->memory.limit <= limit))
    return;
  const uint64_t used = number_in (
      walk, group, walk->version2 ? "memory.current" : "memory.usage_in_bytes");
  const uint64_t spare = droppable (walk, group);
  walk->memory.limit = limit;
  walk->memory.used = used > spare ? used - spare : 0;
}

struct cgroup_memory cgroup_memory (const char *root) {
  struct walk walk = {
      .root = root, .controller = "memory", .visit = visit_memory};
  walk_all (&walk);
  return walk.memory;
}
