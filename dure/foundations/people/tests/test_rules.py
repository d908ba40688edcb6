"""Decisions of people, by property first."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue
from dure.foundations.people import rules
from dure.foundations.people.types import BadNumber, Decision, NumberKind, OrgState, ReasonMissing, WrongState

digits = st.text("0123456789", min_size=9, max_size=9)
locals_ = st.text("abcdefghijklmnopqrstuvwxyz0123456789._", min_size=1, max_size=20).filter(
    lambda text: text.replace(".", "")
)


@given(digits)
def test_every_business_number_with_its_check_digit_is_accepted_and_with_another_is_not(first_nine: str) -> None:
    right = rules.business_check_digit(first_nine)
    if not int(first_nine + str(right)):
        return
    found, kind = rules.registration_number(f"{first_nine[:3]}-{first_nine[3:5]}-{first_nine[5:]}{right}")
    assert found == f"{first_nine}{right}"
    assert kind is (NumberKind.NON_PROFIT if first_nine[3:5] == "82" else NumberKind.BUSINESS)
    for wrong in set(range(10)) - {right}:
        with pytest.raises(BadNumber):
            rules.registration_number(f"{first_nine}{wrong}")


@given(digits, st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_in_a_business_number_is_found(first_nine: str, place: int, shift: int) -> None:
    """Every single wrong digit is found, apart from the last but one, whose tens are added too."""
    if place == 8:
        return
    changed = first_nine[:place] + str((int(first_nine[place]) + shift) % 10) + first_nine[place + 1 :]
    assert rules.business_check_digit(first_nine) != rules.business_check_digit(changed)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_corporate_number_with_its_check_digit_is_accepted(first_twelve: str) -> None:
    number = first_twelve + str(rules.corporate_check_digit(first_twelve))
    if int(number):
        assert rules.registration_number(number) == (number, NumberKind.CORPORATE)


def test_numbers_worked_out_by_hand() -> None:
    assert rules.business_check_digit("123456789") == 1
    assert rules.corporate_check_digit("110111006243") == 2
    assert rules.written("1234567891") == "123-45-67891"


@given(st.text(max_size=30))
def test_any_other_text_is_a_named_refusal(text: str) -> None:
    with suppress(BadNumber):
        found, _ = rules.registration_number(text)
        assert found.isdigit()


@given(locals_, st.sampled_from(["gmail.com", "googlemail.com", "naver.com", "hanmail.net", "sample.invalid"]))
def test_a_mailbox_has_one_spelling(local: str, domain: str) -> None:
    once = rules.canonical_email(f"{local}@{domain}")
    assert rules.canonical_email(once) == once
    assert rules.canonical_email(f"{local.upper()}+anything@{domain.upper()}") == once
    assert once.count("@") == 1


def test_spellings_of_one_mailbox() -> None:
    same = {"ga.ram@gmail.com", "GaRam+town@googlemail.com", "g.a.r.a.m@gmail.com"}
    assert {rules.canonical_email(email) for email in same} == {"garam@gmail.com"}
    assert rules.canonical_email("a@hanmail.net") == rules.canonical_email("a@daum.net")
    assert rules.canonical_email("ga.ram@naver.com") != rules.canonical_email("garam@naver.com")
    assert rules.canonical_email("+@sample.invalid") == "+@sample.invalid"


@given(st.text(max_size=80))
def test_a_name_is_one_clean_line_or_refused(text: str) -> None:
    with suppress(BadValue):
        name = rules.clean_name(text)
        assert 0 < len(name) <= rules.NAME_LENGTH_MAX
        assert name == " ".join(name.split())
        assert rules.clean_name(name) == name


def test_initials() -> None:
    assert rules.initials("김예시") == "김"
    assert rules.initials("jane van doe") == "JV"
    assert rules.initials("") == ""


@given(st.text("0123456789", min_size=8, max_size=16))
def test_a_masked_account_keeps_its_length_and_its_last_four_digits_only(number: str) -> None:
    masked = rules.masked(number)
    assert len(masked) == len(number)
    assert masked[-4:] == number[-4:]
    assert not any(char.isdigit() for char in masked[:-4])


@given(st.sampled_from(OrgState), st.sampled_from(Decision), st.text(max_size=5))
def test_a_decision_follows_the_table_or_is_refused(state: OrgState, decision: Decision, reason: str) -> None:
    if (state, decision) not in rules.DECISIONS:
        with pytest.raises(WrongState):
            rules.after_decision(state, decision, reason)
    elif decision is not Decision.VERIFY and not reason:
        with pytest.raises(ReasonMissing):
            rules.after_decision(state, decision, reason)
    else:
        assert rules.after_decision(state, decision, reason) is rules.DECISIONS[state, decision]


def test_only_a_submitted_organisation_can_become_verified() -> None:
    before = {state for (state, _), after in rules.DECISIONS.items() if after is OrgState.VERIFIED}
    assert before == {OrgState.SUBMITTED}


DIGESTS = {
    ("terms", 1): ("0b8abc6da8a9", "38e9466c2519"),
    ("privacy", 1): ("bda28debb643", "c62e9912bc10"),
    ("age_14", 1): ("469a3214a18e", "3c59d942da38"),
    ("letters", 1): ("72a7fc4ed80a", "c3e45b1face2"),
    ("receipt_sharing", 1): ("1083deb50c2d", "38de5834776f"),
}


def test_a_consent_text_does_not_change_without_a_new_version() -> None:
    """When this fails, give the text a new version and add its digest; never change the digest of an old one."""
    for text in (rules.TERMS, rules.PRIVACY, rules.AGE, rules.LETTERS, rules.RECEIPT_SHARING):
        assert set(text.title) == set(text.body) == {"ko", "en"}
        shown = tuple(rules.digest(text, language)[:12] for language in ("ko", "en"))
        assert shown == DIGESTS[text.purpose, text.version]


def test_bank_accounts() -> None:
    assert rules.account_number("123-456-789012") == "123456789012"
    for bad in ("12-34", "1" * 17, "12345678a", "١٢٣٤٥٦٧٨"):
        with pytest.raises(BadValue):
            rules.account_number(bad)
    with pytest.raises(BadValue):
        rules.bank_code("999")
