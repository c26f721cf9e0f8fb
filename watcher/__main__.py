"""`python -m watcher` is `afterword`."""

from watcher.shells.cli import main

if __name__ == "__main__":
    main()
