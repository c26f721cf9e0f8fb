"""`afterword demo`: an embedded IMAP server, a small story of mail, and a fast clock."""
