"""The same servers as in the protocol's tests."""

from tests.protocol.conftest import library, serve, server

__all__ = ["library", "serve", "server"]
