"""The citizens' side (sessions, status feed, the button) and the internal side (codes, callbacks)."""
