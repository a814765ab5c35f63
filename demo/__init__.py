"""What only the demo needs; the tests use it too."""
