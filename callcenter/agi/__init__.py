"""FastAGI beside a municipality's own Asterisk: hands callers' codes to our api, and tells how their calls go on."""
