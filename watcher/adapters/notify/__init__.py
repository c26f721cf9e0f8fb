"""Ways to tell the user: a file `<name>.py` here is `notify: {by: <name>}`."""
