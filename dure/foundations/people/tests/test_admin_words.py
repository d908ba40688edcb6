"""The admin shows banks in words; each bank that an account can name has one."""

from dure.foundations.people import admin, models, rules


def test_every_bank_is_shown_by_its_name() -> None:
    assert set(admin.BANKS) == rules.BANK_CODES
    field = models.BankAccount._meta.get_field("bank_code")
    assert dict(field.flatchoices)["004"] == admin.BANKS["004"]
