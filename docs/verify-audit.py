#!/usr/bin/env python3
"""Checks an audit log without Pavise: verify-audit.py RECORDS.jsonl CHECKPOINT PUBLIC-KEY.pem [CUT]

RECORDS: `pavise audit export --format json`, all records in order (after retention: those from the cut on, with its note CUT).
Exit code 0: the key signed exactly these lines. RFC 9162 tree, C2SP signed note, Ed25519 (RFC 8032); standard library only."""
import base64, hashlib, sys

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

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

def join(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

note = open(sys.argv[2], "rb").read().split(b"\n\n")
(name, size, root), mark = note[0].split(b"\n")[:3], "\u2014 ".encode()
key = base64.b64decode(b"".join(open(sys.argv[3], "rb").read().split()[3:-3]))[-32:]
ours = [base64.b64decode(line.split()[2]) for line in note[1].split(b"\n") if line.startswith(mark + name + b" ")]
need(any(len(one) == 68 and signs(key, note[0] + b"\n", one[4:]) for one in ours), "the key did not sign this checkpoint")
cut = open(sys.argv[4], "rb").read().split(b"\n") if len(sys.argv) > 4 else []
peaks = [base64.b64decode(line[5:]) for line in cut if line.startswith(b"edge ")]  # the left edge of the tree
count = sum(int(line[6:]) for line in cut if line.startswith(b"first "))
for line in open(sys.argv[1], "rb"):
    if count < int(size):
        leaf, rest, count = hashlib.sha256(b"\0" + line.rstrip(b"\n")).digest(), count, count + 1
        while rest % 2: leaf, rest = join(peaks.pop(), leaf), rest // 2
        peaks.append(leaf)
while len(peaks) > 1: peaks[-2:] = [join(*peaks[-2:])]
need(peaks and count == int(size) and peaks[0] == base64.b64decode(root), "these are not the %d signed lines" % int(size))
print("%s: these are the %d signed records of %s" % (sys.argv[1], count, name.decode()))
