"""Places a secret can live: a file `<name>.py` here with `read(value, folder)` is `password: {<name>: ...}`."""
