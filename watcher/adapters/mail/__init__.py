"""Mail backends: a file `<name>.py` here with `open_account(account, secret)` is the backend `<name>`."""
