"""dure appoint at the authority: an officer is let in and acts for an office, and is dismissed again."""

import pytest
from django.contrib.auth import get_user_model
from typer.testing import CliRunner

from dure.services.checkin.queries import authority as queries
from dure.site.cli import app

pytestmark = pytest.mark.django_db
OFFICE = ["--office", "가람군 보건소 (예시)"]


def test_an_officer_is_appointed_and_dismissed_at_the_shell() -> None:
    run, words = CliRunner(), ["appoint", "kim@example.org"]
    assert run.invoke(app, [*words, *OFFICE]).exit_code == 2, "nobody joins here, so a name has to be given"
    done = run.invoke(app, [*words, "--name", "김담당", *OFFICE], input="long enough 1\nlong enough 1\n")
    assert done.exit_code == 0, done.output
    person = get_user_model().objects.get(email="kim@example.org")
    entry = queries.officer(person.pk)
    assert entry is not None
    assert entry.office.name == OFFICE[1]
    assert not person.is_staff
    refused = run.invoke(app, [*words, "--office", "나루시 보건소 (예시)"])
    assert (refused.exit_code, "act for" in refused.output) == (2, True)
    assert run.invoke(app, [*words, *OFFICE, "--take-back"]).exit_code == 0
    assert queries.officer(person.pk) is None
    assert run.invoke(app, [*words, *OFFICE, "--take-back"]).exit_code == 2
