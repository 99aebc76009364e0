"""The OpenAPI document of a server: built from what the wire, the errors and the settings say.

Served at /openapi.json, rendered at /docs, and committed as docs/reference/openapi.json for the
settings that nobody changed.
"""

from __future__ import annotations

from changetrack_server.openapi.document import describe_openapi, write_openapi

__all__ = ["describe_openapi", "write_openapi"]
