"""Foreign text as safe values: TOML, YAML, version specifiers, requirement lines."""
