"""Use cases: adapters in, dataclasses out, nothing printed."""
