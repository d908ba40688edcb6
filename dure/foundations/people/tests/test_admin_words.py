"""The admin shows banks in words; each bank that an account can name has one."""

from dure.foundations.people import models, names, rules


def test_every_bank_is_shown_by_its_name() -> None:
    assert set(names.BANKS) == rules.BANK_CODES
    field = models.BankAccount._meta.get_field("bank_code")
    assert dict(field.flatchoices)["004"] == names.BANKS["004"]
