#pragma once

#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

// The hash functions, at compile time. Data only, so that kernels of any
// instruction set may include it.

// HashSteps, to be read as the formulas are: `seed`, and `byte` of that seed.
inline constexpr HashStep Multiply(int seed) {
  return {HashOperation::kMultiply, seed};
}
inline constexpr HashStep RotateR(int seed, int byte) {
  return {HashOperation::kRotateRight, seed, byte};
}
inline constexpr HashStep RotateL(int seed, int byte) {
  return {HashOperation::kRotateLeft, seed, byte};
}
inline constexpr HashStep ShiftR(int seed, int byte) {
  return {HashOperation::kShiftRight, seed, byte};
}
inline constexpr HashStep ShiftL(int seed, int byte) {
  return {HashOperation::kShiftLeft, seed, byte};
}
inline constexpr HashStep XorRotateR(int seed, int byte) {
  return {HashOperation::kXorRotateRight, seed, byte};
}
inline constexpr HashStep XorShiftR(int seed, int byte) {
  return {HashOperation::kXorShiftRight, seed, byte};
}
inline constexpr HashStep XorShiftRBy(std::uint32_t constant) {
  return {HashOperation::kXorShiftRight, 0, 0, constant};
}
inline constexpr HashStep Jenkins(int seed) {
  return {HashOperation::kJenkins, seed};
}
inline constexpr HashStep Fnv(int seed) { return {HashOperation::kFnv, seed}; }
inline constexpr HashStep Crc32(int seed) {
  return {HashOperation::kCrc32, seed};
}
inline constexpr HashStep Multiply64(int seed) {
  return {HashOperation::kMultiply64, seed};
}
inline constexpr HashStep MultiplyWide(int seed) {
  return {HashOperation::kMultiplyWide, seed};
}
inline constexpr HashStep High(int seed) {
  return {HashOperation::kHigh, seed};
}
inline constexpr HashStep HighShift(int seed, int byte) {
  return {HashOperation::kHighShift, seed, byte};
}
inline constexpr HashStep ToVertex() { return {HashOperation::kShiftToVertex}; }

inline constexpr std::uint32_t kAll = 0xffffffff;
// Shifts and rotations, in bytes 1, 2, .. of a seed.
inline constexpr std::uint32_t kByte1 = 0x0000001f;
inline constexpr std::uint32_t kByte2 = 0x00001f00;
inline constexpr std::uint32_t kBytes12 = 0x00001f1f;
inline constexpr std::uint32_t kBytes23 = 0x001f1f00;
inline constexpr std::uint32_t kBytes123 = 0x001f1f1f;
inline constexpr std::uint32_t kBytes1234 = 0x1f1f1f1f;
inline constexpr std::uint32_t kWideBytes12 = 0x00003f3f;

// The formulas, but for those said to be ours, are those of the perfecthash
// project of Trent Nelson, and so are the masks.
inline constexpr std::array<HashFunction, kHashFunctionCount> kHashFunctions = {
    {
        {.id = HashFunctionId::kMultiplyShiftR,
         .name = "MultiplyShiftR",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "(k * s1 >> s3.1) & (V - 1), (k * s2 >> s3.2) & (V - 1)",
         .first = {Multiply(1), ShiftR(3, 1)},
         .second = {Multiply(2), ShiftR(3, 2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyShiftRX,
         .name = "MultiplyShiftRX",
         .seed_count = 2,
         .seed_masks = {kAll, kAll},
         .formula = "k * s1 >> S, k * s2 >> S",
         .first = {Multiply(1), ToVertex()},
         .second = {Multiply(2), ToVertex()}},
        {.id = HashFunctionId::kMulshrolate1RX,
         .name = "Mulshrolate1RX",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kByte2},
         .formula = "R(k * s1, s3.2) >> S, k * s2 >> S",
         .first = {Multiply(1), RotateR(3, 2), ToVertex()},
         .second = {Multiply(2), ToVertex()}},
        {.id = HashFunctionId::kMulshrolate2RX,
         .name = "Mulshrolate2RX",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes23},
         .formula = "R(k * s1, s3.2) >> S, R(k * s2, s3.3) >> S",
         .first = {Multiply(1), RotateR(3, 2), ToVertex()},
         .second = {Multiply(2), RotateR(3, 3), ToVertex()}},
        {.id = HashFunctionId::kMulshrolate3RX,
         .name = "Mulshrolate3RX",
         .seed_count = 4,
         .seed_masks = {kAll, kAll, kBytes23, kAll},
         .formula = "R(k * s1, s3.2) * s4 >> S, R(k * s2, s3.3) >> S",
         .first = {Multiply(1), RotateR(3, 2), Multiply(4), ToVertex()},
         .second = {Multiply(2), RotateR(3, 3), ToVertex()}},
        {.id = HashFunctionId::kMulshrolate4RX,
         .name = "Mulshrolate4RX",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes23, kAll, kAll},
         .formula = "R(k * s1, s3.2) * s4 >> S, R(k * s2, s3.3) * s5 >> S",
         .first = {Multiply(1), RotateR(3, 2), Multiply(4), ToVertex()},
         .second = {Multiply(2), RotateR(3, 3), Multiply(5), ToVertex()}},
        {.id = HashFunctionId::kJenkins,
         .name = "Jenkins",
         .seed_count = 2,
         .seed_masks = {kAll, kAll},
         .formula = "mix(g + k, g, s1) & (V - 1), mix(g + k, g, s2) & (V - 1) "
                    "with Bob Jenkins's 96-bit mix and g = 0x9e3779b9",
         .first = {Jenkins(1)},
         .second = {Jenkins(2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kFnv,
         .name = "Fnv",
         .seed_count = 2,
         .seed_masks = {kAll, kAll},
         .formula =
             "fnv(s1, k) & (V - 1), fnv(s2, k) & (V - 1) with h = s ^ "
             "2166136261, then h = h * 16777619 ^ byte for the 4 bytes of k",
         .first = {Fnv(1)},
         .second = {Fnv(2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kCrc32RotateX,
         .name = "Crc32RotateX",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kByte1},
         .formula = "crc32c(s1, k) & (V - 1), crc32c(s2, L(k, s3.1)) & (V - 1)",
         .first = {Crc32(1)},
         .second = {RotateL(3, 1), Crc32(2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kCrc32RotateXY,
         .name = "Crc32RotateXY",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "crc32c(s1, R(k, s3.1)) & (V - 1), "
                    "crc32c(s2, L(k, s3.2)) & (V - 1)",
         .first = {RotateR(3, 1), Crc32(1)},
         .second = {RotateL(3, 2), Crc32(2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kCrc32RotateWXYZ,
         .name = "Crc32RotateWXYZ",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes1234},
         .formula = "L(crc32c(s1, R(k, s3.1)), s3.2) & (V - 1), "
                    "R(crc32c(s2, L(k, s3.3)), s3.4) & (V - 1)",
         .first = {RotateR(3, 1), Crc32(1), RotateL(3, 2)},
         .second = {RotateL(3, 3), Crc32(2), RotateR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kRotateMultiplyXorRotate,
         .name = "RotateMultiplyXorRotate",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes1234},
         .formula = "XR(R(k, s3.1) * s1, s3.2) & (V - 1), "
                    "XR(R(k, s3.3) * s2, s3.4) & (V - 1)",
         .first = {RotateR(3, 1), Multiply(1), XorRotateR(3, 2)},
         .second = {RotateR(3, 3), Multiply(2), XorRotateR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kRotateMultiplyXorRotate2,
         .name = "RotateMultiplyXorRotate2",
         .seed_count = 6,
         .seed_masks = {kAll, kAll, kBytes123, kAll, kAll, kBytes123},
         .formula = "XR(XR(R(k, s3.1) * s1, s3.2) * s2, s3.3) & (V - 1), "
                    "XR(XR(R(k, s6.1) * s4, s6.2) * s5, s6.3) & (V - 1)",
         .first = {RotateR(3, 1), Multiply(1), XorRotateR(3, 2), Multiply(2),
                   XorRotateR(3, 3)},
         .second = {RotateR(6, 1), Multiply(4), XorRotateR(6, 2), Multiply(5),
                    XorRotateR(6, 3)},
         .masks_vertices = true},
        {.id = HashFunctionId::kShiftMultiplyXorShift,
         .name = "ShiftMultiplyXorShift",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes1234},
         .formula = "X((k >> s3.1) * s1, s3.2) & (V - 1), "
                    "X((k >> s3.3) * s2, s3.4) & (V - 1)",
         .first = {ShiftR(3, 1), Multiply(1), XorShiftR(3, 2)},
         .second = {ShiftR(3, 3), Multiply(2), XorShiftR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kShiftMultiplyXorShift2,
         .name = "ShiftMultiplyXorShift2",
         .seed_count = 6,
         .seed_masks = {kAll, kAll, kBytes123, kAll, kAll, kBytes123},
         .formula = "X(X((k >> s3.1) * s1, s3.2) * s2, s3.3) & (V - 1), "
                    "X(X((k >> s6.1) * s4, s6.2) * s5, s6.3) & (V - 1)",
         .first = {ShiftR(3, 1), Multiply(1), XorShiftR(3, 2), Multiply(2),
                   XorShiftR(3, 3)},
         .second = {ShiftR(6, 1), Multiply(4), XorShiftR(6, 2), Multiply(5),
                    XorShiftR(6, 3)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyRotateR,
         .name = "MultiplyRotateR",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "R(k * s1, s3.1) & (V - 1), R(k * s2, s3.2) & (V - 1)",
         .first = {Multiply(1), RotateR(3, 1)},
         .second = {Multiply(2), RotateR(3, 2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyRotateLR,
         .name = "MultiplyRotateLR",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "L(k * s1, s3.1) & (V - 1), R(k * s2, s3.2) & (V - 1)",
         .first = {Multiply(1), RotateL(3, 1)},
         .second = {Multiply(2), RotateR(3, 2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyRotateR2,
         .name = "MultiplyRotateR2",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes1234, kAll, kAll},
         .formula = "R(R(k * s1, s3.1) * s2, s3.2) & (V - 1), "
                    "R(R(k * s4, s3.3) * s5, s3.4) & (V - 1)",
         .first = {Multiply(1), RotateR(3, 1), Multiply(2), RotateR(3, 2)},
         .second = {Multiply(4), RotateR(3, 3), Multiply(5), RotateR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyRotateRMultiply,
         .name = "MultiplyRotateRMultiply",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes12, kAll, kAll},
         .formula = "R(k * s1, s3.1) * s2 & (V - 1), "
                    "R(k * s4, s3.2) * s5 & (V - 1)",
         .first = {Multiply(1), RotateR(3, 1), Multiply(2)},
         .second = {Multiply(4), RotateR(3, 2), Multiply(5)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyShiftLR,
         .name = "MultiplyShiftLR",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "(k * s1 << s3.1) & (V - 1), (k * s2 >> s3.2) & (V - 1)",
         .first = {Multiply(1), ShiftL(3, 1)},
         .second = {Multiply(2), ShiftR(3, 2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyShiftR2,
         .name = "MultiplyShiftR2",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes1234, kAll, kAll},
         .formula = "((k * s1 >> s3.1) * s2 >> s3.2) & (V - 1), "
                    "((k * s4 >> s3.3) * s5 >> s3.4) & (V - 1)",
         .first = {Multiply(1), ShiftR(3, 1), Multiply(2), ShiftR(3, 2)},
         .second = {Multiply(4), ShiftR(3, 3), Multiply(5), ShiftR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiplyShiftRMultiply,
         .name = "MultiplyShiftRMultiply",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes12, kAll, kAll},
         .formula = "(k * s1 >> s3.1) * s2 & (V - 1), "
                    "(k * s4 >> s3.2) * s5 & (V - 1)",
         .first = {Multiply(1), ShiftR(3, 1), Multiply(2)},
         .second = {Multiply(4), ShiftR(3, 2), Multiply(5)},
         .masks_vertices = true},
        {.id = HashFunctionId::kRotateRMultiply,
         .name = "RotateRMultiply",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes12},
         .formula = "R(k, s3.1) * s1 & (V - 1), R(k, s3.2) * s2 & (V - 1)",
         .first = {RotateR(3, 1), Multiply(1)},
         .second = {RotateR(3, 2), Multiply(2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kRotateRMultiplyRotateR,
         .name = "RotateRMultiplyRotateR",
         .seed_count = 3,
         .seed_masks = {kAll, kAll, kBytes1234},
         .formula = "R(R(k, s3.1) * s1, s3.2) & (V - 1), "
                    "R(R(k, s3.3) * s2, s3.4) & (V - 1)",
         .first = {RotateR(3, 1), Multiply(1), RotateR(3, 2)},
         .second = {RotateR(3, 3), Multiply(2), RotateR(3, 4)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiply643ShiftR,
         .name = "Multiply643ShiftR",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kBytes12, kAll, kAll},
         .formula = "(k * (s2:s1) >> s3.1) & (V - 1), "
                    "(k * (s5:s4) >> s3.2) & (V - 1) in 64 bits",
         .first = {Multiply64(1), High(2), HighShift(3, 1)},
         .second = {Multiply64(4), High(5), HighShift(3, 2)},
         .masks_vertices = true},
        {.id = HashFunctionId::kMultiply644ShiftR,
         .name = "Multiply644ShiftR",
         .seed_count = 5,
         .seed_masks = {kAll, kAll, kWideBytes12, kAll, kAll},
         .formula = "(k * (s2:s1) >> s3.1) & (V - 1), "
                    "(k * (s5:s4) >> s3.2) & (V - 1) in 64 bits",
         .first = {Multiply64(1), High(2), HighShift(3, 1)},
         .second = {Multiply64(4), High(5), HighShift(3, 2)},
         .masks_vertices = true},
        // Ours, for sets too large for the others. What a product does to the
        // high bits of a key's difference another key's repeats; folding the
        // high half of the product into the low one between two multiplications
        // ends that.
        {.id = HashFunctionId::kMultiplyXorShiftRX,
         .name = "MultiplyXorShiftRX",
         .seed_count = 6,
         .seed_masks = {kAll, kAll, kAll, kAll, kAll, kAll},
         .odd_seeds = 0b111111,
         .formula = "X(X(k * s1, 15) * s3, 13) * s5 >> S, "
                    "X(X(k * s2, 15) * s4, 13) * s6 >> S",
         .first = {Multiply(1), XorShiftRBy(15), Multiply(3), XorShiftRBy(13),
                   Multiply(5), ToVertex()},
         .second = {Multiply(2), XorShiftRBy(15), Multiply(4), XorShiftRBy(13),
                    Multiply(6), ToVertex()}},
        // Ours, for keys of 64 bits.
        {.id = HashFunctionId::kWideMultiplyShiftRX,
         .name = "WideMultiplyShiftRX",
         .seed_count = 4,
         .seed_masks = {kAll, kAll, kAll, kAll},
         .odd_seeds = 0b0101,
         .formula = "(k * (s2:s1) >> 32) >> S, (k * (s4:s3) >> 32) >> S with "
                    "the products in 64 bits",
         .first = {MultiplyWide(1), High(2), ToVertex()},
         .second = {MultiplyWide(3), High(4), ToVertex()}},
        {.id = HashFunctionId::kWideMultiplyXorShiftRX,
         .name = "WideMultiplyXorShiftRX",
         .seed_count = 8,
         .seed_masks = {kAll, kAll, kAll, kAll, kAll, kAll, kAll, kAll},
         .odd_seeds = 0b11110101,
         .formula =
             "X(X(k * (s2:s1) >> 32, 15) * s5, 13) * s7 >> S, X(X(k * (s4:s3) "
             ">> 32, 15) * s6, 13) * s8 >> S with k * (s2:s1) in 64 bits",
         .first = {MultiplyWide(1), High(2), XorShiftRBy(15), Multiply(5),
                   XorShiftRBy(13), Multiply(7), ToVertex()},
         .second = {MultiplyWide(3), High(4), XorShiftRBy(15), Multiply(6),
                    XorShiftRBy(13), Multiply(8), ToVertex()}},
    }};

inline constexpr const HashFunction& HashFunctionOf(HashFunctionId id) {
  return kHashFunctions[static_cast<std::size_t>(id)];
}

}  // namespace perfecthash
