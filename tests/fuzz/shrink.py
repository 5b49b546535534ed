"""Makes a failing input smaller while it fails in the same way.

Source: [ZellerHildebrandt-TSE'02], minimising delta debugging, over options,
clauses and literals in turn.
"""

import time


class Deadline(Exception):
    pass


class Shrinker:
    """fails(num_vars, clauses, options) -> bool; best holds the smallest"""

    def __init__(self, fails, num_vars, clauses, options, seconds):
        self.fails, self.tries = fails, 0
        self.end = time.monotonic() + seconds
        self.best = (num_vars, clauses, options)

    def _attempt(self, num_vars, clauses, options):
        if time.monotonic() > self.end:
            raise Deadline
        self.tries += 1
        if not self.fails(num_vars, clauses, options):
            return False
        self.best = (num_vars, clauses, options)
        return True

    def run(self):
        try:
            size = None
            while size != self._size():
                size = self._size()
                self._options()
                self._clauses()
                self._variables()
                self._literals()
                self._rename()
        except Deadline:
            pass
        return self.best

    def _size(self):
        num_vars, clauses, options = self.best
        return num_vars, sum(map(len, clauses)) + len(clauses), len(options)

    @staticmethod
    def _ddmin(items, test):
        """Removes ever smaller pieces; test(rest) adopts the rest if true."""
        piece = max(1, len(items) // 2)
        while items and piece:
            start, removed = 0, False
            while start < len(items):
                rest = items[:start] + items[start + piece:]
                if test(rest):
                    items, removed = rest, True
                else:
                    start += piece
            if piece > 1 or not removed:
                piece //= 2
        return items

    def _options(self):
        num_vars, clauses, options = self.best
        self._ddmin(options,
                    lambda rest: self._attempt(num_vars, clauses, rest))

    def _clauses(self):
        num_vars, clauses, options = self.best
        self._ddmin(clauses,
                    lambda rest: self._attempt(num_vars, rest, options))

    def _variables(self):
        """Drops all literals of a variable at once."""
        for var in {abs(lit) for clause in self.best[1] for lit in clause}:
            num_vars, clauses, options = self.best
            rest = [[lit for lit in clause if abs(lit) != var]
                    for clause in clauses]
            self._attempt(num_vars, rest, options)

    def _literals(self):
        i = 0
        while i < len(self.best[1]):
            def shorter(rest, i=i):
                num_vars, clauses, options = self.best
                return self._attempt(
                    num_vars, clauses[:i] + [rest] + clauses[i + 1:], options)
            self._ddmin(self.best[1][i], shorter)
            i += 1

    def _rename(self):
        """Variables 1..n without gaps."""
        _, clauses, options = self.best
        used = sorted({abs(lit) for clause in clauses for lit in clause})
        name = {var: number for number, var in enumerate(used, 1)}
        self._attempt(max(1, len(used)),
                      [[name[abs(lit)] * (1 if lit > 0 else -1)
                        for lit in clause] for clause in clauses], options)
