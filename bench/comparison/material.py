"""Certificates, keys and tokens, made anew for each run in a temporary folder."""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import time

ISSUER, AUDIENCE, SUBJECT = "https://issuer.example", "agent-runtime", "agent-0001"
_CURVE = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
_LEAVES = {"server": ("localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth"),
           "client": ("agent-1", "subjectAltName=URI:spiffe://example/agent\nextendedKeyUsage=clientAuth")}


def _openssl(*words: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *words], input=given, check=True, capture_output=True).stdout


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_signature(der: bytes) -> bytes:
    """An ECDSA signature as RFC 7518 wants it: SEQUENCE of two INTEGERs to twice 32 bytes."""
    if der[0] != 0x30:
        raise ValueError("not a signature")
    at, raw = 2, b""
    for _ in range(2):
        length = der[at + 1]
        raw += int.from_bytes(der[at + 2:at + 2 + length], "big").to_bytes(32, "big")
        at += 2 + length
    return raw


class Material:
    """What every contestant is given: a CA with a server and a client certificate, three keys for tokens, and tokens good and bad."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.secret = secrets.token_hex(32)
        self._certificates()
        self._keys()
        self.tokens = self._tokens()
        for name, token in self.tokens.items():
            self._write("token." + name, token + "\n")

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _read(self, name: str) -> bytes:
        with open(self.path(name), "rb") as file:
            return file.read()

    def _write(self, name: str, text: str) -> None:
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def _certificates(self) -> None:
        path = self.path
        for name in ("ca", "server", "client"):
            _openssl("genpkey", *_CURVE, "-out", path(name + ".key"))
        _openssl("req", "-x509", "-new", "-key", path("ca.key"), "-sha256", "-days", "2", "-subj", "/CN=comparison-ca",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", path("ca.crt"))
        for name, (subject, extensions) in _LEAVES.items():
            self._write(name + ".ext", extensions + "\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n")
            _openssl("req", "-new", "-key", path(name + ".key"), "-subj", "/CN=" + subject, "-out", path(name + ".csr"))
            _openssl("x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial",
                     "-sha256", "-days", "2", "-extfile", path(name + ".ext"), "-out", path(name + ".crt"))
        self._write("server.pem", (self._read("server.crt") + self._read("server.key")).decode())

    def _keys(self) -> None:
        _openssl("genpkey", *_CURVE, "-out", self.path("es256.key"))
        _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.path("rs256.key"))
        for name in ("es256", "rs256"):
            _openssl("pkey", "-in", self.path(name + ".key"), "-pubout", "-out", self.path(name + ".pub"))
        self._write("hs256.secret", self.secret)

    def _tokens(self) -> dict[str, str]:
        good = {name: self.token(name) for name in ("ES256", "RS256", "HS256")}
        head, claims, signature = good["ES256"].split(".")
        other = "A" if signature[10] != "A" else "B"
        return {**good,
                "admin": self.token("ES256", role="admin"),
                "norole": self.token("ES256", role=None),
                "expired": self.token("ES256", exp=int(time.time()) - 60),
                "badiss": self.token("ES256", iss="https://other.example"),
                "badaud": self.token("ES256", aud="someone-else"),
                "badsig": f"{head}.{claims}.{signature[:10]}{other}{signature[11:]}",
                "none": _base64(b'{"alg":"none","typ":"JWT"}') + f".{claims}.",
                "confused": self.token("HS256", key=self._read("es256.pub"))}

    def token(self, algorithm: str, key: bytes | None = None, **changed: object) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "role": "agent", "iat": now, "exp": now + 86400, "jti": secrets.token_hex(8), **changed}
        parts = ({"alg": algorithm, "typ": "JWT"}, {name: value for name, value in claims.items() if value is not None})
        signed = ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
        return signed + "." + _base64(self._sign(algorithm, signed.encode(), key))

    def _sign(self, algorithm: str, data: bytes, key: bytes | None) -> bytes:
        if algorithm == "HS256":
            return hmac.new(key or self.secret.encode(), data, hashlib.sha256).digest()
        signature = _openssl("dgst", "-sha256", "-sign", self.path(algorithm.lower() + ".key"), given=data)
        return raw_signature(signature) if algorithm == "ES256" else signature
