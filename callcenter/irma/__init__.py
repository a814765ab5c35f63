"""Speaks to the IRMA server: requests, results, callback signatures."""
