"""Thunderbird, headless, on a throw-away profile, driven by Marionette: for tests of the add-on and of drafts."""
