"""The dashboard: the staff's website."""
