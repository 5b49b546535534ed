// scratch.c - temporary files with names.
#include "mpi/scratch.h"

#include "base/fatal.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *join (const char *folder, const char *name) {
  const size_t bytes = strlen (folder) + strlen (name) + 2;
  char *path = mem_alloc (bytes);
  snprintf (path, bytes, "%s/%s", folder, name);
  return path;
}

void scratch_init (struct scratch *scratch, const char *parent) {
  char *folder = join (parent, "tutti-XXXXXX");
  if (!mkdtemp (folder))
    fatal ("cannot create a folder in '%s': %s", parent, strerror (errno));
  scratch->proof = join (folder, "proof.lrat");
  scratch->formula = join (folder, "formula.cnf");
  scratch->folder = folder;
}

void scratch_fini (struct scratch *scratch) {
  if (!scratch->folder)
    return;
  unlink (scratch->proof);
  unlink (scratch->formula);
  rmdir (scratch->folder);
  mem_free (scratch->proof);
  mem_free (scratch->formula);
  mem_free (scratch->folder);
  memset (scratch, 0, sizeof *scratch);
}
