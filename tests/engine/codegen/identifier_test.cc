#include "engine/codegen/identifier.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <vector>

namespace perfecthash {
namespace {

const std::vector<std::string>& NamesFromHell() {
  static const std::vector<std::string> names = {
      "a b.keys",
      "a.b.keys",
      "a+b.keys",
      "7 of 9.keys",
      "31016.keys",
      "int.keys",
      "class.keys",
      "test.keys",
      "_Reserved.keys",
      "__x.keys",
      "a--b.keys",
      "Größe.keys",
      "鍵.keys",
      "\xff\xfe.keys",
      "*) evil (*.keys",
      "quote\".keys",
      "${PATH}@NAME@.keys",
      "back\\slash.keys",
      "new\nline.keys",
      "-rf.keys",
      "CON.keys",
      "nul.tar.keys",
      "trailing.",
      "..keys",
      "a.keys.keys",
      std::string(300, 'x') + ".keys",
      std::string(300, 'x') + "y.keys",
      std::string("nul\0byte", 8)};
  return names;
}

bool IsPlainIdentifier(const std::string& name) {
  if (name.empty() || name.size() > 64 || !std::isalpha(name[0])) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) > 127) return false;
    if (!std::isalnum(c) && c != '_') return false;
  }
  return name.find("__") == std::string::npos;
}

TEST(IdentifierTest, FineNamesStayAsTheyAre) {
  EXPECT_EQ(IdentifierFromFileName("HologramWorld-31016.keys"),
            "HologramWorld_31016");
  EXPECT_EQ(IdentifierFromFileName("/srv/keys/words.keys"), "words");
  EXPECT_EQ(IdentifierFromFileName("words"), "words");
  EXPECT_EQ(IdentifierFromFileName("words.txt").substr(0, 10), "words_txt_");
}

TEST(IdentifierTest, AnyNameBecomesAnIdentifierOfItsOwn) {
  std::set<std::string> identifiers;
  for (const std::string& name : NamesFromHell()) {
    const std::string identifier = IdentifierFromFileName(name);
    EXPECT_TRUE(IsPlainIdentifier(identifier)) << identifier;
    EXPECT_TRUE(identifiers.insert(identifier).second) << identifier;
    EXPECT_EQ(identifier, IdentifierFromFileName(name));
  }
}

TEST(IdentifierTest, EveryByteMakesAnIdentifier) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string& name :
         {std::string(1, static_cast<char>(byte)),
          "a" + std::string(1, static_cast<char>(byte)) + "b"}) {
      EXPECT_TRUE(IsPlainIdentifier(IdentifierFromFileName(name))) << byte;
    }
  }
}

TEST(IdentifierTest, NothingIsCalledTable) {
  EXPECT_EQ(IdentifierFromFileName(""), "table");
  EXPECT_EQ(IdentifierFromFileName(".keys"), "table");
  EXPECT_EQ(IdentifierFromFileName("folder/"), "table");
  EXPECT_EQ(DirectoryFromFileName(""), "table");
  EXPECT_EQ(DirectoryFromFileName("../.."), "table");
}

TEST(IdentifierTest, KeywordsAreAvoided) {
  for (const char* word : {"int", "while", "class", "xor_eq", "test", "all"}) {
    EXPECT_NE(IdentifierFromFileName(word), word);
    EXPECT_EQ(IdentifierFromFileName(word).find(word), 0u);
  }
}

TEST(DirectoryTest, FineNamesStayAsTheyAre) {
  EXPECT_EQ(DirectoryFromFileName("HologramWorld-31016.keys"),
            "HologramWorld-31016");
  EXPECT_EQ(DirectoryFromFileName("core/a+b.v2.keys"), "core/a+b.v2");
}

TEST(DirectoryTest, NothingLeavesTheOutputDirectory) {
  EXPECT_EQ(DirectoryFromFileName("/etc/passwd"), "etc/passwd");
  EXPECT_EQ(DirectoryFromFileName("../../x.keys"), "x");
  EXPECT_EQ(DirectoryFromFileName("a/./b//../c.keys"), "a/b/c");
}

TEST(DirectoryTest, AnyNameBecomesASafeDirectoryOfItsOwn) {
  std::set<std::string> directories;
  for (const std::string& name : NamesFromHell()) {
    const std::string directory = DirectoryFromFileName("sub/" + name);
    EXPECT_TRUE(directories.insert(directory).second) << directory;
    ASSERT_EQ(directory.find("sub/"), 0u);
    const std::string component = directory.substr(4);
    EXPECT_LE(component.size(), 100u);
    EXPECT_NE(component[0], '.');
    EXPECT_NE(component[0], '-');
    EXPECT_NE(component.back(), '.');
    for (const char c : component) {
      EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) ||
                  std::string(".-_+").find(c) != std::string::npos)
          << component;
    }
  }
}

TEST(DirectoryTest, DevicesOfWindowsAreAvoided) {
  for (const char* name : {"con", "NUL", "Aux.txt", "com1.tar.gz", "LPT9"}) {
    const std::string directory = DirectoryFromFileName(name);
    const std::string stem = directory.substr(0, directory.find('.'));
    EXPECT_GT(stem.size(), 8u) << directory;
  }
}

}  // namespace
}  // namespace perfecthash
