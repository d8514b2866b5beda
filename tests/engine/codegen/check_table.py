#!/usr/bin/python3
"""Checks a table file against its key file: check_table.py TABLE KEYS.

Written from the description of the format and from the published formulas
alone; shares nothing with the engine. Every key must have an index of its own,
the rank of the key. Exit code 0 or 1.
"""

import hashlib
import struct
import sys

HEADER = struct.Struct("<8sIIII24sIIIIII8IQQQ64s")
MASK = 0xFFFFFFFF


def require(condition, message):
    if not condition:
        sys.exit("check_table.py: " + message)


def rotate(number, count):
    return (number >> count | number << (32 - count)) & MASK


def jenkins(key, seed):
    a = (0x9E3779B9 + key) & MASK
    b = 0x9E3779B9
    c = seed
    for x, y, z in ((13, 8, 13), (12, 16, 5), (3, 10, 15)):
        a = (a - b - c) & MASK ^ c >> x
        b = (b - c - a) & MASK ^ a << y & MASK
        c = (c - a - b) & MASK ^ b >> z
    return c


def hash_function(name, s, vertex_count):
    """Returns a function from a key to its two vertices."""
    shift = 32 - (vertex_count.bit_length() - 1)
    mask = vertex_count - 1
    if name == "Jenkins":
        return lambda k: (jenkins(k, s[0]) & mask, jenkins(k, s[1]) & mask)
    amounts = [s[2] >> 8 * i & 31 for i in range(4)]
    if name == "MultiplyShiftR":
        return lambda k: ((k * s[0] & MASK) >> amounts[0] & mask,
                          (k * s[1] & MASK) >> amounts[1] & mask)
    if name == "MultiplyShiftRX":
        return lambda k: ((k * s[0] & MASK) >> shift,
                          (k * s[1] & MASK) >> shift)
    require(name.startswith("Mulshrolate") and name[11:] in
            ("1RX", "2RX", "3RX", "4RX"), "unknown hash function " + name)
    kind = int(name[11])

    def half(k, seed, amount, multiplier):
        return (rotate(k * seed & MASK, amount) * multiplier & MASK) >> shift

    return lambda k: (
        half(k, s[0], amounts[1], s[3] if kind >= 3 else 1),
        half(k, s[1], amounts[2] if kind >= 2 else 0,
             s[4] if kind >= 4 else 1))


def gather(key, mask):
    bits = [i for i in range(64) if mask >> i & 1]
    return sum((key >> bit & 1) << i for i, bit in enumerate(bits))


def main():
    with open(sys.argv[1], "rb") as file:
        table = file.read()
    with open(sys.argv[2], "rb") as file:
        key_bytes_all = file.read()
    (magic, version, header_bytes, _, key_bytes, name, key_count, edge_count,
     vertex_count, entry_bytes, bias, seed_count, *seeds, pack_mask, _,
     assigned_bytes, _) = HEADER.unpack_from(table)
    require(magic == b"\x89PHT\r\n\x1a\n" and version == 1, "format")
    require(header_bytes == HEADER.size, "header size")
    require(hashlib.sha256(table[:-32]).digest() == table[-32:], "checksum")
    require(len(table) == header_bytes + assigned_bytes + 32, "size")
    require(edge_count & (edge_count - 1) == 0, "edge count")

    entry = {1: "B", 2: "H", 4: "I"}[entry_bytes]
    entries = struct.unpack_from("<%d%s" % (vertex_count, entry), table,
                                 header_bytes)
    keys = sorted(struct.unpack("<%d%s" % (len(key_bytes_all) // key_bytes,
                                           {4: "I", 8: "Q"}[key_bytes]),
                                key_bytes_all))
    require(len(keys) == key_count, "key count")
    vertices = hash_function(name.rstrip(b"\0").decode(), seeds[:seed_count] +
                             [0] * 5, vertex_count)
    seen = set()
    for rank, key in enumerate(keys):
        packed = gather(key, pack_mask) if key_bytes == 8 else key
        v1, v2 = vertices((packed + bias) & MASK)
        index = (entries[v1] + entries[v2]) & (edge_count - 1)
        require(index not in seen, "index %d twice" % index)
        require(index == rank, "key %d of rank %d has index %d"
                % (key, rank, index))
        seen.add(index)
    print("%d keys ok" % len(keys))


if __name__ == "__main__":
    main()
