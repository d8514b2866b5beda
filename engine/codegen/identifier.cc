#include "engine/codegen/identifier.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "engine/base/sha256.h"

namespace perfecthash {
namespace {

constexpr std::string_view kKeyFileSuffix = ".keys";
constexpr std::string_view kDefaultName = "table";
constexpr std::size_t kIdentifierLengthMax = 64;
constexpr std::size_t kComponentLengthMax = 100;
constexpr std::size_t kDigitCount = 8;

// Keywords of C and C++, and targets that CMake keeps for itself.
constexpr std::string_view kReserved[] = {"all",
                                          "alignas",
                                          "alignof",
                                          "and",
                                          "and_eq",
                                          "asm",
                                          "auto",
                                          "bitand",
                                          "bitor",
                                          "bool",
                                          "break",
                                          "case",
                                          "catch",
                                          "char",
                                          "char16_t",
                                          "char32_t",
                                          "char8_t",
                                          "class",
                                          "clean",
                                          "co_await",
                                          "co_return",
                                          "co_yield",
                                          "compl",
                                          "concept",
                                          "const",
                                          "const_cast",
                                          "consteval",
                                          "constexpr",
                                          "constinit",
                                          "continue",
                                          "decltype",
                                          "default",
                                          "delete",
                                          "depend",
                                          "do",
                                          "double",
                                          "dynamic_cast",
                                          "edit_cache",
                                          "else",
                                          "enum",
                                          "explicit",
                                          "export",
                                          "extern",
                                          "false",
                                          "float",
                                          "for",
                                          "friend",
                                          "goto",
                                          "help",
                                          "if",
                                          "inline",
                                          "install",
                                          "int",
                                          "long",
                                          "main",
                                          "mutable",
                                          "namespace",
                                          "new",
                                          "noexcept",
                                          "not",
                                          "not_eq",
                                          "nullptr",
                                          "operator",
                                          "or",
                                          "or_eq",
                                          "package",
                                          "package_source",
                                          "private",
                                          "protected",
                                          "public",
                                          "rebuild_cache",
                                          "register",
                                          "reinterpret_cast",
                                          "requires",
                                          "restrict",
                                          "return",
                                          "short",
                                          "signed",
                                          "sizeof",
                                          "static",
                                          "static_assert",
                                          "static_cast",
                                          "struct",
                                          "switch",
                                          "template",
                                          "test",
                                          "this",
                                          "thread_local",
                                          "throw",
                                          "true",
                                          "try",
                                          "typedef",
                                          "typeid",
                                          "typename",
                                          "typeof",
                                          "typeof_unqual",
                                          "union",
                                          "unsigned",
                                          "using",
                                          "virtual",
                                          "void",
                                          "volatile",
                                          "wchar_t",
                                          "while",
                                          "xor",
                                          "xor_eq"};

// Windows opens a device for these names, whatever folder and extension go
// with them.
constexpr std::string_view kDevices[] = {"con", "prn", "aux",
                                         "nul", "com", "lpt"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsReserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) !=
         std::end(kReserved);
}

bool IsDevice(std::string_view component) {
  std::string stem(component.substr(0, component.find('.')));
  if (stem.size() == 4 && IsDigit(stem.back())) stem.pop_back();
  for (char& c : stem) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(std::begin(kDevices), std::end(kDevices), stem) !=
         std::end(kDevices);
}

std::string_view WithoutKeyFileSuffix(std::string_view name) {
  if (name.ends_with(kKeyFileSuffix)) name.remove_suffix(kKeyFileSuffix.size());
  return name;
}

std::string WithDigits(std::string name, std::string_view original,
                       std::size_t length_max) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(original.data());
  const std::string digits =
      ToHex(Sha256(absl::MakeConstSpan(bytes, original.size())));
  name.resize(std::min(name.size(), length_max - kDigitCount - 1));
  // "__" is reserved in C++, and "._" is ugly.
  while (!name.empty() && !IsLetter(name.back()) && !IsDigit(name.back())) {
    name.pop_back();
  }
  if (name.empty()) name = "t";
  return name + "_" + digits.substr(0, kDigitCount);
}

std::string SafeComponent(std::string_view original) {
  std::string name;
  for (const char c : original) {
    const bool leading = name.empty() && (c == '.' || c == '-');
    const bool fine = IsLetter(c) || IsDigit(c) || c == '_' || c == '+' ||
                      ((c == '.' || c == '-') && !leading);
    name += fine ? c : '_';
  }
  if (IsDevice(name)) std::replace(name.begin(), name.end(), '.', '_');
  const bool unchanged = name == original && !IsDevice(name) &&
                         name.back() != '.' &&
                         name.size() <= kComponentLengthMax;
  return unchanged ? name : WithDigits(name, original, kComponentLengthMax);
}

}  // namespace

std::string IdentifierFromFileName(std::string_view file_name) {
  file_name.remove_prefix(file_name.rfind('/') + 1);
  const std::string_view original = WithoutKeyFileSuffix(file_name);
  if (original.empty()) return std::string(kDefaultName);

  std::string name;
  bool changed = false;
  for (const char c : original) {
    const bool fine = IsLetter(c) || IsDigit(c) || c == '_';
    const char letter = fine ? c : '_';
    changed |= !fine && c != '-';
    // No "__", which is reserved, and no '_' in front.
    const bool dropped = letter == '_' && (name.empty() || name.back() == '_');
    changed |= dropped;
    if (!dropped) name += letter;
  }
  if (name.empty() || IsDigit(name.front())) {
    name.insert(name.begin(), 't');
    changed = true;
  }
  changed |= IsReserved(name) || name.size() > kIdentifierLengthMax;
  return changed ? WithDigits(name, original, kIdentifierLengthMax) : name;
}

std::string DirectoryFromFileName(std::string_view file_name) {
  std::string path;
  while (!file_name.empty()) {
    std::string_view component = file_name.substr(0, file_name.find('/'));
    file_name.remove_prefix(std::min(file_name.size(), component.size() + 1));
    if (component.empty() || component == "." || component == "..") continue;
    if (file_name.empty()) component = WithoutKeyFileSuffix(component);
    if (!path.empty()) path += '/';
    path += component.empty() ? std::string(kDefaultName)
                              : SafeComponent(component);
  }
  return path.empty() ? std::string(kDefaultName) : path;
}

}  // namespace perfecthash
