"""One's own account: password, second factors, log-ins, language."""
