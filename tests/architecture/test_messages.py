"""The message tool finds texts, keeps translations, refuses what a Korean reader would stumble over."""

import gettext
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import messages

PYTHON = '''
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

SAYS = pgettext_lazy("verb", "Open")


def greet(name, count):
    """`_("not a text")` in a docstring is none."""
    first = _("Hello, {name}!").format(name=name)
    return first + ngettext("{count} gift", "{count} gifts", count).format(count=count)
'''
TEMPLATE = """{% load i18n %}
<h1>{% translate "A box (open)" %}</h1>
  <p title="{{ _('Tip') }}">
 {% blocktranslate trimmed with who=user %}
    It is {{ who }}'s
    box, 100% sure.
 {% endblocktranslate %}
 {% translate "Open" context "state" %}
 {% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
"""
KOREAN = {
    "A box (open)": "모금함 (열림)",
    "Tip": "도움말",
    "Hello, {name}!": "{name}님, 안녕하세요!",
    "It is %(who)s's box, 100%% sure.": "%(who)s님의 모금함입니다. 100%% 확실해요.",
    "{count} gift": "기부 {count}건",
    "%(n)s day": "%(n)s일",
}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A repository with one house that has texts in Python and in a template."""
    house = tmp_path / "dure" / "services" / "shed"
    (house / "templates").mkdir(parents=True)
    (house / "__init__.py").touch()
    (house / "pages.py").write_text(PYTHON, encoding="utf-8")
    (house / "templates" / "shed.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def check(town: Path) -> str:
    """All complaints, one a line."""
    return "\n".join(messages.check(town))


def po(town: Path) -> Path:
    return town / "dure" / "services" / "shed" / "locale" / "ko" / "LC_MESSAGES" / "django.po"


def translate(town: Path) -> None:
    """Do the translator's work on the collected catalogue."""
    lines, last, verb = po(town).read_text(encoding="utf-8").split("\n"), "", ""
    for number, line in enumerate(lines):
        if line.startswith("msgctxt"):
            verb = line
        if line.startswith("msgid "):
            last = line.removeprefix("msgid ").strip('"')
        if last and line in ('msgstr ""', 'msgstr[0] ""'):
            korean = ("열기" if "verb" in verb else "열림") if last == "Open" else KOREAN[last]
            lines[number] = line.removesuffix('""') + f'"{korean}"'
    po(town).write_text("\n".join(lines), encoding="utf-8")


def test_it_finds_every_text_and_none_that_is_none(town: Path) -> None:
    assert len(messages.collect(town)) == 8
    text = po(town).read_text(encoding="utf-8")
    for ident in KOREAN:
        assert f'msgid "{ident}"' in text
    assert 'msgid_plural "%(n)s days"' in text
    assert text.count('msgid "Open"') == 2
    assert "not a text" not in text
    assert len(messages.check(town)) == 8


def test_a_translated_house_passes_and_reads_korean(town: Path) -> None:
    messages.collect(town)
    translate(town)
    assert check(town) == ""
    messages.compile_all(town)
    with po(town).with_suffix(".mo").open("rb") as file:
        korean = gettext.GNUTranslations(file)
    assert korean.gettext("Tip") == "도움말"
    assert korean.pgettext("verb", "Open") == "열기"
    assert korean.pgettext("state", "Open") == "열림"
    assert korean.ngettext("{count} gift", "{count} gifts", 1) == "기부 {count}건"


def test_collecting_again_changes_nothing_and_keeps_what_was_translated(town: Path) -> None:
    messages.collect(town)
    translate(town)
    assert messages.collect(town) == []
    once = po(town).read_text(encoding="utf-8")
    assert "기부 {count}건" in once
    messages.collect(town)
    assert po(town).read_text(encoding="utf-8") == once
    assert messages.compile_all(town) == 1
    assert messages.compile_all(town) == 0


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"도움말"', '""', "no Korean for 'Tip'"),
        ("{name}님", "{nam}님", "placeholders differ"),
        ("%(who)s님", "그분", "placeholders differ"),
        ('msgid "Tip"', 'msgid "Tip of old"', "occurs nowhere any more"),
        ('msgid "Tip"', '#, fuzzy\nmsgid "Tip"', "fuzzy"),
        ("msgid_plural", "msgid_other", "django.po"),
    ],
)
def test_it_refuses_a_bad_catalogue(town: Path, old: str, new: str, complaint: str) -> None:
    messages.collect(town)
    translate(town)
    po(town).write_text(po(town).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert complaint in check(town)


def test_a_text_put_together_at_run_time_is_refused(town: Path) -> None:
    page = town / "dure" / "services" / "shed" / "pages.py"
    page.write_text('from django.utils.translation import gettext as _\n\nx = _(f"Hi {1}")\n', encoding="utf-8")
    assert "literal text" in check(town)


def test_two_houses_that_say_the_same_word_differently_are_refused(town: Path) -> None:
    messages.collect(town)
    translate(town)
    other = town / "dure" / "services" / "barn"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "pages.py").write_text(
        'from django.utils.translation import gettext as _\nx = _("Tip")\n', encoding="utf-8"
    )
    messages.collect(town)
    taken_over = other / "locale" / "ko" / "LC_MESSAGES" / "django.po"
    assert check(town) == ""
    taken_over.write_text(taken_over.read_text(encoding="utf-8").replace("도움말", "귀띔"), encoding="utf-8")
    assert "one word per idea" in check(town)


def test_the_command_says_what_is_wrong_and_fails(town: Path) -> None:
    done = subprocess.run(
        [sys.executable, messages.__file__, "check", "--root", str(town)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no Korean for 'Tip'" in done.stderr


def test_every_text_of_dure_has_its_korean() -> None:
    assert check(messages.ROOT) == ""
