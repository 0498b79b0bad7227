#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes bundles/card/purse.host/src/test/resources/ratchet-vectors.properties with OpenSSL's CMAC: python3 ratchet-vectors.py > FILE"""
import hashlib
import struct
import subprocess


def cmac(key, message):
    out = subprocess.run(
        ["openssl", "mac", "-cipher", "AES-128-CBC", "-macopt", "hexkey:" + key.hex(), "-in", "-", "CMAC"],
        input=message, capture_output=True, check=True).stdout
    return bytes.fromhex(out.decode().strip())


def kdf(key, label, context, n):
    return cmac(key, b"\x01" + label + b"\x00" + context + struct.pack(">H", 8 * n))[:n]


VECTORS = [
    # card, meter, amount, moved, day, transfers, card transaction, balance
    ("0011223344556677", "METER001", 1, 1, 9822, 1, 1, 1),
    ("0011223344556677", "METER001", 50000, 50001, 9823, 2, 7, 123456),
    ("FFEEDDCCBBAA9988", "METR0042", 200000, 9007199254740993, 65535, 4294967040, 4294967039, 499999),
    ("0000000000000001", "ZZZZ9999", 9223372036854775807, 9223372036854775807, 0, 65536, 16777216, 9223372036854775807),
]

print("# Made by docs/protocol/ratchet-vectors.py with OpenSSL's CMAC.")
print("count =", len(VECTORS))
for i, (card, meter, amount, moved, day, transfers, transaction, balance) in enumerate(VECTORS, 1):
    secret = hashlib.sha256(b"secret%d" % i).digest()[:16]
    z = hashlib.sha256(b"z%d" % i).digest()
    nonce = hashlib.sha256(b"nonce%d" % i).digest()[:16]
    fresh = kdf(cmac(bytes(16), z), b"PORTO-FRSH", b"", 16)
    personality = bytes.fromhex(card) + meter.encode() + struct.pack(">QQHII", amount, moved, day, transfers, transaction)
    following = kdf(secret, b"PORTO-NEXT", personality + fresh, 16)
    values = {
        "card": card, "meter": meter.encode().hex(), "amount": amount, "moved": moved, "day": day, "transfers": transfers,
        "cardTransaction": transaction, "balance": balance, "secret": secret.hex(), "z": z.hex(), "fresh": fresh.hex(),
        "next": following.hex(), "nonce": nonce.hex(), "handle": kdf(following, b"PORTO-HNDL", nonce, 8).hex(),
        "receipt": cmac(secret, b"PORTO-LOAD" + personality + struct.pack(">Q", balance)).hex(),
    }
    for name, value in values.items():
        print(f"{i}.{name} = {value}")
