#!/usr/bin/env python3
"""Checks the receipt of a run with openssl, and nothing of Pavise.

  verify-receipt.py ANSWER.json RECEIPT.pub

ANSWER.json is what `POST /v1/tools/{id}/run` answered, RECEIPT.pub the runner's key. Prints what the receipt says; exit code 0 where the
signature holds and the receipt is of this answer's output, else 1.
"""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile


def output_of(answer, name):
    return base64.b64decode(answer[name + "_base64"]) if name + "_base64" in answer else answer[name].encode()


def output_hash(answer):
    parts = [hashlib.sha256(output_of(answer, name)).digest() for name in ("stdout", "stderr")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def signed(receipt, key):
    payload, kind = base64.b64decode(receipt["payload"]), receipt["payloadType"].encode()
    with tempfile.NamedTemporaryFile() as message, tempfile.NamedTemporaryFile() as signature:
        message.write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        signature.write(base64.b64decode(receipt["signatures"][0]["sig"]))
        message.flush()
        signature.flush()
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-sigfile", signature.name, "-in", message.name]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        answer = json.load(file)
    receipt = answer["receipt"]
    if receipt["payloadType"] != "application/vnd.pavise.tool-receipt+json" or not signed(receipt, arguments[1]):
        sys.exit("the signature does not hold")
    said = json.loads(base64.b64decode(receipt["payload"]))
    if not answer["truncated"] and said["output_sha256"] != output_hash(answer):
        sys.exit("the receipt is of another output")
    for name in sorted(said):
        print(f"{name}: {said[name]}")
    print("the receipt holds")


if __name__ == "__main__":
    main(sys.argv[1:])
