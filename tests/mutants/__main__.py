"""Make the mutants that are named, or all, and say what became of each.

Exit code: 0 all were killed, 1 one survived, 2 there is none of a name.
"""

import sys
import time

from rich.console import Console

from tests.mutants import breeding

out = Console(highlight=False, soft_wrap=True)


def main(names: list[str]) -> int:
    survivors, known = 0, {mutant.name for mutant in breeding.mutants()}
    if unknown := [name for name in names if name not in known]:
        out.print(f"There is no mutant {unknown[0]!r}. There are: {', '.join(sorted(known))}.", markup=False)
        return 2
    for mutant in breeding.mutants():
        if names and mutant.name not in names:
            continue
        began = time.monotonic()
        found = breeding.fate(mutant)
        survivors += not found.killed
        mark = "[green]killed[/]" if found.killed else "[red]SURVIVED[/]"
        by = mutant.test or "the simulator"
        out.print(
            f"{mark} {mutant.name} (invariant {mutant.invariant or '-'}) by {by}, {time.monotonic() - began:.0f} s"
        )
        out.print(f"    {found.said[:160]}", markup=False)
    out.print(f"{survivors} survived." if survivors else "All were killed.")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
