"""Measurements, each beside a ceiling in the same run: `make bench`. Never part of the tests."""
