"""The website of a municipality that does not exist, with the button on it."""
