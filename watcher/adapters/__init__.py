"""The outside world, one file per kind of it; no adapter imports another; found by file name."""
