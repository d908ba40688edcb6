"""Tests across houses."""
