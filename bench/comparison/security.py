"""What every contestant enforces, and what each cannot do or does differently."""
from __future__ import annotations

from .results import Results

SAME = """## The same security in every contestant

Checked by 19 requests before anything is measured: TLS 1.3 only (TLS_AES_128_GCM_SHA256, X25519), ALPN, on a second port a client certificate of a given CA; a bearer JWT in ES256, RS256 or HS256, each bound to
a key of its own, with `exp`, `iss` and `aud`; `/v1/` for the roles `agent` and `admin`, `/admin/` for `admin` alone, everything else refused; a rate limit for each `sub`; one log line for each request that names it.
"""

_WORDS: dict[str, tuple[str, str]] = {
    "pavise": ("every control on; two signed, chained audit records for each request, the first one stored before anything is forwarded, and the JSON Lines mirror as log; remembers which tokens were verified",
               "-"),
    "haproxy": ("`jwt_verify` and further rules for each request; a stick table as limit; log to a file, each line written at once", "no signed or verifiable log; a request is forwarded before its line is written; "
                "no refusal of duplicate claims or keys in a token"),
    "haproxy-cache": ("the same, and remembers in a stick table which tokens (SHA-256) were verified; claims are read and checked each time", "as above"),
    "nginx": ("no JWT of its own (the built-in one is commercial): Lua code of ours with OpenSSL; `limit_req`; log buffered for up to a second or 64 KiB, so a crash loses it",
              "no signed or verifiable log; a request is forwarded before its line is written; unknown paths get 403"),
    "nginx-cache": ("the same, and remembers the claims of verified tokens in a Lua table", "as above"),
    "vertx": ("`vertx-auth-jwt` for each request; a token bucket written for this; log buffered as nginx's", "remembers no tokens; no signed log; a request is forwarded before its line is written"),
    "scg": ("Spring Security resource server for each request; a rate limiter in memory; asynchronous file log", "remembers no tokens; no signed log; a request is forwarded before its line is written")}


def kind(contestant: str) -> str:
    """The entry of the table that a contestant belongs to."""
    start = contestant.split("-")[0]
    return start + "-cache" if contestant.endswith("-cache") else start


def section(results: Results) -> str:
    rows = ["| contestant | how | what it lacks |", "|---|---|---|"]
    for name in results.contestants():
        how, lacks = _WORDS.get(kind(name), ("given by the command line", "not known"))
        rows.append(f"| {name} | {how} | {lacks} |")
    return SAME + "\n" + "\n".join(rows) + "\n"
