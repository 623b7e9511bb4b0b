"""The query layer: what the store knows, over HTTP, and the page that shows it."""

from .app import close_streams, create_app, create_app_from_environment

__all__ = ["close_streams", "create_app", "create_app_from_environment"]
