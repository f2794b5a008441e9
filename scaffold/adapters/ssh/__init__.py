"""SSH: configuration, trust, logins, connections, and the ssh program."""
