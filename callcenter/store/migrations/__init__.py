"""Migrations of the store, by alembic; run with `callcenter admin migrate`."""
