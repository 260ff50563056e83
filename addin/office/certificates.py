"""A certificate for localhost, from a root that can sign for nothing else.

The root's key is deleted after signing, so nobody can sign with it later, and its name constraints allow only names of
this computer. The certificate is valid for 396 days, the most that browsers accept; then both are made again, and the
new root has to be trusted again.
"""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from workbooks.files import save

DAYS: Final = 396
RENEW_DAYS: Final = 14
ISSUER: Final = "Steelyard on this computer"
LOOPBACK: Final = ("127.0.0.1", "::1")
NETWORKS: Final = ("127.0.0.0/8", "::1/128")
TRUST: Final = {
    "Windows": 'certutil -user -addstore Root "{root}"',
    "Darwin": 'security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db "{root}"',
    "Linux": 'certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Steelyard -i "{root}"',
}


class CertificateError(ValueError):
    """A certificate that cannot be read or made; the message names the file."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a certificate: the server's own, its key, and the root to trust."""

    certificate: Path
    key: Path
    root: Path


def files(folder: Path) -> Files:
    """Paths of the files in a folder."""
    return Files(folder / "localhost.pem", folder / "localhost.key", folder / "steelyard-root.crt")


def ensure(folder: Path, now: dt.datetime) -> tuple[Files, bool]:
    """The files for localhost, made if there are none or they end soon; and whether they were made.

    Raises
    ------
    CertificateError
        If the folder cannot be written.
    """
    found = files(folder)
    try:
        if ends(found.certificate) > now + dt.timedelta(days=RENEW_DAYS) and found.key.exists() and found.root.exists():
            return found, False
    except CertificateError:
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make(found, now)
    except OSError as problem:
        message = f"{problem.filename or folder}: {problem.strerror or problem}"
        raise CertificateError(message) from problem
    return found, True


def ends(path: Path) -> dt.datetime:
    """When a certificate in a file ends.

    Raises
    ------
    CertificateError
        If the file is absent, or holds none.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except OSError as problem:
        message = f"{path}: {problem.strerror}"
        raise CertificateError(message) from problem
    except ValueError as problem:
        message = f"{path} is not a certificate in PEM form"
        raise CertificateError(message) from problem


def check_pair(certificate: Path, key: Path) -> None:
    """Raise if a certificate and a key do not match.

    Raises
    ------
    CertificateError
        If either cannot be read, or they do not match.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except ssl.SSLError as problem:
        message = f"{certificate} and {key} do not belong together: {problem.reason or problem}"
        raise CertificateError(message) from problem
    except OSError as problem:
        message = f"{certificate}, {key}: {problem.strerror}"
        raise CertificateError(message) from problem


def _make(to: Files, now: dt.datetime) -> None:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = _name(ISSUER)
    root = (
        _builder(name, name, root_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(_permitted(), None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(each)) for each in LOOPBACK)]
    certificate = (
        _builder(_name("localhost"), name, key.public_key(), now)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    to.key.unlink(missing_ok=True)
    to.key.touch(mode=0o600)
    save(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        to.key,
    )
    save(root.public_bytes(serialization.Encoding.PEM), to.root)
    save(certificate.public_bytes(serialization.Encoding.PEM), to.certificate)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _permitted() -> list[x509.GeneralName]:
    return [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_network(each)) for each in NETWORKS)]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
