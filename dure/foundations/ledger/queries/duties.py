"""What the law asks of a collection and gives to a donor: pure arithmetic, offered here so that services can ask for it."""

from dure.foundations.ledger.rules.law import SOURCES, authority, cost_cap, cost_percent, duties, tax_credit

__all__ = ["SOURCES", "authority", "cost_cap", "cost_percent", "duties", "tax_credit"]
