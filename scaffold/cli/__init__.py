"""The command line: arguments, prompts and reports. No decision is taken here."""
