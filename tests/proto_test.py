#!/usr/bin/python3
"""Checks the API's definition: protoc takes it, and it explains itself."""

import pathlib
import subprocess
import tempfile
import unittest

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
SERVICE_FIELD = 6  # of FileDescriptorProto
METHOD_FIELD = 2   # of ServiceDescriptorProto


def describe():
    """Compiles every proto; returns their descriptors with comments."""
    names = sorted(str(path.relative_to(PROTO))
                   for path in PROTO.rglob("*.proto"))
    with tempfile.NamedTemporaryFile() as output:
        subprocess.run(
            ["protoc", "-I", PROTO, "--include_source_info", "--fatal_warnings",
             "--descriptor_set_out", output.name, *names],
            check=True)
        files = descriptor_pb2.FileDescriptorSet()
        files.ParseFromString(output.read())
    return files.file


class ProtoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = describe()

    def test_every_service_has_a_comment(self):
        for file in self.files:
            described = {tuple(location.path)
                         for location in file.source_code_info.location
                         if location.leading_comments.strip()}
            for index, service in enumerate(file.service):
                with self.subTest(service=service.name):
                    self.assertIn((SERVICE_FIELD, index), described)

    def test_methods_without_a_comment_are_plain_reads(self):
        # Get and List of a resource say it all by name and message.
        for file in self.files:
            described = {tuple(location.path)
                         for location in file.source_code_info.location
                         if location.leading_comments.strip()}
            for index, service in enumerate(file.service):
                for number, method in enumerate(service.method):
                    if method.name.startswith(("Get", "List")):
                        continue
                    path = (SERVICE_FIELD, index, METHOD_FIELD, number)
                    with self.subTest(method=method.name):
                        self.assertIn(path, described)

    def own_enums(self):
        def of(messages):
            for message in messages:
                yield from message.enum_type
                yield from of(message.nested_type)
        for file in self.files:
            if file.package.startswith("perfecthash."):
                yield from file.enum_type
                yield from of(file.message_type)

    def test_enum_zero_is_unspecified(self):
        for enum in self.own_enums():
            with self.subTest(enum=enum.name):
                self.assertEqual(enum.value[0].number, 0)
                self.assertTrue(enum.value[0].name.endswith("_UNSPECIFIED"))

    def test_package_follows_the_folder(self):
        for file in self.files:
            with self.subTest(file=file.name):
                folder = str(pathlib.PurePath(file.name).parent)
                self.assertEqual(file.package, folder.replace("/", "."))


if __name__ == "__main__":
    unittest.main()
