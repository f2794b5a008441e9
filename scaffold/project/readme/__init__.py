"""Install commands in README files, notebooks and other prose."""
