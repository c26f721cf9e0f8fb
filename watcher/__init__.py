"""Afterword: a job rejection comes in, a gracious feedback request appears in Drafts a day later.

A message walks one straight line, and every word on it is a room in `watcher/core/`:

    bytes -> message -> verdict -> contact -> job_application -> policy -> plan  ...24-48 h...  -> draft
    answer -> lesson                                  (what comes back, and what to do with it)
    notation, decoder, question, tone, life, control  (what several of them need; pyproject.toml has the order)

The floors, each importing only from those below it (import-linter contracts in pyproject.toml):

    __main__, shells/     6  what systemd or a person starts: the daemon and the commands
    demo/                 6  an embedded IMAP server and the story it tells
    wiring.py             5  Config -> Pipeline; the only file that knows every part
    letters.py            5  the way the user chose to be told -> what carries a notice there
    logins.py             5  an account's login: -> what logs a connection in
    adapters/             4  the outside world, one file per kind of it
    config.py             4  what the user can set
    telling.py            3  notices that wait -> told, at once or as one a day
    steering.py           3  what the user says from the mailbox (keywords, folders) -> wishes
    pipeline.py           3  the straight line, one pass, with the files of its steps: intake, examining,
                             answering, following, placing, parts
    wishes.py             3  what the user decides otherwise: ask, skip, snooze, correct, undo, add
    ports/                2  what the line needs of the outside world, as Protocols, and the records kept
    documents.py          2  a YAML file -> checked values, every problem with file and line
    core/                 1  pure: values in, values out
    errors.py             0  every error raised on purpose
"""

__version__ = "0.1.0"
