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


def fnv(key, seed):
    h = seed ^ 2166136261
    for byte in struct.pack("<I", key):
        h = h * 16777619 & MASK ^ byte
    return h


def crc32(key, crc):
    crc ^= key
    for _ in range(32):
        crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc


def left(number, count):
    return rotate(number, -count % 32)


def multiply(*factors):
    product = 1
    for factor in factors:
        product = product * factor & MASK
    return product


def high(key, low_factor, high_factor):
    """The high half of a product in 64 bits."""
    return key * (high_factor << 32 | low_factor) % 2**64 >> 32


def fold(number, count):
    return number ^ number >> count


def twist(number, count):
    return number ^ rotate(number, count)


def fold_twice(k, bytes_, a, b):
    n = bytes_of(bytes_)
    return fold(multiply(fold(multiply(k >> n[0], a), n[1]), b), n[2])


def twist_twice(k, bytes_, a, b):
    n = bytes_of(bytes_)
    return twist(multiply(twist(multiply(rotate(k, n[0]), a), n[1]), b), n[2])


def bytes_of(seed):
    return struct.pack("<I", seed)


# Each of (key, seeds, bytes of seed 3); the results are masked.
MASKED = {
    "Fnv": lambda k, s, n: (fnv(k, s[0]), fnv(k, s[1])),
    "Jenkins": lambda k, s, n: (jenkins(k, s[0]), jenkins(k, s[1])),
    "Crc32RotateX": lambda k, s, n: (
        crc32(k, s[0]), crc32(left(k, n[0]), s[1])),
    "Crc32RotateXY": lambda k, s, n: (
        crc32(rotate(k, n[0]), s[0]), crc32(left(k, n[1]), s[1])),
    "Crc32RotateWXYZ": lambda k, s, n: (
        left(crc32(rotate(k, n[0]), s[0]), n[1]),
        rotate(crc32(left(k, n[2]), s[1]), n[3])),
    "RotateMultiplyXorRotate": lambda k, s, n: (
        twist(multiply(rotate(k, n[0]), s[0]), n[1]),
        twist(multiply(rotate(k, n[2]), s[1]), n[3])),
    "RotateMultiplyXorRotate2": lambda k, s, n: (
        twist_twice(k, s[2], s[0], s[1]), twist_twice(k, s[5], s[3], s[4])),
    "ShiftMultiplyXorShift": lambda k, s, n: (
        fold(multiply(k >> n[0], s[0]), n[1]),
        fold(multiply(k >> n[2], s[1]), n[3])),
    "ShiftMultiplyXorShift2": lambda k, s, n: (
        fold_twice(k, s[2], s[0], s[1]), fold_twice(k, s[5], s[3], s[4])),
    "MultiplyRotateR": lambda k, s, n: (
        rotate(multiply(k, s[0]), n[0]), rotate(multiply(k, s[1]), n[1])),
    "MultiplyRotateLR": lambda k, s, n: (
        left(multiply(k, s[0]), n[0]), rotate(multiply(k, s[1]), n[1])),
    "MultiplyRotateR2": lambda k, s, n: (
        rotate(multiply(rotate(multiply(k, s[0]), n[0]), s[1]), n[1]),
        rotate(multiply(rotate(multiply(k, s[3]), n[2]), s[4]), n[3])),
    "MultiplyRotateRMultiply": lambda k, s, n: (
        multiply(rotate(multiply(k, s[0]), n[0]), s[1]),
        multiply(rotate(multiply(k, s[3]), n[1]), s[4])),
    "MultiplyShiftR": lambda k, s, n: (
        multiply(k, s[0]) >> n[0], multiply(k, s[1]) >> n[1]),
    "MultiplyShiftLR": lambda k, s, n: (
        multiply(k, s[0]) << n[0], multiply(k, s[1]) >> n[1]),
    "MultiplyShiftR2": lambda k, s, n: (
        multiply(multiply(k, s[0]) >> n[0], s[1]) >> n[1],
        multiply(multiply(k, s[3]) >> n[2], s[4]) >> n[3]),
    "MultiplyShiftRMultiply": lambda k, s, n: (
        multiply(multiply(k, s[0]) >> n[0], s[1]),
        multiply(multiply(k, s[3]) >> n[1], s[4])),
    "RotateRMultiply": lambda k, s, n: (
        multiply(rotate(k, n[0]), s[0]), multiply(rotate(k, n[1]), s[1])),
    "RotateRMultiplyRotateR": lambda k, s, n: (
        rotate(multiply(rotate(k, n[0]), s[0]), n[1]),
        rotate(multiply(rotate(k, n[2]), s[1]), n[3])),
    "Multiply643ShiftR": lambda k, s, n: (
        k * (s[1] << 32 | s[0]) % 2**64 >> n[0],
        k * (s[4] << 32 | s[3]) % 2**64 >> n[1]),
}
MASKED["Multiply644ShiftR"] = MASKED["Multiply643ShiftR"]


def hash_function(name, s, vertex_count):
    """Returns a function from a key to its two vertices."""
    shift = 32 - (vertex_count.bit_length() - 1)
    mask = vertex_count - 1
    if name in MASKED:
        n = bytes_of(s[2])
        return lambda k: tuple(v & mask for v in MASKED[name](k, s, n))
    if name == "MultiplyXorShiftRX":
        return lambda k: tuple(
            multiply(fold(multiply(fold(multiply(k, s[i]), 15), s[i + 2]), 13),
                     s[i + 4]) >> shift for i in (0, 1))
    if name == "WideMultiplyShiftRX":
        return lambda k: tuple(high(k, s[i], s[i + 1]) >> shift
                               for i in (0, 2))
    if name == "WideMultiplyXorShiftRX":
        return lambda k: tuple(
            multiply(fold(multiply(fold(high(k, s[2 * i], s[2 * i + 1]), 15),
                                   s[i + 4]), 13), s[i + 6]) >> shift
            for i in (0, 1))
    amounts = bytes_of(s[2])
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
    sum_mask = 2**64 - 1 if pack_mask == 2**64 - 1 else MASK
    seen = set()
    for rank, key in enumerate(keys):
        packed = gather(key, pack_mask) if key_bytes == 8 else key
        v1, v2 = vertices((packed + bias) & sum_mask)
        index = (entries[v1] + entries[v2]) & (edge_count - 1)
        require(index not in seen, "index %d twice" % index)
        require(index == rank, "key %d of rank %d has index %d"
                % (key, rank, index))
        seen.add(index)
    print("%d keys ok" % len(keys))


if __name__ == "__main__":
    main()
