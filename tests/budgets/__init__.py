"""Tests: budgets."""
