"""What things are and what may happen to them: no I/O, no framework, no clock of its own."""
