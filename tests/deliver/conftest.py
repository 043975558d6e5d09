"""The certificate of the test servers."""

from tests.deliver.servers import certificate, server_context

__all__ = ["certificate", "server_context"]
