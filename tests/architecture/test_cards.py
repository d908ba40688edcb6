"""The house cards: names, news, flags with an owner and a last day."""

import ast
import dataclasses
import re
from collections.abc import Iterator

from django.apps import apps

from dure.base import clock
from dure.kit.house import HouseCard
from dure.site.wiring import wiring
from tests.architecture import town
from tests.architecture.town import Finding


def cards() -> Iterator[tuple[str, HouseCard]]:
    """(dotted package, card) of every house."""
    for house in town.houses():
        package = ".".join(house.relative_to(town.ROOT).parts)
        card = getattr(apps.get_app_config(house.name), "card", None)
        assert isinstance(card, HouseCard), f"{package}/apps.py has no card"
        yield package, card


def test_every_house_is_installed_under_its_own_name() -> None:
    for package, card in cards():
        assert apps.get_app_config(card.name).name == package


def test_news_is_a_frozen_value_of_the_house_that_tells_it() -> None:
    def findings() -> Iterator[Finding]:
        for package, card in cards():
            for news in card.news:
                where = f"{package}.{news.__name__}"
                if not news.__module__.startswith(f"{package}.types"):
                    yield Finding(where, f"is told by {package} and has to stand in its types")
                if not dataclasses.is_dataclass(news) or not news.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # undocumented but stable
                    yield Finding(where, "is no frozen dataclass")

    town.settle("news", findings())


def test_the_card_lists_the_news_the_house_emits_and_no_other() -> None:
    def findings() -> Iterator[Finding]:
        for package, card in cards():
            told = {
                name
                for source in town.code()
                if source.name.startswith(package.replace(".", "/"))
                for name in _told(source)
            }
            listed = {news.__name__ for news in card.news}
            yield from (Finding(f"{package}.{name}", "is emitted but not on the card") for name in told - listed)
            yield from (Finding(f"{package}.{name}", "is on the card but never emitted") for name in listed - told)

    town.settle("news-on-card", findings())


def _told(source: town.Source) -> Iterator[str]:
    """Names of the news that a file emits; a name given as a variable is found where it was made."""
    emits = False
    for node in source.nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("outbox.emit", "emit") and node.args:
            emits = True
            if isinstance(node.args[0], ast.Call):
                yield ast.unparse(node.args[0].func).rpartition(".")[2]
    if emits:
        made = {ast.unparse(node.func).rpartition(".")[2] for node in source.nodes if isinstance(node, ast.Call)}
        yield from (name for name in made if name in _news_names())


def _news_names() -> set[str]:
    return {news.__name__ for _package, card in cards() for news in card.news}


def test_what_follows_news_is_wired_to_news_somebody_tells() -> None:
    known = {f"{card.name}.{news.__name__}" for _package, card in cards() for news in card.news}
    town.settle("wiring", (Finding(kind, "is wired, but on no house's card") for kind in set(wiring.kinds()) - known))


def test_every_flag_has_an_owner_and_a_day_on_which_it_goes() -> None:
    def findings() -> Iterator[Finding]:
        program = "".join(source.text for source in town.code())
        for package, card in cards():
            for flag in card.flags:
                where = f"{package}.{flag.name}"
                if flag.expires < clock.today():
                    yield Finding(where, f"expired on {flag.expires}: decide, then take the flag out")
                if not flag.owner.strip() or not flag.why.strip():
                    yield Finding(where, "has no owner or no reason")
                if not re.search(rf'is_on\("{re.escape(flag.name)}"', program):
                    yield Finding(where, "is asked for nowhere")

    town.settle("flag", findings())


def test_flag_names_are_unique() -> None:
    names = [flag.name for _package, card in cards() for flag in card.flags]
    assert len(names) == len(set(names))
