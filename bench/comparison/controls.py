"""Does a proxy really enforce what the comparison says it does? Asked before anything is measured."""
from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import TYPE_CHECKING

from .material import SUBJECT, Material

if TYPE_CHECKING:
    from .contestants import Contestant
    from .site import Site


def ask(material: Material, port: int, path: str, token: str | None, *, certificate: bool = False, tls12: bool = False, alpn: list[str] | None = None) -> int | str | None:
    """The status of one request, or with alpn the protocol that was chosen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(material.path("ca.crt"))
    if tls12:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if certificate:
        context.load_cert_chain(material.path("client.crt"), material.path("client.key"))
    if alpn:
        context.set_alpn_protocols(alpn)
    with socket.create_connection(("127.0.0.1", port), 5) as raw, context.wrap_socket(raw, server_hostname="localhost") as secure:
        if alpn:
            return secure.selected_alpn_protocol()
        bearer = f"Authorization: Bearer {material.tokens[token]}\r\n" if token else ""
        secure.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}\r\n".encode())
        response = http.client.HTTPResponse(secure)
        response.begin()
        return response.status


_ANSWERS: list[tuple[str, str, str | None, tuple[int, ...]]] = [
    ("ES256", "/v1/ping", "ES256", (200,)), ("RS256", "/v1/ping", "RS256", (200,)), ("HS256", "/v1/ping", "HS256", (200,)),
    ("no token", "/v1/ping", None, (401,)), ("bad signature", "/v1/ping", "badsig", (401,)), ("expired", "/v1/ping", "expired", (401,)),
    ("other issuer", "/v1/ping", "badiss", (401,)), ("other audience", "/v1/ping", "badaud", (401,)), ("alg none", "/v1/ping", "none", (401,)),
    ("key confusion", "/v1/ping", "confused", (401,)), ("agent on /admin", "/admin/x", "ES256", (403,)), ("admin on /admin", "/admin/x", "admin", (200,)),
    ("no role", "/v1/ping", "norole", (403,)), ("unknown path", "/other", "ES256", (403, 404))]


def check(site: Site, contestant: Contestant) -> dict[str, str]:
    """By control: ok, or what happened instead."""
    def answer(port: str, path: str, token: str | None, **how: object) -> int | str | None:
        try:
            return ask(site.material, contestant.ports[port], path, token, **how)
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__

    def verdict(got: object, good: bool) -> str:
        return "ok" if good else str(got)

    found = {}
    for name, path, token, wanted in _ANSWERS:
        got = answer("tls", path, token)
        found[name] = verdict(got, got in wanted)
    got = answer("tls", "/", None, alpn=["h2", "http/1.1"])
    found["ALPN h2"] = verdict(got, got == "h2")
    got = answer("mtls", "/v1/ping", "ES256", certificate=True)
    found["mTLS with certificate"] = verdict(got, got == 200)
    got = answer("tls", "/v1/ping", "ES256", tls12=True)
    found["TLS 1.2 refused"] = verdict(got, not isinstance(got, int))
    # In TLS 1.3 the refusal may come with the first read; nginx completes the handshake and answers 400.
    got = answer("mtls", "/v1/ping", "ES256")
    found["mTLS without certificate"] = verdict(got, not isinstance(got, int) or got in (400, 495, 496))
    found["log line with subject"] = _logged(contestant.log)
    return found


def _logged(path: str) -> str:
    deadline = time.monotonic() + 3  # peers write their log behind by up to a second
    while time.monotonic() < deadline:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                if SUBJECT in file.read():
                    return "ok"
        except OSError:
            pass
        time.sleep(0.1)
    return "not found"
