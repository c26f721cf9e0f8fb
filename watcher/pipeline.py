"""The straight line: the only file that calls core AND ports."""
