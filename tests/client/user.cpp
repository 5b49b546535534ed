// The same from C++: both headers, and a class that owns a solver.
#include <tutti/ipasir.h>
#include <tutti/tutti.h>

#include <cstdio>
#include <memory>
#include <vector>

namespace {

struct Free {
  void operator() (tutti *solver) const { tutti_free (solver); }
};

class Solver {
public:
  void add (const std::vector<int> &clause) {
    tutti_add_clause (solver.get (), clause.data (), clause.size ());
  }
  int solve () { return tutti_solve (solver.get ()); }
  int value (int lit) { return tutti_val (solver.get (), lit); }

private:
  std::unique_ptr<tutti, Free> solver{tutti_new ()};
};

} // namespace

int main () {
  Solver solver;
  solver.add ({1, 2});
  solver.add ({-1});
  if (solver.solve () != TUTTI_SAT || solver.value (2) <= 0)
    return 1;
  solver.add ({-2});
  if (solver.solve () != TUTTI_UNSAT)
    return 1;
  std::printf ("%s: fine\n", ipasir_signature ());
  return 0;
}
