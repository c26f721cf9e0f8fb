"""The steps: a file each, in order."""
