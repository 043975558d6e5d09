"""An authority of one's own, made with the openssl command, that issues certificates good and bad."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from hashlib import sha256

_CONFIG = """
[ca]
default_ca = own
[own]
database = database
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""
_LEAF = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """Issues certificates; its own is `certificate`. What it issues is (certificate file, key file)."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate, self._key = folder / "authority.pem", folder / "authority.key"
        (folder / "ca.cnf").write_text(_CONFIG)
        (folder / "database").touch()
        (folder / "serial").write_text("01")
        self._run(
            *("req", "-x509", *_LEAF, "-days", "2", "-subj", "/CN=Own authority"),
            *("-keyout", str(self._key), "-out", str(self.certificate)),
        )

    def issued(self, name, *, alternatives="DNS:localhost,IP:127.0.0.1", since="20250101", until="20990101"):
        """A certificate of this authority; dates are YYYYMMDD."""
        certificate, key, request = (self.folder / f"{name}.{end}" for end in ("pem", "key", "csr"))
        (self.folder / f"{name}.ext").write_text(f"subjectAltName = {alternatives}\n")
        self._run(*("req", *_LEAF, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)))
        self._run(
            *("ca", "-batch", "-notext", "-config", "ca.cnf", "-extfile", f"{name}.ext"),
            *(
                "-cert",
                self.certificate.name,
                "-keyfile",
                self._key.name,
                "-in",
                request.name,
                "-out",
                certificate.name,
            ),
            *("-startdate", f"{since}000000Z", "-enddate", f"{until}000000Z"),
        )
        return certificate, key

    def self_signed(self, name):
        """A certificate that signed itself and is no authority's."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._run(
            *("req", "-x509", *_LEAF, "-days", "2", "-subj", f"/CN={name}"),
            *(
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ),
            *("-keyout", str(key), "-out", str(certificate)),
        )
        return certificate, key

    def _run(self, *arguments):
        openssl = shutil.which("openssl")
        assert openssl, "the tests of encrypted delivery need the openssl command"
        subprocess.run([openssl, *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)


def showing(issued):
    """What a server encrypts with that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*issued)
    return context


def fingerprint(issued):
    """The SHA-256 of a certificate, 64 hexadecimal digits."""
    return sha256(ssl.PEM_cert_to_DER_cert(issued[0].read_text())).hexdigest()
