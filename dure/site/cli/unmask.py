"""checkin-attack: what somebody finds out who has dumps, logs or false passes of the check-in (dure/site/unmasking)."""

import shutil
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dure.kit.importing import bars
from dure.site import config
from dure.site.unmasking import forging, linking, naming, real, timing

FOUND = 1
OURS_MAX = 0.01  # of the visits, by whatever way
ADVANTAGE_MAX = 0.01  # of who wants to link
NAMED_PART = 20  # so much fewer codes are named than linked: each is tried against everybody
CHI_SQUARE_MAX = 5.5  # standard deviations, over a hundred bytes
out = Console(highlight=False, soft_wrap=True)
app = typer.Typer()


@app.callback()
def _unmask() -> None:
    """Attacks on the custody of check-ins."""


@app.command()
def checkin_attack(
    visits: Annotated[int, typer.Option(min=2, help="Visits a day in the town whose halves are joined.")] = 300,
    days: Annotated[int, typer.Option(min=1, help="How many such days.")] = 30,
    codes: Annotated[int, typer.Option(min=400, help="How many codes the game of linking is played with.")] = 100_000,
    forgeries: Annotated[int, typer.Option(min=5, help="How many false passes are tried.")] = 100_000,
    disks: Annotated[
        bool, typer.Option(help="Let three parties live one such day, and attack their dumps, disks and logs.")
    ] = True,
    seed: Annotated[int, typer.Option(help="The same seed makes the same town.")] = 1,
) -> None:
    """Attack the custody of check-ins by time, order, codes and forgery, beside the design everybody writes first.

    Exit code: 0 every defence held, 1 one did not; it is named.
    """
    lived = _lived(visits, seed) if disks else None
    with bars(out) as shown:
        shown.begin("timing join", days)
        joined = timing.play(visits, days, seed, shown.advance)
        shown.begin("codes, naive", codes)
        known = linking.naive(codes, seed, shown.advance)
        shown.begin("codes, ours", codes)
        linked = linking.ours(codes, seed, shown.advance)
        shown.begin("codes, and all keys of an issuer", codes // NAMED_PART)
        whose = naming.play(codes // NAMED_PART, seed, shown.advance)
        shown.begin("false passes", forgeries)
        forged = forging.play(forgeries, seed, shown.advance)
    out.print(_timing(joined))
    out.print(_linking(known, linked))
    out.print(_naming(whose))
    out.print(
        f"forging: {forged.let_in:,} of {forged.tries:,} false passes let in "
        f"({', '.join(f'{code} {count:,}' for code, count in sorted(forged.refused.items()))}); "
        f"{forged.genuine_let_in} of {forged.genuine} genuine ones"
    )
    broken = _broken(joined, linked, forged)
    if lived is not None:
        out.print(_disks(lived))
        broken += _broken_disks(lived)
    if max(whose.ours.values()) > 0:
        broken.append(f"An issuer names the person behind {max(whose.ours.values()):.2%} of the codes.")
    for sentence in broken:
        out.print(f"[red]✗[/] {sentence}")
    if broken:
        raise typer.Exit(FOUND)
    where = "rules, and of the parties' dumps, disks and logs," if disks else "rules"
    out.print(f"[green]✓[/] Every defence of the {where} held.")


def _lived(visits: int, seed: int) -> real.Found:
    """A day that three parties live, in a folder of its own, attacked."""
    folder = config.read().ground / "simulate-attack"
    shutil.rmtree(folder, ignore_errors=True)
    people = max(2, visits // 2)
    with bars(out) as shown:
        shown.begin("a day at three parties", people + visits)
        return real.play(folder, visits, people, seed, shown.advance)


def _disks(found: real.Found) -> Table:
    table = Table(title=f"real dumps, disks and logs of three parties: {found.visits:,} visits")
    for column in ("who attacks what", "naive", "ours"):
        table.add_column(column, justify="left" if column.startswith("who") else "right")
    ours, naive = found.joined, found.control.joined
    table.add_row("timing join, certain", f"{naive.score.certain_share:.2%}", f"{ours.score.certain_share:.2%}")
    table.add_row(
        "timing join, a guess each is right", f"{naive.score.right_share:.2%}", f"{ours.score.right_share:.2%}"
    )
    table.add_row("instants of the day beside a person", f"{naive.events:,}", f"{ours.events:,}")
    for name, order in found.orders.items():
        table.add_row(
            f"order of scans by {name}", f"{found.control.order.tells:.2f}", _by_chance(order.tells, order.by_chance)
        )
    before = _by_chance(found.writes_before.tells, found.writes_before.by_chance)
    table.add_row("log of writes, until its files are used again (remains)", "", before)
    table.add_row("marks in it, once they are", "", f"{found.writes_after:,}")
    for name, advantage in found.linked.advantages.items():
        table.add_row(f"linking by {name}", "", _by_chance(advantage, found.linked.by_chance))
    for name, share in found.named.items():
        table.add_row(f"codes named: {name}", f"{found.control.named:.2%}", f"{share:.2%}")
    table.add_row("strings of 8 bytes in two rows", "", f"{found.linked.common:,}")
    table.add_row("figures of the identity party moved by", "", f"{found.moved:g}")
    table.add_row("canaries where they have no business", "", f"{sum(map(len, found.misplaced.values())):,}")
    return table


def _by_chance(found: float, chance: float) -> str:
    return f"{found:.2f} (chance: {chance:.2f})"


def _broken_disks(found: real.Found) -> list[str]:
    """Which defences of the real day did not hold, in sentences."""
    lines = [f"{role}: {what}, where it has no business." for role, all_ in found.misplaced.items() for what in all_]
    lines += [f"Not found where it belongs: {what}." for what, is_there in found.in_place.items() if not is_there]
    lines += [
        f"Order of scans by {name}: {one.tells:.2f}." for name, one in found.orders.items() if not one.says_nothing
    ]
    worst = max(found.joined.score.certain_share, found.joined.score.right_share)
    if worst > max(OURS_MAX, 2 / found.visits):
        lines.append(f"The join of real dumps finds {worst:.2%} of the visits.")
    if max(found.linked.advantages.values()) > max(ADVANTAGE_MAX, found.linked.by_chance) or found.linked.common:
        lines.append("Two rows of one person are told from those of two.")
    if any(found.named.values()):
        lines.append("Somebody is named behind a code by one party's own keys.")
    if found.let_in != found.visits or found.rows - found.decoys != found.visits:
        lines.append(f"{found.let_in:,} of {found.visits:,} were let in, {found.rows - found.decoys:,} have a row.")
    if found.writes_after or found.journal_keys or found.odd_groups or len(found.lengths) > 1 or found.has_figures:
        lines.append("Marks in used files, keys of journals, groups, lengths or figures: something is left or uneven.")
    return lines


def _timing(joined: timing.Timing) -> Table:
    table = Table(title=f"timing join: {joined.visits_a_day:,} visits a day, {joined.days:,} days")
    for column in ("who attacks what", "certain", "a guess each is right"):
        table.add_column(column, justify="left" if column.startswith("who") else "right")
    ways = {"naive: showings and scans logged": joined.naive}
    ways |= {f"ours, both databases: {name}": score for name, score in joined.ours.items()}
    ways["ours, and telephones that tell every showing"] = joined.telltale
    for name, score in ways.items():
        table.add_row(name, f"{score.certain_share:.2%}", f"{score.right_share:.2%}")
    return table


def _linking(known: linking.Linking, linked: linking.Linking) -> Table:
    table = Table(title=f"linking: {linked.codes:,} codes, {linked.pairs:,} pairs")
    for column in ("", "naive", "ours"):
        table.add_column(column, justify="right" if column else "left")
    for name in linked.advantages:
        table.add_row(f"advantage by {name}", f"{known.advantages[name]:.2%}", f"{linked.advantages[name]:.2%}")
    table.add_row("chi-square, worst byte (σ)", f"{known.chi_square_worst:.1f}", f"{linked.chi_square_worst:.1f}")
    table.add_row("strings of 8 bytes in two codes", f"{known.common:,}", f"{linked.common:,}")
    return table


def _naming(whose: naming.Naming) -> Table:
    table = Table(title=f"naming: an issuer with all its keys, {whose.codes:,} codes that a venue typed")
    for column in ("", "passes in the clear", "ours"):
        table.add_column(column, justify="right" if column else "left")
    for name in whose.ours:
        table.add_row(name, f"{whose.clear[name]:.2%}", f"{whose.ours[name]:.2%}")
    table.add_row("with the visit party's key of the day as well", "", f"{whose.with_letters:.2%}")
    return table


def _broken(joined: timing.Timing, linked: linking.Linking, forged: forging.Forging) -> list[str]:
    """Which defences did not hold, in sentences."""
    found = []
    if joined.ours_worst > OURS_MAX:
        found.append(f"The timing join finds {joined.ours_worst:.2%} of the visits; at most {OURS_MAX:.0%}.")
    allowed = max(ADVANTAGE_MAX, linking.bound(linked.codes))
    if linked.advantage > allowed:
        found.append(
            f"Two codes of a person are told apart with an advantage of {linked.advantage:.2%}; at most {allowed:.2%}."
        )
    if linked.chi_square_worst > CHI_SQUARE_MAX:
        found.append(f"A byte of the code differs between people by {linked.chi_square_worst:.1f} standard deviations.")
    if linked.common:
        found.append(f"{linked.common:,} strings of {linking.COMMON_BYTES} bytes stand in two codes.")
    if forged.let_in or forged.genuine_let_in != forged.genuine:
        found.append(
            f"{forged.let_in:,} false passes were let in, {forged.genuine_let_in} of {forged.genuine} genuine ones."
        )
    return found
