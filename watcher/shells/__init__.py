"""What systemd or a person starts: the daemon and the commands."""
