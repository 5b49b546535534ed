"""Random formulas of many shapes for the fuzzer; deterministic in the seed.

A formula is (number of variables, list of clauses).  Most are tiny, so that
thousands are tried; some are hard enough for reductions, inprocessing and
several sharing rounds.
"""

import subprocess

TINY = [  # tutti-gen families with small random parameters
    ("pigeon", {"holes": (2, 5), "pigeons": (2, 6), "counter": (0, 1)}),
    ("cliquecol", {"n": (4, 6), "k": (2, 4), "c": (2, 3)}),
    ("ramsey", {"n": (4, 9), "r": (3, 3), "s": (3, 4)}),
    ("vdw", {"n": (6, 22), "k": (3, 4), "l": (3, 4)}),
    ("schur", {"n": (3, 15), "k": (2, 3)}),
    ("langford", {"n": (2, 7)}),
    ("golfer", {"groups": (2, 3), "size": (2, 2), "weeks": (1, 4)}),
    ("mols", {"n": (2, 4)}),
    ("queens", {"n": (2, 8), "torus": (0, 1)}),
    ("mchess", {"n": (2, 6)}),
    ("subsetcard", {"n": (6, 8)}),
    ("ordering", {"n": (3, 12)}),
    ("pebble", {"height": (1, 6), "width": (1, 3)}),
    ("tseitin", {"w": (2, 5), "h": (2, 4), "torus": (0, 1)}),
    ("parity", {"n": (3, 24)}),
    ("cardinality", {"n": (3, 10), "k": (1, 3)}),
    ("sudoku", {"box": (2, 3), "holes": (40, 90)}),
    ("quasigroup", {"n": (3, 9), "holes": (30, 100)}),
    ("colour", {"n": (10, 60), "k": (3, 4), "degree": (30, 60),
                "planted": (0, 1)}),
    ("hamilton", {"w": (2, 4), "h": (2, 4), "knight": (0, 1)}),
    ("cover", {"n": (9, 40), "sets": (12, 60), "planted": (0, 1)}),
    ("schedule", {"jobs": (2, 3), "machines": (2, 3), "slack": (-2, 1),
                  "planted": (0, 1)}),
    ("life", {"n": (3, 6), "fill": (20, 50)}),
    ("multmiter", {"n": (1, 4)}),
    ("commute", {"n": (1, 4)}),
    ("adder", {"n": (2, 12)}),
    ("factor", {"bits": (3, 7), "prime": (0, 1)}),
    ("popcount", {"n": (2, 10)}),
    ("counter", {"bits": (5, 7), "steps": (2, 8), "reach": (0, 1)}),
    ("shifter", {"bits": (1, 3)}),
    ("arx", {"rounds": (1, 1), "words": (2, 3), "free": (1, 10)}),
    ("stream", {"n": (9, 14), "out": (5, 30)}),
    ("rule", {"n": (5, 14), "steps": (1, 5)}),
    ("parlearn", {"n": (4, 9), "samples": (6, 16), "errors": (0, 2)}),
    ("xorsat", {"n": (5, 40), "m": (5, 44), "planted": (0, 1)}),
    ("mixed", {"n": (10, 80), "m": (30, 220), "ladder": (0, 25)}),
]
LONGER = [  # some tenths of a second and more
    ("pigeon", {"holes": (7, 8), "pigeons": (8, 9)}),
    ("ksat", {"n": (120, 170), "m": (520, 740)}),
    ("planted", {"n": (200, 400), "m": (820, 1600)}),
    ("multmiter", {"n": (4, 5)}),
    ("tseitin", {"w": (5, 5), "h": (4, 5)}),
    ("cliquecol", {"n": (7, 8), "k": (4, 4), "c": (3, 3)}),
    ("sortnet", {"n": (8, 8)}),
    ("schedule", {"jobs": (4, 5), "machines": (3, 4), "planted": (0, 1)}),
    ("parity", {"n": (26, 34)}),
    ("subsetcard", {"n": (9, 11)}),
]


def generated(rng, gen, table):
    family, ranges = rng.choice(table)
    words = [f"{key}={rng.randint(*span)}" for key, span in ranges.items()]
    words += [f"seed={rng.randint(0, 10 ** 9)}", f"shuffle={rng.randint(0, 1)}"]
    done = subprocess.run([gen, family] + words, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        return random_mix(rng)  # parameters that do not fit together
    num_vars, clauses, clause = 0, [], []
    for line in done.stdout.decode().splitlines():
        if line.startswith("p"):
            num_vars = int(line.split()[2])
        elif not line.startswith("c"):
            clause = list(map(int, line.split()))
            clauses.append(clause[:-1])
    return num_vars, clauses


def literal(rng, n):
    return rng.choice((-1, 1)) * rng.randint(1, n)


def random_clause(rng, n, size):
    variables = rng.sample(range(1, n + 1), min(n, size))
    return [rng.choice((-1, 1)) * v for v in variables]


def random_mix(rng):
    n = rng.randint(3, rng.choice((10, 30, 60, 100)))
    sizes = rng.choice(([3], [2, 3], [2, 2, 3, 3, 3, 4], [3, 3, 3, 4, 5],
                        [2, 3, 8], [4], [1, 2, 3, 3, 3]))
    per_variable = {3: 4.26, 4: 9.5}.get(sizes[0] if len(sizes) == 1 else 0,
                                         rng.uniform(1.2, 4.5))
    m = int(n * per_variable * rng.uniform(0.7, 1.15))
    return n, [random_clause(rng, n, rng.choice(sizes)) for _ in range(m)]


def gates(rng):
    """A random circuit of AND, XOR and if-then-else gates, output fixed."""
    n = inputs = rng.randint(3, 12)
    clauses = []
    for _ in range(rng.randint(3, 60)):
        out = n + 1
        a, b, c = (literal(rng, n) for _ in range(3))
        kind = rng.randint(0, 3)
        if kind == 0:
            ins = [literal(rng, n) for _ in range(rng.randint(2, 5))]
            clauses += [[-out, x] for x in ins]
            clauses.append([out] + [-x for x in ins])
        elif kind == 1:
            clauses += [[-out, a, b], [-out, -a, -b], [out, -a, b],
                        [out, a, -b]]
        elif kind == 2:
            clauses += [[-out, -a, b], [-out, a, c], [out, -a, -b],
                        [out, a, -c]]
        else:
            clauses += [[-out, a], [out, -a]]  # a buffer
        n = out
    if rng.random() < 0.5:  # the same circuit once more: a miter
        copy = [[x if abs(x) <= inputs else x + (n - inputs) * (x > 0)
                 - (n - inputs) * (x < 0) for x in clause]
                for clause in clauses]
        last, n = n, 2 * n - inputs
        clauses += copy
        clauses += [[last, n], [-last, -n]]
    else:
        clauses.append([literal(rng, n)])
        clauses.append([literal(rng, n), literal(rng, n)])
    return n, clauses


def xors(rng):
    n = rng.randint(4, 25)
    clauses = []
    for _ in range(rng.randint(2, n + 2)):
        some = rng.sample(range(1, n + 1), rng.randint(2, 4))
        odd = rng.randint(0, 1)
        for mask in range(1 << len(some)):
            if bin(mask).count("1") % 2 != odd:
                clauses.append([-v if mask >> i & 1 else v
                                for i, v in enumerate(some)])
    return n, clauses


def implications(rng):
    """Cycles and ladders of binary clauses over few long clauses."""
    n = rng.randint(6, 60)
    clauses = [random_clause(rng, n, 2) for _ in range(int(1.2 * n))]
    for _ in range(rng.randint(0, 4)):
        cycle = [rng.choice((-1, 1)) * v for v in
                 rng.sample(range(1, n + 1), rng.randint(2, 6))]
        clauses += [[-a, b] for a, b in zip(cycle, cycle[1:] + cycle[:1])]
    clauses += [random_clause(rng, n, rng.randint(3, 9)) for _ in range(n)]
    return n, clauses


# Oddities that are added to any shape.

def duplicated(rng, n, clauses):
    for clause in rng.sample(clauses, min(len(clauses), 5)):
        again = list(clause)
        rng.shuffle(again)
        clauses.append(again)
    return n


def repeated_literals(rng, n, clauses):
    for clause in rng.sample(clauses, min(len(clauses), 4)):
        if clause:
            clause.insert(rng.randint(0, len(clause)), rng.choice(clause))
    return n


def tautologies(rng, n, clauses):
    for _ in range(rng.randint(1, 4)):
        lit = literal(rng, n)
        clauses.append([lit, literal(rng, n), -lit])
    return n


def units(rng, n, clauses):
    clauses += [[literal(rng, n)] for _ in range(rng.randint(1, 3))]
    return n


def subsumed(rng, n, clauses):
    for clause in rng.sample(clauses, min(len(clauses), 5)):
        clauses.append(clause + [literal(rng, n)])
    return n


def big_clause(rng, n, clauses):
    n = max(n, rng.randint(20, 300))
    clauses.append([rng.choice((-1, 1)) * v for v in range(1, n + 1)])
    return n


def pure(rng, n, clauses):
    fresh = n + 1
    for clause in rng.sample(clauses, min(len(clauses), 6)):
        clause.append(fresh)
    return fresh


def unused(rng, n, _):
    return n + rng.randint(1, rng.choice((5, 50, 2000)))


def empty_clause(rng, n, clauses):
    if rng.random() < 0.1:
        clauses.insert(rng.randint(0, len(clauses)), [])
    return n


def no_clauses(rng, n, clauses):
    if rng.random() < 0.05:
        clauses.clear()
    return n


ODDITIES = [duplicated, repeated_literals, tautologies, units, subsumed,
            big_clause, pure, unused, empty_clause, no_clauses]


def formula(rng, gen, longer=False):
    """One formula; 'longer' asks for one that takes a while."""
    if longer:
        n, clauses = generated(rng, gen, LONGER)
    else:
        shape = rng.choice((random_mix, random_mix, gates, xors, implications,
                            None, None))
        n, clauses = shape(rng) if shape else generated(rng, gen, TINY)
    n = max(n, 1)
    while rng.random() < 0.3:
        n = rng.choice(ODDITIES)(rng, n, clauses)
    if rng.random() < 0.3:
        rng.shuffle(clauses)
    return n, clauses
