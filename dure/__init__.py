"""Dure (두레): public-good services that any town, NGO or agency runs itself."""
