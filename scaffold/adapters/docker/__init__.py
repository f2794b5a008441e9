"""Docker: the engine's API, contexts, builds, images, and programs in containers."""
