"""Catalogue, facts and wishes in; a resolution or a conflict out. Pure and deterministic."""
