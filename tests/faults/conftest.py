"""The same servers as in the protocol's tests, and a PostgreSQL."""

from tests.postgres import postgres
from tests.protocol.conftest import library, serve, server

__all__ = ["library", "postgres", "serve", "server"]
