// puzzles.c - puzzles, tours and plans, most of them around a hidden solution.
// Source   [AchlioptasGomesKautzSelman-AAAI'00] holes in quasigroups,
//          [Schwenk-MM'91] which boards have a closed knight's tour
#include "gen/gen.h"

#include <stdlib.h>

static int value_var (int first, int n, int cell, int value) {
  return first + cell * n + value;
}

// Cells given by index; each value exactly once among them.
static void all_different (struct gen *gen, int first, int n,
                           const int *cells) {
  int *lits = mem_alloc ((size_t)n * sizeof *lits);
  for (int v = 0; v < n; v++) {
    for (int i = 0; i < n; i++)
      lits[i] = value_var (first, n, cells[i], v);
    gen_exactly_one (gen, n, lits);
  }
  mem_free (lits);
}

static void latin_rules (struct gen *gen, int first, int n) {
  int *cells = mem_alloc ((size_t)n * sizeof *cells);
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++)
      cells[j] = i * n + j;
    all_different (gen, first, n, cells);
    for (int j = 0; j < n; j++)
      cells[j] = j * n + i;
    all_different (gen, first, n, cells);
  }
  for (int c = 0; c < n * n; c++) {
    for (int v = 0; v < n; v++)
      cells[v] = value_var (first, n, c, v);
    gen_exactly_one (gen, n, cells);
  }
  mem_free (cells);
}

// Fixes all but 'holes' per cent of the cells to the hidden solution.
static void clues (struct gen *gen, int first, int n, int holes,
                   const int *solution) {
  const int total = n * n;
  int *order = mem_alloc ((size_t)total * sizeof *order);
  for (int i = 0; i < total; i++)
    order[i] = i;
  gen_permute (gen, order, total);
  for (int i = total * holes / 100; i < total; i++)
    gen_unit (gen, value_var (first, n, order[i], solution[order[i]]));
  mem_free (order);
}

// Rows shuffled within bands of 'band', and the bands among themselves.
static void banded (struct gen *gen, int n, int band, int *perm) {
  int bands[64], inside[64];
  for (int i = 0; i < n / band; i++)
    bands[i] = i;
  gen_permute (gen, bands, n / band);
  for (int i = 0; i < n / band; i++) {
    for (int j = 0; j < band; j++)
      inside[j] = j;
    gen_permute (gen, inside, band);
    for (int j = 0; j < band; j++)
      perm[i * band + j] = bands[i] * band + inside[j];
  }
}

void family_sudoku (struct gen *gen) {
  const int box = gen_int (gen, "box", 1, 8), n = box * box;
  const int holes = gen_int (gen, "holes", 0, 100);
  const int first = gen_vars (gen, n * n * n);
  int rows[64], cols[64], values[64], cells[64];
  int *solution = mem_alloc ((size_t)(n * n) * sizeof *solution);
  latin_rules (gen, first, n);
  for (int b = 0; b < n; b++) {
    for (int i = 0; i < n; i++)
      cells[i] = (b / box * box + i / box) * n + b % box * box + i % box;
    all_different (gen, first, n, cells);
  }
  banded (gen, n, box, rows);
  banded (gen, n, box, cols);
  banded (gen, n, n, values);
  for (int i = 0; i < n * n; i++) {
    const int r = rows[i / n], c = cols[i % n];
    solution[i] = values[(r % box * box + r / box + c) % n];
  }
  clues (gen, first, n, holes, solution);
  mem_free (solution);
  gen->status = GEN_SAT;
}

void family_quasigroup (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 63);
  const int holes = gen_int (gen, "holes", 0, 100);
  const int first = gen_vars (gen, n * n * n);
  int rows[64], cols[64], values[64];
  int *solution = mem_alloc ((size_t)(n * n) * sizeof *solution);
  latin_rules (gen, first, n);
  banded (gen, n, n, rows);
  banded (gen, n, n, cols);
  banded (gen, n, n, values);
  for (int i = 0; i < n * n; i++)
    solution[i] = values[(rows[i / n] + cols[i % n]) % n];
  clues (gen, first, n, holes, solution);
  mem_free (solution);
  gen->status = GEN_SAT;
}

void family_colour (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 100000), k = gen_int (gen, "k", 2, 50);
  const int degree = gen_int (gen, "degree", 0, 1000);
  const bool planted = gen_int (gen, "planted", 0, 1);
  const int first = gen_vars (gen, n * k);
  const int64_t edges = (int64_t)n * degree / 20;
  int lits[50];
  for (int v = 0; v < n; v++) {
    for (int c = 0; c < k; c++)
      lits[c] = value_var (first, k, v, c);
    gen_exactly_one (gen, k, lits);
  }
  for (int64_t i = 0; i < edges;) {
    const int v = gen_random (gen, n), w = gen_random (gen, n);
    if (v == w || (planted && v % k == w % k))
      continue;
    i++;
    for (int c = 0; c < k; c++)
      gen_binary (gen, -value_var (first, k, v, c),
                  -value_var (first, k, w, c));
  }
  if (planted)
    gen->status = GEN_SAT;
}

struct board {
  int w, h, n;
  bool knight;
};

static bool adjacent (const struct board *board, int a, int b) {
  const int dr = abs (a / board->w - b / board->w);
  const int dc = abs (a % board->w - b % board->w);
  return board->knight ? dr * dc == 2 : dr + dc == 1;
}

static bool has_cycle (const struct board *board) {
  const int low = board->w < board->h ? board->w : board->h;
  const int high = board->w + board->h - low;
  if (board->n % 2)
    return false;
  if (!board->knight)
    return low >= 2 && board->n > 2;
  if (low == 3)
    return high != 4 && high != 6 && high != 8;
  return low != 1 && low != 2 && low != 4;
}

// step[a*n+b]: the tour goes from a to b; at[a*n+t]: a is reached at time t.
void family_hamilton (struct gen *gen) {
  struct board board = {gen_int (gen, "w", 1, 20), gen_int (gen, "h", 1, 20), 0,
                        gen_int (gen, "knight", 0, 1)};
  const int n = board.n = board.w * board.h;
  const int at = gen_vars (gen, n * n);
  int *step = mem_calloc ((size_t)(n * n), sizeof *step);
  int *lits = mem_alloc ((size_t)n * sizeof *lits);
  for (int i = 0; i < n * n; i++)
    if (adjacent (&board, i / n, i % n))
      step[i] = gen_var (gen);
  for (int a = 0; a < n; a++)
    for (int in = 0; in < 2; in++) {
      int count = 0;
      for (int b = 0; b < n; b++)
        if (step[in ? b * n + a : a * n + b])
          lits[count++] = step[in ? b * n + a : a * n + b];
      gen_exactly_one (gen, count, lits);
    }
  gen_unit (gen, at);
  for (int a = 0; a < n; a++) {
    for (int t = 0; t < n; t++)
      lits[t] = at + a * n + t;
    gen_exactly_one (gen, n, lits);
    for (int b = 1; b < n; b++)
      for (int t = 0; step[a * n + b] && t + 1 < n; t++)
        gen_ternary (gen, -step[a * n + b], -(at + a * n + t),
                     at + b * n + t + 1);
    for (int t = 0; step[a * n] && t + 1 < n; t++) // home only at the end
      gen_binary (gen, -step[a * n], -(at + a * n + t));
  }
  mem_free (step), mem_free (lits);
  gen->status = has_cycle (&board) ? GEN_SAT : GEN_UNSAT;
}

void family_cover (struct gen *gen) {
  const int n = gen_int (gen, "n", 3, 100000);
  const int sets = gen_int (gen, "sets", 1, 1000000);
  const bool planted = gen_int (gen, "planted", 0, 1);
  VEC (int) *in = mem_calloc ((size_t)n, sizeof *in);
  int *order = mem_alloc ((size_t)n * sizeof *order);
  for (int i = 0; i < n; i++)
    order[i] = i;
  gen_permute (gen, order, n);
  for (int s = 0; s < sets; s++) {
    const int lit = gen_var (gen);
    int three[3];
    for (int i = 0; i < 3; i++)
      three[i] =
          planted && 3 * s + i < n ? order[3 * s + i] : gen_random (gen, n);
    if (three[0] == three[1] || three[0] == three[2] || three[1] == three[2])
      gen_unit (gen, -lit);
    else
      for (int i = 0; i < 3; i++)
        vec_push (&in[three[i]], lit);
  }
  for (int i = 0; i < n; i++) {
    gen_exactly_one (gen, (int)in[i].size, in[i].data);
    vec_fini (&in[i]);
  }
  mem_free (in), mem_free (order);
  if (n % 3)
    gen->status = GEN_UNSAT;
  else if (planted && 3 * sets >= n)
    gen->status = GEN_SAT;
}

#define MAX_OPS 400

struct shop {
  int jobs, machines, ops;
  int machine[MAX_OPS], length[MAX_OPS]; // op = job * machines + position
};

// Random dispatch: the length of one feasible plan.
static int dispatch (struct gen *gen, const struct shop *shop) {
  int next[MAX_OPS] = {0}, job_free[MAX_OPS] = {0}, busy[MAX_OPS] = {0};
  int makespan = 0;
  for (int i = 0; i < shop->ops; i++) {
    int job;
    do
      job = gen_random (gen, shop->jobs);
    while (next[job] == shop->machines);
    const int op = job * shop->machines + next[job]++;
    const int m = shop->machine[op];
    const int start = job_free[job] > busy[m] ? job_free[job] : busy[m];
    job_free[job] = busy[m] = start + shop->length[op];
    if (makespan < busy[m])
      makespan = busy[m];
  }
  return makespan;
}

static int best_dispatch (struct gen *gen, const struct shop *shop) {
  int best = dispatch (gen, shop);
  for (int i = 0; i < 200; i++) {
    const int other = dispatch (gen, shop);
    best = other < best ? other : best;
  }
  return best;
}

static int largest_load (const struct shop *shop) {
  int load[MAX_OPS] = {0}, largest = 0;
  for (int op = 0; op < shop->ops; op++) {
    const int now = load[shop->machine[op]] += shop->length[op];
    largest = now > largest ? now : largest;
  }
  return largest;
}

// cond -> a's end <= b's start; order encoding: by[op*span+t] is start <= t.
static void precede (struct gen *gen, const struct shop *shop, int by, int span,
                     int cond, int a, int b) {
  const int length = shop->length[a];
  for (int t = 0; t < span; t++) { // b started by t: a started by t - length
    if (cond)
      gen_lit (gen, -cond);
    gen_lit (gen, -(by + b * span + t));
    if (t >= length)
      gen_lit (gen, by + a * span + t - length);
    gen_end (gen);
  }
}

static void shop_rules (struct gen *gen, const struct shop *shop, int span) {
  const int by = gen_vars (gen, shop->ops * span);
  for (int op = 0; op < shop->ops; op++) {
    for (int t = 0; t + 1 < span; t++)
      gen_binary (gen, -(by + op * span + t), by + op * span + t + 1);
    if (span < shop->length[op])
      gen_end (gen);
    else
      gen_unit (gen, by + op * span + span - shop->length[op]);
  }
  for (int a = 0; a < shop->ops; a++)
    for (int b = a + 1; b < shop->ops; b++)
      if (a / shop->machines == b / shop->machines) {
        if (b == a + 1)
          precede (gen, shop, by, span, 0, a, b);
      } else if (shop->machine[a] == shop->machine[b]) {
        const int first = gen_var (gen);
        precede (gen, shop, by, span, first, a, b);
        precede (gen, shop, by, span, -first, b, a);
      }
}

void family_schedule (struct gen *gen) {
  struct shop shop = {.jobs = gen_int (gen, "jobs", 1, 20),
                      .machines = gen_int (gen, "machines", 1, 20)};
  const int slack = gen_int (gen, "slack", -1000, 1000);
  const bool planted = gen_int (gen, "planted", 0, 1);
  int order[20];
  shop.ops = shop.jobs * shop.machines;
  for (int i = 0; i < shop.machines; i++)
    order[i] = i;
  for (int op = 0; op < shop.ops; op++) {
    if (op % shop.machines == 0)
      gen_permute (gen, order, shop.machines);
    shop.machine[op] = order[op % shop.machines];
    shop.length[op] = 1 + gen_random (gen, 9);
  }
  const int load = largest_load (&shop), best = best_dispatch (gen, &shop);
  int span = planted ? best + slack : load - 1 + slack;
  span = span < 1 ? 1 : span;
  shop_rules (gen, &shop, span);
  if (span < load)
    gen->status = GEN_UNSAT;
  else if (span >= best)
    gen->status = GEN_SAT;
}

static int alive (int n, const int *state, int row, int col) {
  return row < 0 || col < 0 || row >= n || col >= n ? 0 : state[row * n + col];
}

static int neighbours (int n, const int *state, int row, int col, int *near) {
  int count = 0;
  for (int r = row - 1; r <= row + 1; r++)
    for (int c = col - 1; c <= col + 1; c++)
      if ((r != row || c != col) && alive (n, state, r, c))
        near[count++] = alive (n, state, r, c);
  return count;
}

// next <-> two or three neighbours, and three unless 'cell' lives already.
static void life_rule (struct gen *gen, int count, const int *near, int cell,
                       bool next) {
  int more[8]; // more[i]: more than i neighbours live
  gen_totalizer (gen, count, near, more);
  const int four = count > 3 ? more[3] : 0;
  if (next) {
    gen_unit (gen, more[1]);
    gen_binary (gen, cell, more[2]);
    if (four)
      gen_unit (gen, -four);
    return;
  }
  for (int with_cell = 0; with_cell < 2; with_cell++) {
    gen_lit (gen, with_cell ? -cell : -more[2]);
    if (with_cell)
      gen_lit (gen, -more[1]);
    if (four)
      gen_lit (gen, four);
    gen_end (gen);
  }
}

void family_life (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 200);
  const int fill = gen_int (gen, "fill", 0, 100);
  int *vars = mem_alloc ((size_t)(n * n) * sizeof *vars);
  int *hidden = mem_alloc ((size_t)(n * n) * sizeof *hidden);
  for (int i = 0; i < n * n; i++) {
    vars[i] = gen_var (gen);
    hidden[i] = gen_random (gen, 100) < fill;
  }
  for (int i = 0; i < n * n; i++) {
    int near[8], was[8];
    const int count = neighbours (n, vars, i / n, i % n, near);
    const int live = neighbours (n, hidden, i / n, i % n, was);
    life_rule (gen, count, near, vars[i],
               live == 3 || (live == 2 && hidden[i]));
  }
  mem_free (vars), mem_free (hidden);
  gen->status = GEN_SAT;
}
