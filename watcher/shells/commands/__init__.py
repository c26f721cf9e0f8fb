"""One file per command: `<name>.py` with a click command called `command` is `afterword <name>`."""
