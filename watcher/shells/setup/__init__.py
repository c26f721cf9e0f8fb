"""What `afterword init` does, in order: answers, servers, keeping (the secret), writing (the file), trial."""
