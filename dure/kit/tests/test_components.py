"""The components: what they write, that nothing people typed becomes markup, and no inline style or script anywhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from dure.kit.ui.pictures import Share

ROOT = Path(__file__).resolve().parents[3]
EVIL = '<script>alert("1")</script>'


@pytest.fixture(autouse=True)
def _korean() -> Any:
    with translation.override("ko"):
        yield


def drawn(source: str, address: str = "/", **values: Any) -> str:
    return Template("{% load ui %}" + source).render(Context({"request": RequestFactory().get(address), **values}))


@pytest.mark.parametrize(
    "source",
    [
        "{% card title=x %}{{ x }}{% endcard %}",
        "{% notice %}{{ x }}{% endnotice %}",
        "{% ask label=x %}{{ x }}{% endask %}",
        "{% tile title=x href=x address=x alt=x %}{{ x }}{% endtile %}",
        "{% hero x address=x alt=x note=x %}",
        "{% row title=x note=x href=x end=x badge=x initials=x %}",
        "{% empty x x x x %}",
        "{% button x href=x %}{% button x name=x value=x again=x %}",
        "{% badge x x %}{% avatar x %}{% back x x %}{% icon x %}",
        "{% share x x x %}{% picture x x %}{% stat x x x %}",
        "{% goal 1 2 x %}{% bar 1 2 x %}",
        "{% flow shares shares x %}",
        "{% bars x pairs x %}{% line x pairs x %}",
        "{% steps steps x %}{% table x cells rows %}",
        "{% chips x links %}{% chips x pairs name='k' %}{% search x placeholder=x %}",
        "{{ x|particle:'을/를' }}",
    ],
)
def test_what_people_typed_never_becomes_markup(source: str) -> None:
    text = drawn(
        source,
        address="/?q=%3Cscript%3Ealert(%221%22)&k=%3Cscript%3E",
        x=EVIL,
        shares=[Share(EVIL, 5)],
        pairs=[(EVIL, 3)],
        links=[(EVIL, EVIL)],
        steps=[{"title": EVIL, "note": EVIL, "state": "done"}],
        cells=[EVIL],
        rows=[[EVIL]],
    )
    assert "<script" not in text
    assert 'alert("1")' not in text


def test_templates_and_script_obey_the_content_policy() -> None:
    """No style attribute, no handler attribute, no script without a file: the policy would block it silently."""
    script = r"<script(?![^>]*(?:\ssrc=|\stype=.application/ld\+json.))"  # a data block is never run
    wrong = re.compile(rf"<style|\sstyle=|\son[a-z]+=[\"']|{script}|javascript:|hx-on|hx-vals=[\"']js:")
    sources = [path for path in (ROOT / "dure").rglob("*.html") if "tests" not in path.parts]
    assert len(sources) > 20
    assert [(path.name, found) for path in sources for found in wrong.findall(path.read_text(encoding="utf-8"))] == []


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    sprite = finders.find("dure/icons.svg")
    assert isinstance(sprite, str)
    have = set(re.findall(r'id="([a-z]+)"', Path(sprite).read_text(encoding="utf-8")))
    wanted = set()
    for path in (ROOT / "dure").rglob("*.html"):
        wanted |= set(re.findall(r'(?:icon |sign=)"([a-z]+)"', path.read_text(encoding="utf-8")))
    assert wanted - have == set()


def test_chips_keep_the_other_filters_and_start_at_the_first_page() -> None:
    text = drawn(
        "{% chips 'Kinds' items name='kind' %}", "/?q=a&page=3&kind=food", items=[("All", ""), ("Food", "food")]
    )
    assert 'href="?q=a"' in text
    assert 'href="?q=a&amp;kind=food" aria-current="true"' in text
    assert "page" not in text


def test_search_keeps_the_filters() -> None:
    text = drawn("{% search 'Find' %}", "/?q=oil&kind=food&page=2")
    assert 'name="q" value="oil"' in text
    assert 'name="kind" value="food"' in text
    assert 'name="page"' not in text


def test_pagination_links_near_pages_and_is_silent_for_one() -> None:
    text = drawn("{% pagination page %}", "/?q=a", page=Paginator(range(95), 10).page(5))
    assert re.findall(r"page=(\d+)\"[^>]*><span", text) == ["1", "4", "5", "6", "10"]
    assert text.count("…") == 2
    assert 'aria-current="page"' in text
    assert drawn("{% pagination page %}", page=Paginator(range(9), 10).page(1)).strip() == ""


def test_a_goal_says_its_numbers_and_that_more_was_given() -> None:
    assert 'aria-label="목표 10,000,000원 가운데 8,432,100원 모임, 84%"' in drawn("{% goal 8432100 10000000 %}")
    over = drawn("{% goal 12345000 10000000 %}")
    assert "123%" in over
    assert "목표보다 2,345,000원 더" in over


def test_the_key_of_a_form_is_new_each_time() -> None:
    first, second = (drawn("{% idempotency_key %}") for _ in range(2))
    assert first != second
    assert 'type="hidden" name="idempotency_key"' in first


class SampleForm(forms.Form):
    name = forms.CharField(label="이름", help_text="이웃들이 부르는 이름")
    kind = forms.ChoiceField(label="종류", widget=forms.RadioSelect, choices=[("a", "가")])
    agree = forms.BooleanField(label="읽었습니다")
    secret = forms.CharField(widget=forms.HiddenInput)


def test_a_form_ties_each_error_to_its_field_and_lists_them_first() -> None:
    text = str(SampleForm({"name": ""}))
    assert text.index('class="faults"') < text.index('id="id_name"')
    assert 'href="#id_name"' in text
    assert 'href="#id_kind"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert "<legend>종류" in text
    assert re.search(r"<li>[^<]*필수", text), "an error of a hidden field is told too"


def test_a_fresh_form_complains_of_nothing() -> None:
    text = str(SampleForm())
    assert "faults" not in text
    assert "aria-invalid" not in text
