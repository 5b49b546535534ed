// Cores and limits on small recorded machines, and on this one.
#define _GNU_SOURCE
#include "suite.h"

#include "base/topology.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[] = "/tmp/tutti-test-topology-XXXXXX";

static void shell (const char *fmt, const char *a, const char *b) {
  char command[1024] = "cd ", rest[900];
  snprintf (rest, sizeof rest, fmt, a, b);
  strcat (strcat (strcat (command, root), " && "), rest);
  ck_assert_int_eq (system (command), 0);
}

static void put (const char *path, const char *line) {
  shell ("mkdir -p $(dirname %s)", path, NULL);
  shell ("echo '%2$s' > %1$s", path, line);
}

// Two threads a core: processors i and i + 4 share core i.
static void record_smt (void) {
  char path[128], line[32];
  put ("sys/devices/system/cpu/smt/active", "1");
  for (int cpu = 0; cpu < 8; cpu++) {
    snprintf (path, sizeof path,
              "sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
              cpu);
    snprintf (line, sizeof line, "%d,%d", cpu % 4, cpu % 4 + 4);
    put (path, line);
  }
}

static void setup (void) {
  ck_assert_int_eq (system (NULL) != 0, 1);
  shell ("rm -rf proc sys", NULL, NULL);
}

static struct topology see (const char *cpus) {
  struct topology topology;
  topology_init_from (&topology, root, cpus);
  return topology;
}

START_TEST (hyperthreads) {
  record_smt ();
  ck_assert_uint_eq (see ("0-7").cpus, 8);
  ck_assert_uint_eq (see ("0-7").cores, 4);
  ck_assert_uint_eq (see ("0-3").cores, 4);
  ck_assert_uint_eq (see ("4-7").cores, 4); // second threads only
  ck_assert_uint_eq (see ("1,5").cores, 1);
  ck_assert_uint_eq (see ("0,1,5,6").cores, 3);
  ck_assert_uint_eq (see ("2").usable, 1);
  put ("sys/devices/system/cpu/smt/active", "0");
  ck_assert_uint_eq (see ("0-7").cores, 8);
}
END_TEST

START_TEST (limits_of_version_2) {
  put ("sys/devices/system/cpu/smt/active", "0");
  put ("proc/self/cgroup", "0::/a/b");
  put ("sys/fs/cgroup/a/b/cpu.max", "max 100000");
  ck_assert_uint_eq (see ("0-7").quota, 0);
  ck_assert_uint_eq (see ("0-7").usable, 8);
  put ("sys/fs/cgroup/a/cpu.max", "250000 100000"); // an outer group
  ck_assert_uint_eq (see ("0-7").quota, 3);
  ck_assert_uint_eq (see ("0-7").usable, 3);
  ck_assert_uint_eq (see ("0-1").usable, 2);
  put ("sys/fs/cgroup/a/b/cpu.max", "1000 100000");
  ck_assert_uint_eq (see ("0-7").usable, 1);
}
END_TEST

START_TEST (limits_of_version_1) {
  put ("sys/devices/system/cpu/smt/active", "0");
  put ("proc/self/cgroup", "4:memory:/x\n3:cpuset:/y\n2:cpuacct,cpu:/job");
  put ("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1");
  put ("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000");
  ck_assert_uint_eq (see ("0-7").usable, 8);
  put ("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "400000");
  ck_assert_uint_eq (see ("0-7").usable, 4);
  put ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000"); // the root
  put ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  ck_assert_uint_eq (see ("0-7").usable, 2);
}
END_TEST

// Without the kernel's lists hwloc answers for this machine.
START_TEST (without_lists) {
  const struct topology topology = see ("0-1");
  ck_assert_uint_eq (topology.cpus, 2);
  ck_assert_uint_ge (topology.cores, 1);
  ck_assert_uint_le (topology.cores, 2);
}
END_TEST

START_TEST (nonsense) {
  ck_assert_uint_eq (see ("").usable, 1);
  ck_assert_uint_eq (see ("x").usable, 1);
  put ("sys/devices/system/cpu/smt/active", "0");
  put ("proc/self/cgroup", "nothing");
  ck_assert_uint_eq (see ("0-3").usable, 4);
  put ("proc/self/cgroup", "0::/../../../..");
  put ("sys/fs/cgroup/cpu.max", "0 0");
  ck_assert_uint_eq (see ("0-3").usable, 4);
}
END_TEST

START_TEST (this_machine) {
  struct topology topology;
  char name[256];
  unsetenv ("TUTTI_CORES");
  unsetenv ("TUTTI_NODE");
  topology_init (&topology);
  ck_assert_uint_ge (topology.usable, 1);
  ck_assert_uint_le (topology.usable, topology.cores);
  ck_assert_uint_le (topology.cores, topology.cpus);
  ck_assert_uint_le (topology.cpus, (unsigned)sysconf (_SC_NPROCESSORS_CONF));
  gethostname (name, sizeof name);
  ck_assert_str_eq (topology.node, name);
  setenv ("TUTTI_CORES", "17", 1);
  setenv ("TUTTI_NODE", "n3", 1);
  topology_init (&topology);
  ck_assert_uint_eq (topology.usable, 17);
  ck_assert_str_eq (topology.node, "n3");
}
END_TEST

int main (void) {
  if (!mkdtemp (root))
    return 1;
  Suite *suite = suite_create ("base topology");
  TCase *tcase = tcase_create ("topology");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, hyperthreads);
  tcase_add_test (tcase, limits_of_version_2);
  tcase_add_test (tcase, limits_of_version_1);
  tcase_add_test (tcase, without_lists);
  tcase_add_test (tcase, nonsense);
  tcase_add_test (tcase, this_machine);
  suite_add_tcase (suite, tcase);
  const int failed = suite_run (suite);
  char command[300];
  snprintf (command, sizeof command, "rm -rf %s", root);
  return system (command) || failed;
}
