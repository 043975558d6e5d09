from __future__ import annotations

import subprocess
import sys

CODE = """
import ssl
create, read = ssl.create_default_context, ssl.SSLContext.set_default_verify_paths
from monitor.fetch import Fetcher
from monitor.model import FetchRequest
from monitor.settings import FetchSettings
with Fetcher(FetchSettings(ports=(9,), allow_networks=("127.0.0.0/8",))) as fetcher:
    list(fetcher.fetch_all([FetchRequest(url="http://127.0.0.1:9/")]))
from aiohttp import connector
kept = connector._SSL_CONTEXT_VERIFIED
print(kept.get_ca_certs(), kept.verify_mode == ssl.CERT_REQUIRED, kept.check_hostname)
print(ssl.create_default_context is create, ssl.SSLContext.set_default_verify_paths is read)
"""


def test_what_the_client_library_holds_trusts_nobody_and_the_ssl_module_is_as_before():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True True\nTrue True\n"
