"""The Docker engine, its daemon.json and the docker command."""
