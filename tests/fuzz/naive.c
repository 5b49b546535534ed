// naive.c - a plain DPLL solver, nothing shared with the real one, that tells
// what small formulas are: tutti-naive [FILE [CONFLICTS]], stdin without a
// file.
//
// Splits on the variable with the most short clauses; no learning.  Gives up
// after so many conflicts.  Prints 's' and 'v' lines; exit status 10, 20 or 0.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct clause {
  int size;
  int *lits; // the first two are watched
};

struct list {
  int size, capacity;
  int *data;
};

static int num_vars, num_clauses, trail_size, propagated;
static struct clause *clauses;
static struct list *watches; // by literal index
static signed char *values;  // by literal index
static int *trail, *controls, *order;
static bool contradiction;
static long max_conflicts = 3000000;

static int idx (int lit) {
  return lit > 0 ? 2 * lit : -2 * lit + 1;
}

static void *grow (void *ptr, size_t bytes) {
  ptr = realloc (ptr, bytes ? bytes : 1);
  if (!ptr)
    abort ();
  return ptr;
}

static void push (struct list *list, int value) {
  if (list->size == list->capacity) {
    list->capacity = list->capacity ? 2 * list->capacity : 4;
    list->data = grow (list->data, (size_t)list->capacity * sizeof (int));
  }
  list->data[list->size++] = value;
}

static bool assign (int lit) {
  if (values[idx (lit)])
    return values[idx (lit)] > 0;
  values[idx (lit)] = 1, values[idx (-lit)] = -1;
  trail[trail_size++] = lit;
  return true;
}

// Finds another watch for a clause whose watch at 'which' became false.
static bool rewatch (int number, int falsified) {
  struct clause *c = &clauses[number];
  if (c->lits[0] == falsified)
    c->lits[0] = c->lits[1], c->lits[1] = falsified;
  for (int k = 2; k < c->size; k++)
    if (values[idx (c->lits[k])] >= 0) {
      c->lits[1] = c->lits[k], c->lits[k] = falsified;
      push (&watches[idx (c->lits[1])], number);
      return true;
    }
  return false;
}

static bool propagate (void) {
  while (propagated < trail_size) {
    const int falsified = -trail[propagated++];
    struct list *list = &watches[idx (falsified)];
    int kept = 0;
    bool fine = true;
    for (int i = 0; i < list->size; i++) {
      const int number = list->data[i];
      if (fine && rewatch (number, falsified))
        continue;
      list->data[kept++] = number;
      fine = fine && assign (clauses[number].lits[0]);
    }
    list->size = kept;
    if (!fine)
      return false;
  }
  return true;
}

static void undo (int size) {
  while (trail_size > size) {
    const int lit = trail[--trail_size];
    values[idx (lit)] = values[idx (-lit)] = 0;
  }
  propagated = size;
}

static int next_decision (void) {
  for (int i = 0; i < num_vars; i++)
    if (!values[idx (order[i])])
      return order[i];
  return 0;
}

// 10, 20, or 0 when it takes too long.
static int solve (void) {
  int level = 0;
  long conflicts = 0;
  for (;;) {
    if (propagate ()) {
      const int lit = next_decision ();
      if (!lit)
        return 10;
      controls[level++] = trail_size;
      assign (lit);
      continue;
    }
    if (++conflicts > max_conflicts)
      return 0;
    if (!level)
      return 20;
    const int start = controls[--level], flipped = -trail[start];
    undo (start); // the other branch needs no mark: this one is refuted
    assign (flipped);
  }
}

// Drops repeated literals; true for a tautology.
static bool normalize (int *lits, int *size) {
  int kept = 0;
  for (int i = 0; i < *size; i++) {
    bool seen = false;
    for (int j = 0; j < kept; j++) {
      if (lits[j] == -lits[i])
        return true;
      seen |= lits[j] == lits[i];
    }
    if (!seen)
      lits[kept++] = lits[i];
  }
  *size = kept;
  return false;
}

static void add_clause (const int *given, int size) {
  int *lits = grow (NULL, (size_t)size * sizeof *lits);
  memcpy (lits, given, (size_t)size * sizeof *lits);
  if (normalize (lits, &size)) {
    free (lits);
    return;
  }
  clauses = grow (clauses, (size_t)(num_clauses + 1) * sizeof *clauses);
  clauses[num_clauses++] = (struct clause){size, lits};
}

static int read_word (FILE *file, char *word) {
  int ch;
  while (fscanf (file, "%63s", word) == 1) {
    if (word[0] != 'c')
      return 1;
    while ((ch = getc (file)) != '\n' && ch != EOF)
      ;
  }
  return 0;
}

static void parse (FILE *file) {
  char word[64];
  struct list lits = {0, 0, NULL};
  while (read_word (file, word)) {
    if (!strcmp (word, "p")) {
      if (fscanf (file, " cnf %d %*d", &num_vars) != 1)
        exit (1);
      continue;
    }
    const int lit = atoi (word);
    if (abs (lit) > num_vars)
      num_vars = abs (lit);
    if (lit)
      push (&lits, lit);
    else
      add_clause (lits.data, lits.size), lits.size = 0;
  }
  free (lits.data);
}

static double *scores;

static int by_score (const void *a, const void *b) {
  const int x = *(const int *)a, y = *(const int *)b;
  const double s = scores[abs (x)], t = scores[abs (y)];
  return s < t ? 1 : s > t ? -1 : abs (x) - abs (y);
}

static void allocate (void) {
  const size_t n = (size_t)num_vars + 1;
  watches = calloc (2 * n, sizeof *watches);
  values = calloc (2 * n, sizeof *values);
  scores = calloc (n, sizeof *scores);
  trail = calloc (n, sizeof *trail);
  controls = calloc (n, sizeof *controls);
  order = calloc (n, sizeof *order);
  if (!watches || !values || !scores || !trail || !controls || !order)
    abort ();
}

static void connect (void) {
  for (int i = 0; i < num_clauses; i++) {
    const struct clause *c = &clauses[i];
    for (int k = 0; k < c->size; k++)
      scores[abs (c->lits[k])] += 1.0 / (1 << (c->size < 30 ? c->size : 30));
    if (c->size > 1) {
      push (&watches[idx (c->lits[0])], i);
      push (&watches[idx (c->lits[1])], i);
    } else if (!c->size || !assign (c->lits[0]))
      contradiction = true;
  }
  for (int v = 1; v <= num_vars; v++)
    order[v - 1] = v;
  qsort (order, (size_t)num_vars, sizeof *order, by_score);
}

static void print_model (void) {
  printf ("s SATISFIABLE\n");
  for (int v = 1; v <= num_vars; v++)
    printf ("%s%d%s", v % 12 == 1 ? "v " : " ", values[idx (v)] > 0 ? v : -v,
            v % 12 ? "" : "\n");
  printf ("%sv 0\n", num_vars % 12 ? "\n" : "");
}

int main (int argc, char **argv) {
  FILE *file = argc > 1 ? fopen (argv[1], "r") : stdin;
  if (!file) {
    perror (argv[1]);
    return 1;
  }
  if (argc > 2)
    max_conflicts = atol (argv[2]);
  parse (file);
  allocate ();
  connect ();
  const int status = contradiction ? 20 : solve ();
  if (status == 10)
    print_model ();
  else
    printf (status ? "s UNSATISFIABLE\n" : "s UNKNOWN\n");
  return status;
}
