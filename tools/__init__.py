"""Commands for developers: accuracy, benchmarks, set-up; not part of the wheel."""
