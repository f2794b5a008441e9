"""Catalogue, facts and wishes in; a resolution or a conflict out. Pure and deterministic."""

from scaffold.resolver.resolving import resolve

__all__ = ["resolve"]
