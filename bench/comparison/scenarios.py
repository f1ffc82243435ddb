"""What is measured: each scenario is one kind of load."""
from __future__ import annotations

from dataclasses import dataclass

KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Scenario:
    """One kind of load on one port. The tool decides which generator drives it."""
    name: str
    text: str
    tool: str  # wrk, h2load, load
    port: str = "tls"
    path: str = "/v1/ping"
    token: str | None = "ES256"
    connections: int = 64
    body: int = 0          # of the request
    fresh: bool = False    # a new connection for each request
    resume: bool = False
    rate: int = 0          # open loop, requests each second
    warms: bool = True     # worth a warm-up of its own for contestants that compile at run time
    family: str = "cost"   # cost, handshake, latency: how it is shown
    moved: int = 0         # bytes of body for each request, either way


def _latency(rate: int) -> Scenario:
    return Scenario(f"lat-{rate // 1000}k", f"open loop at {rate} requests each second over 32 connections, ES256; latency counts from the moment a request was due",
                    "load", connections=32, rate=rate, warms=False, family="latency")


def _handshake(name: str, text: str, port: str = "tls", resume: bool = False) -> Scenario:
    return Scenario(name, text, "load", port=port, token="HS256", connections=16, fresh=True, resume=resume, family="handshake")


_ALL = [
    Scenario("plain", "plain HTTP/1.1 keep-alive, no controls, 2-byte answer", "wrk", port="plain", token=None),
    Scenario("plain16k", "the same, 16 KiB answer", "wrk", port="plain", path="/v1/big", token=None, moved=16 * KIB, warms=False),
    Scenario("h1", "TLS 1.3 keep-alive, JWT ES256, role, rate limit, log; HTTP/1.1", "wrk"),
    Scenario("h1-rs", "the same with RS256", "wrk", token="RS256", warms=False),
    Scenario("h1-hs", "the same with HS256", "wrk", token="HS256", warms=False),
    Scenario("h1-16k", "the same with HS256 and a 16 KiB answer", "wrk", path="/v1/big", token="HS256", moved=16 * KIB),
    Scenario("h2", "all controls, ES256, HTTP/2 (8 connections of 8 streams)", "h2load"),
    Scenario("h2-hs", "the same with HS256", "h2load", token="HS256", warms=False),
    Scenario("h2-16k", "the same with HS256 and a 16 KiB answer", "h2load", path="/v1/big", token="HS256", moved=16 * KIB),
    Scenario("down-1m", "all controls, HS256, 1 MiB answer, HTTP/1.1", "wrk", path="/v1/huge", token="HS256", connections=16, moved=MIB),
    Scenario("up-16k", "all controls, HS256, POST of 16 KiB, HTTP/1.1", "load", token="HS256", body=16 * KIB, moved=16 * KIB),
    Scenario("up-1m", "all controls, HS256, POST of 1 MiB, HTTP/1.1", "load", token="HS256", connections=16, body=MIB, moved=MIB),
    Scenario("h2-down-1m", "all controls, HS256, 1 MiB answer, HTTP/2 (8 connections of 2 streams)", "h2load", path="/v1/huge", token="HS256", connections=16, moved=MIB),
    Scenario("h2-up-1m", "all controls, HS256, POST of 1 MiB, HTTP/2 (8 connections of 2 streams)", "h2load", token="HS256", connections=16, body=MIB, moved=MIB),
    _handshake("hs", "full TLS 1.3 handshake (P-256) and one request, all controls, HS256"),
    _handshake("hs-mtls", "the same with a client certificate, required and verified", port="mtls"),
    _handshake("hs-resumed", "handshake resumed by the ticket of the connection before, and one request", resume=True),
    _handshake("hs-resumed-mtls", "the same with a client certificate", port="mtls", resume=True),
    _latency(2000), _latency(5000), _latency(10000),
]
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}

# Measured on their own, after the rounds.
STAGES = {
    "refusals": "what a 401, 403, 404 and 429 cost beside an allowed request",
    "overload": "open loop at twice the measured capacity over 512 connections: answers within a second of being due",
    "cores": "h1 and h2 on two cores, which the generator shares",
    "start": "time to the first answered TLS request; memory after start, idle and after load",
    "idle-1k": "memory and CPU of 1,000 idle TLS connections",
    "idle-10k": "the same with 9,900 connections",
}

# Contestants on the JVM take long to warm up, so they run in fewer.
JVM_PEERS_RUN = frozenset({"plain", "h1", "h1-hs", "hs-mtls", "start", "idle-1k"})
QUICK = ("h1", "h1-hs", "h2", "hs", "hs-mtls", "hs-resumed")
