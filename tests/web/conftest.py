"""A PostgreSQL for the tests of stores."""

from tests.postgres import postgres

__all__ = ["postgres"]
