"""Keeps things: tables, queries, migrations, sealing, events. A function for each question asked."""
