"""From a container or image to a dev container."""
