#!/usr/bin/env python3
"""Checks a tool's manifest without Pavise: verify-tool.py MANIFEST PUBLIC-KEY.pem [CONTENT]

MANIFEST: the signed manifest, or the DSSE envelope of it. CONTENT: the tool's bytes, whose digest is then checked too.
Exit code 0: the key signed this manifest. RFC 8785, DSSE v1, Ed25519 (RFC 8032); standard library only."""
import base64, hashlib, json, sys

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
TYPE = b"application/vnd.pavise.tool-manifest+json"

def need(good, otherwise): return good or sys.exit("NOT verified: " + otherwise)

def add(a, b):  # two points of the curve, each (x, y, 1, xy) times some z
    s, t = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    u, v = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (t - s) * (v - u) % P, (v + u) * (t + s) % P, (v - u) * (v + u) % P, (t - s) * (t + s) % P

def times(n, a):
    return add(times(n // 2, add(a, a)), a if n % 2 else (0, 1, 1, 0)) if n else (0, 1, 1, 0)

def point(raw):  # 32 bytes: y, and in the last bit whether x is odd
    y = int.from_bytes(raw, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and y < P, "not a point of the curve")
    return (x, y, 1, x * y % P) if x % 2 == raw[31] >> 7 else (P - x, y, 1, -x * y % P)

def signs(key, text, signature):
    s, r = int.from_bytes(signature[32:], "little"), point(signature[:32])
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    a, b = times(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))), add(r, times(h, point(key)))
    return s < ORDER and all((a[i] * b[2] - b[i] * a[2]) % P == 0 for i in (0, 1))

def once(pairs):
    need(len({name for name, value in pairs}) == len(pairs), "a member is there twice")
    return dict(pairs)

def canonical(members):  # RFC 8785, for what a manifest has: ASCII names, text, whole numbers, lists
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

read = json.load(open(sys.argv[1], "rb"), object_pairs_hook=once)
if "payloadType" in read:
    need(read["payloadType"].encode() == TYPE, "the envelope is about something else")
    payload, signatures = base64.b64decode(read["payload"]), [one["sig"] for one in read["signatures"]]
    manifest = json.loads(payload, object_pairs_hook=once)
else:
    manifest = {name: value for name, value in read.items() if name != "signature"}
    payload, signatures = canonical(manifest), [read["signature"]]
key = base64.b64decode("".join(open(sys.argv[2]).read().split("-----")[2].split()))[-32:]
signed = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(payload), payload)
need(any(signs(key, signed, base64.b64decode(one)) for one in signatures), "the key did not sign this manifest")
if len(sys.argv) > 3:
    need(hashlib.sha256(open(sys.argv[3], "rb").read()).hexdigest() == manifest["sha256_hash"], "this is other content")
print("%s: %s %s is signed by this key" % (sys.argv[1], manifest["tool_id"], manifest["version"]))
