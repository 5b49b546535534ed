// topology.c - counts the cores that this process may use.
//
// A full hwloc topology costs milliseconds, as much as a trivial formula takes
// in all.  The kernel's own files say the same about hyperthreads, so hwloc is
// asked only where they cannot be read.
#define _GNU_SOURCE
#include "base/topology.h"

#include "base/cgroup.h"
#include "base/vec.h"

#include <errno.h>
#include <hwloc.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef VEC (bool) cpu_flags; // indexed by the system's processor number

enum { MAX_CPUS = 1 << 16, PATH_BYTES = 4096, LINE_BYTES = 4096 };

static void allow (cpu_flags *cpus, size_t cpu) {
  if (cpu >= cpus->size)
    vec_resize (cpus, cpu + 1);
  cpus->data[cpu] = true;
}

static bool is_allowed (const cpu_flags *cpus, size_t cpu) {
  return cpu < cpus->size && cpus->data[cpu];
}

// Parses a list like '0-3,8'; false if it is none.
static bool parse_list (const char *text, cpu_flags *cpus) {
  for (;;) {
    char *end;
    const unsigned long first = strtoul (text, &end, 10);
    unsigned long last = first;
    if (end == text)
      return false;
    if (*end == '-') {
      text = end + 1;
      last = strtoul (text, &end, 10);
      if (end == text)
        return false;
    }
    if (last < first || last >= MAX_CPUS)
      return false;
    for (unsigned long cpu = first; cpu <= last; cpu++)
      allow (cpus, cpu);
    if (*end != ',')
      return !*end || *end == '\n';
    text = end + 1;
  }
}

static void ask_binding (cpu_flags *cpus) {
  for (size_t n = 1024; n <= MAX_CPUS; n *= 2) {
    cpu_set_t *set = CPU_ALLOC (n);
    const size_t bytes = CPU_ALLOC_SIZE (n);
    const int failed = !set || sched_getaffinity (0, bytes, set);
    for (size_t cpu = 0; !failed && cpu < n; cpu++)
      if (CPU_ISSET_S (cpu, bytes, set))
        allow (cpus, cpu);
    CPU_FREE (set);
    if (!failed || errno != EINVAL) // EINVAL: the kernel's mask is larger
      return;
  }
}

static unsigned count (const cpu_flags *cpus) {
  unsigned res = 0;
  for (size_t cpu = 0; cpu < cpus->size; cpu++)
    res += cpus->data[cpu];
  return res;
}

// Reads the first line of the file ROOT/FOLDER/NAME.
static bool read_line (const char *root, const char *folder,
                       const char *file_name, char *line) {
  char name[PATH_BYTES];
  if (snprintf (name, sizeof name, "%s%s/%s", root, folder, file_name) >=
      (int)sizeof name)
    return false;
  FILE *file = fopen (name, "re");
  if (!file)
    return false;
  const bool res = fgets (line, LINE_BYTES, file) != NULL;
  fclose (file);
  return res;
}

// A core is counted at the first of its hardware threads in the binding.
//
//   returns    1 if counted, 0 if not, -1 if the kernel does not tell
static int leads_core (const char *root, const cpu_flags *cpus, size_t cpu) {
  char path[128], line[LINE_BYTES];
  snprintf (path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology", cpu);
  cpu_flags siblings = {0};
  if (!read_line (root, path, "thread_siblings_list", line) ||
      !parse_list (line, &siblings)) {
    vec_fini (&siblings);
    return -1;
  }
  size_t other = 0;
  while (other < cpu &&
         !(is_allowed (&siblings, other) && is_allowed (cpus, other)))
    other++;
  vec_fini (&siblings);
  return other == cpu;
}

// Counts cores by the kernel's lists; 0 if they are missing.
static unsigned count_cores (const char *root, const cpu_flags *cpus) {
  char line[LINE_BYTES];
  if (read_line (root, "/sys/devices/system/cpu/smt", "active", line) &&
      line[0] == '0')
    return count (cpus); // no hyperthreads: every processor is a core
  unsigned res = 0;
  for (size_t cpu = 0; cpu < cpus->size; cpu++) {
    if (!cpus->data[cpu])
      continue;
    const int leads = leads_core (root, cpus, cpu);
    if (leads < 0)
      return 0;
    res += (unsigned)leads;
  }
  return res;
}

// Counts cores by hwloc, which knows more systems; 0 if it fails.
static unsigned ask_hwloc (const cpu_flags *cpus) {
  hwloc_topology_t machine;
  if (hwloc_topology_init (&machine))
    return 0;
  hwloc_bitmap_t binding = hwloc_bitmap_alloc ();
  for (size_t cpu = 0; cpu < cpus->size; cpu++)
    if (cpus->data[cpu])
      hwloc_bitmap_set (binding, (unsigned)cpu);
  unsigned res = 0;
  hwloc_topology_set_all_types_filter (machine, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_type_filter (machine, HWLOC_OBJ_CORE,
                                  HWLOC_TYPE_FILTER_KEEP_ALL);
  if (!hwloc_topology_load (machine))
    for (hwloc_obj_t core = NULL;
         (core = hwloc_get_next_obj_by_type (machine, HWLOC_OBJ_CORE, core));)
      res += hwloc_bitmap_intersects (core->cpuset, binding);
  hwloc_bitmap_free (binding);
  hwloc_topology_destroy (machine);
  return res;
}

static void name_node (char *node) {
  if (gethostname (node, TOPOLOGY_NAME_BYTES))
    strcpy (node, "unknown");
  node[TOPOLOGY_NAME_BYTES - 1] = 0;
}

static void fill (struct topology *topology, const char *root,
                  const cpu_flags *cpus) {
  topology->cpus = count (cpus);
  if (topology->cpus > 1)
    topology->cores = count_cores (root, cpus);
  if (topology->cpus > 1 && !topology->cores)
    topology->cores = ask_hwloc (cpus);
  if (!topology->cpus)
    topology->cpus = 1;
  if (!topology->cores)
    topology->cores = topology->cpus;
  topology->quota = cgroup_processors (root);
  topology->usable = topology->cores;
  if (topology->quota && topology->quota < topology->usable)
    topology->usable = topology->quota;
  name_node (topology->node);
}

void topology_init_from (struct topology *topology, const char *root,
                         const char *list) {
  cpu_flags cpus = {0};
  parse_list (list, &cpus);
  *topology = (struct topology){0};
  fill (topology, root, &cpus);
  vec_fini (&cpus);
}

static void pretend (struct topology *topology) {
  const char *cores = getenv ("TUTTI_CORES"), *node = getenv ("TUTTI_NODE");
  const int number = cores ? atoi (cores) : 0;
  if (number >= 1 && number < MAX_CPUS)
    topology->cpus = topology->cores = topology->usable = (unsigned)number;
  if (node && *node)
    snprintf (topology->node, sizeof topology->node, "%s", node);
}

void topology_init (struct topology *topology) {
  cpu_flags cpus = {0};
  ask_binding (&cpus);
  *topology = (struct topology){0};
  fill (topology, "", &cpus);
  vec_fini (&cpus);
  pretend (topology);
}
