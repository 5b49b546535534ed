// combinatorial.c - principles whose status follows from a theorem.
// Idea     counting, Ramsey-like and parity arguments that resolution finds
//          hard
// Source   [Haken-TCS'85] pigeons, [Urquhart-JACM'87] odd charges,
//          [MiksaNordstrom-SAT'14] subset cardinality,
//          [Radziszowski-EJC'21] Ramsey numbers, [ChewHeule-SAT'20] parities
#include "gen/gen.h"

static void set_status (struct gen *gen, bool sat) {
  gen->status = sat ? GEN_SAT : GEN_UNSAT;
}

static void some_of (struct gen *gen, int n, const int *lits, bool counter) {
  if (counter)
    gen_at_most (gen, n, lits, 1);
  else
    gen_pairwise (gen, n, lits);
}

void family_pigeon (struct gen *gen) {
  const int holes = gen_int (gen, "holes", 1, 500);
  const int pigeons = gen_int (gen, "pigeons", 1, 500);
  const bool counter = gen_int (gen, "counter", 0, 1);
  const int x = gen_vars (gen, holes * pigeons);
  int lits[500];
  for (int p = 0; p < pigeons; p++) {
    for (int h = 0; h < holes; h++)
      lits[h] = x + p * holes + h;
    gen_clause (gen, holes, lits);
  }
  for (int h = 0; h < holes; h++) {
    for (int p = 0; p < pigeons; p++)
      lits[p] = x + p * holes + h;
    some_of (gen, pigeons, lits, counter);
  }
  set_status (gen, pigeons <= holes);
}

// One of 'rows' x 'cols' variables from 'first', row by row.
static int cell (int first, int cols, int row, int col) {
  return first + row * cols + col;
}

static void row_exactly_one (struct gen *gen, int first, int cols, int row) {
  int lits[1000];
  for (int i = 0; i < cols; i++)
    lits[i] = cell (first, cols, row, i);
  gen_exactly_one (gen, cols, lits);
}

static int edge (int first, int i, int j) { // 0 <= i, j; i != j
  const int low = i < j ? i : j, high = i < j ? j : i;
  return first + high * (high - 1) / 2 + low;
}

void family_cliquecol (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 200), k = gen_int (gen, "k", 1, n);
  const int c = gen_int (gen, "c", 1, n);
  const int e = gen_vars (gen, n * (n - 1) / 2);
  const int q = gen_vars (gen, k * n), r = gen_vars (gen, n * c);
  for (int i = 0; i < k; i++) // member i of the clique is one node
    row_exactly_one (gen, q, n, i);
  for (int i = 0; i < k; i++)
    for (int j = i + 1; j < k; j++)
      for (int v = 0; v < n; v++)
        gen_binary (gen, -cell (q, n, i, v), -cell (q, n, j, v));
  for (int i = 0; i < k; i++)
    for (int j = 0; j < k; j++)
      for (int v = 0; i != j && v < n; v++)
        for (int w = v + 1; w < n; w++)
          gen_ternary (gen, -cell (q, n, i, v), -cell (q, n, j, w),
                       edge (e, v, w));
  for (int v = 0; v < n; v++)
    row_exactly_one (gen, r, c, v);
  for (int v = 0; v < n; v++)
    for (int w = v + 1; w < n; w++)
      for (int i = 0; i < c; i++)
        gen_ternary (gen, -edge (e, v, w), -cell (r, c, v, i),
                     -cell (r, c, w, i));
  set_status (gen, k <= c);
}

// All subsets of size k of 0..n-1 in lexicographic order.
static bool next_subset (int n, int k, int *set) {
  int i = k - 1;
  while (i >= 0 && set[i] == n - k + i)
    i--;
  if (i < 0)
    return false;
  for (int value = set[i] + 1; i < k; i++)
    set[i] = value++;
  return true;
}

static void no_clique (struct gen *gen, int first, int n, int k, int sign) {
  int set[16];
  for (int i = 0; i < k; i++)
    set[i] = i;
  do {
    for (int i = 0; i < k; i++)
      for (int j = i + 1; j < k; j++)
        gen_lit (gen, sign * edge (first, set[i], set[j]));
    gen_end (gen);
  } while (next_subset (n, k, set));
}

static int ramsey_number (int r, int s) { // 0 if not known
  static const int with3[] = {0, 0, 3, 6, 9, 14, 18, 23, 28, 36};
  if (r > s)
    return ramsey_number (s, r);
  if (r <= 2)
    return r == 2 ? s : 1;
  if (r == 3)
    return s <= 9 ? with3[s] : 0;
  return r == 4 && s <= 5 ? (s == 4 ? 18 : 25) : 0;
}

void family_ramsey (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 60);
  const int r = gen_int (gen, "r", 2, 15), s = gen_int (gen, "s", 2, 15);
  const int first = gen_vars (gen, n * (n - 1) / 2);
  if (r <= n)
    no_clique (gen, first, n, r, -1);
  if (s <= n)
    no_clique (gen, first, n, s, 1);
  const int known = ramsey_number (r, s);
  if (known)
    set_status (gen, n < known);
}

static void no_progression (struct gen *gen, int first, int n, int k,
                            int sign) {
  for (int d = 1; d * (k - 1) < n; d++)
    for (int i = 0; i + d * (k - 1) < n; i++) {
      for (int j = 0; j < k; j++)
        gen_lit (gen, sign * (first + i + j * d));
      gen_end (gen);
    }
}

static int vdw_number (int k, int l) { // 0 if not in the table
  static const int with3[] = {0,  0,  0,  9,   18,  22,  32,  46,
                              58, 77, 97, 114, 135, 160, 186, 218};
  static const int with4[] = {35, 55, 73, 109};
  if (k > l)
    return vdw_number (l, k);
  if (k == 3)
    return l <= 15 ? with3[l] : 0;
  if (k == 4)
    return l <= 7 ? with4[l - 4] : 0;
  return k == 5 && l == 5 ? 178 : 0;
}

void family_vdw (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 1000);
  const int k = gen_int (gen, "k", 3, 20), l = gen_int (gen, "l", 3, 20);
  const int first = gen_vars (gen, n);
  no_progression (gen, first, n, k, -1);
  no_progression (gen, first, n, l, 1);
  const int known = vdw_number (k, l);
  if (known)
    set_status (gen, n < known);
}

void family_schur (struct gen *gen) {
  static const int largest[] = {0, 1, 4, 13, 44, 160};
  const int n = gen_int (gen, "n", 1, 500), k = gen_int (gen, "k", 1, 5);
  const int first = gen_vars (gen, n * k);
  for (int i = 0; i < n; i++)
    row_exactly_one (gen, first, k, i);
  for (int a = 1; a <= n; a++)
    for (int b = a; a + b <= n; b++)
      for (int c = 0; c < k; c++) {
        gen_lit (gen, -cell (first, k, a - 1, c));
        if (a != b)
          gen_lit (gen, -cell (first, k, b - 1, c));
        gen_lit (gen, -cell (first, k, a + b - 1, c));
        gen_end (gen);
      }
  set_status (gen, n <= largest[k]);
}

void family_langford (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 100), size = 2 * n;
  VEC (int) *at = mem_calloc ((size_t)size, sizeof *at);
  int lits[200];
  for (int k = 1; k <= n; k++) { // two copies of k enclose k others
    int count = 0;
    for (int i = 0; i + k + 1 < size; i++) {
      const int lit = gen_var (gen);
      lits[count++] = lit;
      vec_push (&at[i], lit);
      vec_push (&at[i + k + 1], lit);
    }
    gen_exactly_one (gen, count, lits);
  }
  for (int i = 0; i < size; i++) {
    gen_at_most_one (gen, (int)at[i].size, at[i].data);
    vec_fini (&at[i]);
  }
  mem_free (at);
  set_status (gen, n % 4 == 0 || n % 4 == 3);
}

struct golf {
  int groups, size, players, x;
};

static int golf_var (const struct golf *golf, int week, int player, int group) {
  return golf->x + (week * golf->players + player) * golf->groups + group;
}

static void golf_week (struct gen *gen, const struct golf *golf, int week) {
  int lits[400];
  for (int p = 0; p < golf->players; p++)
    row_exactly_one (gen, golf_var (golf, week, 0, 0), golf->groups, p);
  for (int g = 0; g < golf->groups; g++) {
    for (int p = 0; p < golf->players; p++)
      lits[p] = golf_var (golf, week, p, g);
    gen_at_most (gen, golf->players, lits, golf->size);
  }
}

static void golf_pair (struct gen *gen, const struct golf *golf, int weeks,
                       int p, int q) {
  int met[60];
  for (int w = 0; w < weeks; w++) {
    met[w] = gen_var (gen);
    for (int g = 0; g < golf->groups; g++)
      gen_ternary (gen, -golf_var (golf, w, p, g), -golf_var (golf, w, q, g),
                   met[w]);
  }
  gen_at_most_one (gen, weeks, met);
}

void family_golfer (struct gen *gen) {
  const int groups = gen_int (gen, "groups", 1, 20);
  const int size = gen_int (gen, "size", 2, 20);
  const int weeks = gen_int (gen, "weeks", 1, 60), players = groups * size;
  const struct golf golf = {groups, size, players,
                            gen_vars (gen, weeks * players * groups)};
  for (int w = 0; w < weeks; w++)
    golf_week (gen, &golf, w);
  for (int p = 0; p < players; p++) {
    gen_unit (gen, golf_var (&golf, 0, p, p / size)); // names are arbitrary
    for (int q = p + 1; q < players; q++)
      golf_pair (gen, &golf, weeks, p, q);
  }
  if (weeks * (size - 1) > players - 1)
    gen->status = GEN_UNSAT;
  else if (weeks == 1)
    gen->status = GEN_SAT;
}

static void latin_square (struct gen *gen, int n, int first) {
  int lits[40];
  for (int kind = 0; kind < 3; kind++)
    for (int a = 0; a < n; a++)
      for (int b = 0; b < n; b++) {
        for (int c = 0; c < n; c++)
          lits[c] = first + (kind == 0   ? (a * n + b) * n + c
                             : kind == 1 ? (a * n + c) * n + b
                                         : (c * n + a) * n + b);
        gen_exactly_one (gen, n, lits);
      }
}

void family_mols (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 12), square = n * n;
  const int x = gen_vars (gen, n * square), y = gen_vars (gen, n * square);
  const int both = gen_vars (gen, square * square);
  latin_square (gen, n, x);
  latin_square (gen, n, y);
  for (int i = 0; i < n; i++) { // first rows in order
    gen_unit (gen, x + i * n + i);
    gen_unit (gen, y + i * n + i);
  }
  for (int k = 0; k < square; k++) { // each pair of symbols somewhere
    for (int c = 0; c < square; c++)
      gen_lit (gen, both + k * square + c);
    gen_end (gen);
    for (int c = 0; c < square; c++) {
      gen_binary (gen, -(both + k * square + c), x + c * n + k / n);
      gen_binary (gen, -(both + k * square + c), y + c * n + k % n);
    }
  }
  set_status (gen, n != 2 && n != 6);
}

// Collects a diagonal; dir is +1 or -1; a torus wraps around.
static void queens_diagonal (struct gen *gen, int first, int n, int start,
                             int dir, bool torus) {
  int lits[300], count = 0;
  for (int row = 0; row < n; row++) {
    const int col = start + dir * row;
    if (torus)
      lits[count++] = cell (first, n, row, ((col % n) + n) % n);
    else if (col >= 0 && col < n)
      lits[count++] = cell (first, n, row, col);
  }
  gen_at_most_one (gen, count, lits);
}

void family_queens (struct gen *gen) {
  const int n = gen_int (gen, "n", 1, 300);
  const bool torus = gen_int (gen, "torus", 0, 1);
  const int first = gen_vars (gen, n * n);
  int lits[300];
  for (int i = 0; i < n; i++) {
    row_exactly_one (gen, first, n, i);
    for (int j = 0; j < n; j++)
      lits[j] = cell (first, n, j, i);
    gen_at_most_one (gen, n, lits);
  }
  for (int start = torus ? 0 : 1 - n; start < (torus ? n : 2 * n); start++) {
    queens_diagonal (gen, first, n, start, 1, torus);
    queens_diagonal (gen, first, n, start, -1, torus);
  }
  set_status (gen, torus ? n % 2 && n % 3 : n == 1 || n >= 4);
}

static bool on_board (int n, int row, int col) {
  return row >= 0 && col >= 0 && row < n && col < n && (row || col) &&
         (row != n - 1 || col != n - 1);
}

// Dominoes: right[r][c] covers (r,c),(r,c+1), down[r][c] covers (r,c),(r+1,c).
void family_mchess (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 100);
  int *right = mem_calloc ((size_t)(n * n), sizeof *right);
  int *down = mem_calloc ((size_t)(n * n), sizeof *down);
  for (int i = 0; i < n * n; i++) {
    const int row = i / n, col = i % n;
    if (on_board (n, row, col) && on_board (n, row, col + 1))
      right[i] = gen_var (gen);
    if (on_board (n, row, col) && on_board (n, row + 1, col))
      down[i] = gen_var (gen);
  }
  for (int i = 0; i < n * n; i++) {
    const int row = i / n, col = i % n;
    const int near[] = {right[i], down[i], col ? right[i - 1] : 0,
                        row ? down[i - n] : 0};
    int lits[4], count = 0;
    for (int k = 0; k < 4; k++)
      if (near[k])
        lits[count++] = near[k];
    if (on_board (n, row, col))
      gen_exactly_one (gen, count, lits);
  }
  mem_free (right), mem_free (down);
  gen->status = GEN_UNSAT; // white and black squares differ by two
}

static void triples (struct gen *gen, int n, const int *lits, int sign) {
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
      for (int k = j + 1; k < n; k++)
        gen_ternary (gen, sign * lits[i], sign * lits[j], sign * lits[k]);
}

// Marks four cells in each row and column and one cell more.
static void sparse_cells (struct gen *gen, int n, int *used) {
  int perm[200];
  for (int i = 0; i < n; i++)
    perm[i] = i;
  for (int round = 0; round < 4; round++) {
    bool clash = true;
    while (clash) {
      gen_permute (gen, perm, n);
      clash = false;
      for (int i = 0; i < n; i++)
        clash |= used[i * n + perm[i]] != 0;
      for (int i = 0; clash && i < n; i++) // repair by swaps, else again
        for (int j = 0; j < n && used[i * n + perm[i]]; j++)
          if (!used[i * n + perm[j]] && !used[j * n + perm[i]]) {
            const int tmp = perm[i];
            perm[i] = perm[j], perm[j] = tmp;
          }
      clash = false;
      for (int i = 0; i < n; i++)
        clash |= used[i * n + perm[i]] != 0;
    }
    for (int i = 0; i < n; i++)
      used[i * n + perm[i]] = gen_var (gen);
  }
  int extra;
  do
    extra = gen_random (gen, n * n);
  while (used[extra]);
  used[extra] = gen_var (gen);
}

void family_subsetcard (struct gen *gen) {
  const int n = gen_int (gen, "n", 6, 200);
  int *used = mem_calloc ((size_t)(n * n), sizeof *used), lits[8];
  sparse_cells (gen, n, used);
  for (int i = 0; i < n; i++)
    for (int column = 0; column < 2; column++) {
      int count = 0;
      for (int j = 0; j < n; j++) {
        const int lit = used[column ? j * n + i : i * n + j];
        if (lit)
          lits[count++] = lit;
      }
      triples (gen, count, lits, column ? -1 : 1);
    }
  mem_free (used);
  gen->status = GEN_UNSAT; // 2n+1 ones by rows, at most 2n by columns
}

static int before (int first, int i, int j) {
  return i < j ? edge (first, i, j) : -edge (first, i, j);
}

void family_ordering (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 300);
  const int first = gen_vars (gen, n * (n - 1) / 2);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++)
        if (i != j && j != k && i < k)
          gen_ternary (gen, -before (first, i, j), -before (first, j, k),
                       before (first, i, k));
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++)
      if (i != j)
        gen_lit (gen, before (first, j, i));
    gen_end (gen);
  }
  gen->status = GEN_UNSAT;
}

// One clause over lifted nodes: signs say which are negated.  Each node's XOR
// of 'width' variables must differ from its sign in no clause at once.
static void lifted (struct gen *gen, int width, int n, const int *nodes,
                    const bool *negated) {
  const unsigned total = 1u << (n * width);
  for (unsigned mask = 0; mask < total; mask++) {
    bool falsified = true; // by the assignment 'mask'?
    for (int i = 0; i < n && falsified; i++) {
      const unsigned part = mask >> (i * width) & ((1u << width) - 1);
      falsified = (__builtin_popcount (part) & 1) == negated[i];
    }
    if (!falsified)
      continue;
    for (int i = 0; i < n * width; i++) {
      const int var = nodes[i / width] + i % width;
      gen_lit (gen, mask >> i & 1 ? -var : var);
    }
    gen_end (gen);
  }
}

void family_pebble (struct gen *gen) {
  const int height = gen_int (gen, "height", 1, 500);
  const int width = gen_int (gen, "width", 1, 4);
  const bool no = false, yes = true;
  int below = 0; // first variable of the row beneath
  for (int row = height; row >= 1; row--) {
    const int first = gen_vars (gen, row * width);
    for (int i = 0; i < row; i++) {
      const int node = first + i * width;
      const int under = below + i * width;
      if (!below)
        lifted (gen, width, 1, &node, &no);
      else
        lifted (gen, width, 3, (int[]){under, under + width, node},
                (bool[]){yes, yes, no});
    }
    below = first;
  }
  lifted (gen, width, 1, &below, &yes);
  gen->status = GEN_UNSAT;
}

void family_tseitin (struct gen *gen) {
  const int w = gen_int (gen, "w", 2, 200), h = gen_int (gen, "h", 2, 200);
  const bool torus = gen_int (gen, "torus", 0, 1);
  const int right = gen_vars (gen, w * h), down = gen_vars (gen, w * h);
  int charge = 1, value, lits[4];
  for (int i = 0; i < w * h; i++) {
    const int r = i / w, c = i % w;
    int n = 0;
    if (torus || c + 1 < w)
      lits[n++] = right + i;
    if (torus || r + 1 < h)
      lits[n++] = down + i;
    if (torus || c)
      lits[n++] = right + r * w + (c + w - 1) % w;
    if (torus || r)
      lits[n++] = down + (r + h - 1) % h * w + c;
    value = i + 1 < w * h ? gen_random (gen, 2) : charge;
    charge ^= value; // all charges together are odd
    gen_parity (gen, n, lits, value);
  }
  gen->status = GEN_UNSAT;
}

void family_parity (struct gen *gen) {
  const int n = gen_int (gen, "n", 3, 100000);
  int *lits = mem_alloc ((size_t)n * sizeof *lits);
  const int first = gen_vars (gen, n);
  for (int value = 0; value < 2; value++) {
    for (int i = 0; i < n; i++)
      lits[i] = first + i;
    if (value)
      gen_permute (gen, lits, n);
    gen_long_parity (gen, n, lits, value);
  }
  mem_free (lits);
  gen->status = GEN_UNSAT;
}

void family_cardinality (struct gen *gen) {
  const int n = gen_int (gen, "n", 2, 1000), k = gen_int (gen, "k", 1, n);
  int *lits = mem_alloc ((size_t)n * sizeof *lits);
  int *out = mem_alloc ((size_t)n * sizeof *out);
  const int first = gen_vars (gen, n);
  for (int i = 0; i < n; i++)
    lits[i] = first + i;
  gen_totalizer (gen, n, lits, out);
  gen_unit (gen, out[k - 1]);
  gen_permute (gen, lits, n);
  gen_at_most (gen, n, lits, k - 1);
  mem_free (lits), mem_free (out);
  gen->status = GEN_UNSAT;
}
