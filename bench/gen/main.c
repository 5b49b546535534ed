// main.c - the program tutti-gen: one family, its parameters, one formula.
#include "gen/gen.h"

#include <stdlib.h>

#define FAMILY(NAME, DEFAULTS, HELP) void family_##NAME (struct gen *gen);
#include "gen/families.def"
#undef FAMILY

const struct gen_family gen_families[] = {
#define FAMILY(NAME, DEFAULTS, HELP) {#NAME, DEFAULTS, HELP, family_##NAME},
#include "gen/families.def"
#undef FAMILY
};
const unsigned gen_num_families = sizeof gen_families / sizeof *gen_families;

static void usage (FILE *out) {
  fputs ("usage: tutti-gen FAMILY [key=value ...] [seed=N] [shuffle=1]\n\n"
         "Writes a DIMACS formula to stdout; the comment 'c status' tells "
         "what is known.\n\n",
         out);
  for (unsigned i = 0; i < gen_num_families; i++)
    fprintf (out, "  %-12s %-38s %s\n", gen_families[i].name,
             gen_families[i].defaults, gen_families[i].help);
}

static const struct gen_family *find (const char *name) {
  for (unsigned i = 0; i < gen_num_families; i++)
    if (!strcmp (gen_families[i].name, name))
      return &gen_families[i];
  gen_error ("no family '%s' (see --help)", name);
}

// Splits 'key=value'; true if well formed.
static bool split (const char *arg, size_t size, struct gen_param *param) {
  const char *equal = memchr (arg, '=', size);
  char *end;
  if (!equal || equal == arg || equal - arg >= (int)sizeof param->name)
    return false;
  memcpy (param->name, arg, (size_t)(equal - arg));
  param->name[equal - arg] = 0;
  param->value = strtoll (equal + 1, &end, 10);
  return end == arg + size && end != equal + 1;
}

static void add_default (struct gen *gen, const char *text, size_t size) {
  if (gen->num_params == GEN_MAX_PARAMS ||
      !split (text, size, &gen->params[gen->num_params++]))
    gen_error ("bad default '%s'", text);
}

static void defaults (struct gen *gen, const struct gen_family *family) {
  for (const char *p = family->defaults; *p;) {
    const size_t size = strcspn (p, " ");
    add_default (gen, p, size);
    p += size + (p[size] == ' ');
  }
  add_default (gen, "seed=0", 6);
  add_default (gen, "shuffle=0", 9);
}

static void assign (struct gen *gen, const char *family, const char *arg) {
  struct gen_param given;
  if (!split (arg, strlen (arg), &given))
    gen_error ("expected key=value, found '%s'", arg);
  for (unsigned i = 0; i < gen->num_params; i++)
    if (!strcmp (gen->params[i].name, given.name)) {
      gen->params[i].value = given.value;
      return;
    }
  gen_error ("family '%s' has no parameter '%s'", family, given.name);
}

static void title (const struct gen *gen, const char *family, char *text,
                   size_t size) {
  size_t at = (size_t)snprintf (text, size, "tutti-gen %s", family);
  for (unsigned i = 0; i < gen->num_params && at < size; i++)
    at +=
        (size_t)snprintf (text + at, size - at, " %s=%lld", gen->params[i].name,
                          (long long)gen->params[i].value);
}

int main (int argc, char **argv) {
  if (argc < 2 || !strcmp (argv[1], "--help") || !strcmp (argv[1], "-h")) {
    usage (argc < 2 ? stderr : stdout);
    return argc < 2;
  }
  struct gen gen = {.status = GEN_UNKNOWN};
  const struct gen_family *family = find (argv[1]);
  char text[512];
  defaults (&gen, family);
  for (int i = 2; i < argc; i++)
    assign (&gen, family->name, argv[i]);
  rng_init (&gen.rng, (uint64_t)gen_param (&gen, "seed"));
  family->build (&gen);
  if (gen_param (&gen, "shuffle"))
    gen_shuffle (&gen);
  title (&gen, family->name, text, sizeof text);
  gen_write (&gen, text, stdout);
  vec_fini (&gen.lits);
  if (fflush (stdout) || ferror (stdout))
    gen_error ("cannot write");
  return 0;
}
