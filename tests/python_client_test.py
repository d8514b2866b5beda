#!/usr/bin/python3
"""A client in another language drives the service over real sockets.

Usage: python_client_test.py PATH_TO_PERFECTHASHD [unittest arguments]

The stubs are generated from proto/ here, as any user would generate them.
"""

import collections
import hashlib
import importlib.util
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import uuid

import grpc

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEED = 20190903
DEADLINE_S = 60

REFLECTION_PROTO = """
syntax = "proto3";
package grpc.reflection.v1alpha;
message ServerReflectionRequest { string list_services = 7; }
message ServiceResponse { string name = 1; }
message ListServiceResponse { repeated ServiceResponse service = 1; }
message ServerReflectionResponse {
  ListServiceResponse list_services_response = 6;
}
"""


def generate_stubs(folder):
    """Generates the Python client into folder and makes it importable."""
    own = sorted(str(path.relative_to(ROOT / "proto"))
                 for path in (ROOT / "proto" / "perfecthash").rglob("*.proto"))
    plugin = subprocess.run(["which", "grpc_python_plugin"], check=True,
                            capture_output=True, text=True).stdout.strip()
    subprocess.run(
        ["protoc", "-I", ROOT / "proto", "--python_out", folder,
         "--grpc_out", folder, "--plugin=protoc-gen-grpc=" + plugin, *own],
        check=True)
    sys.path.insert(0, str(folder))


def load_messages(folder, root, proto):
    """Generates and loads one proto whose package is also a Python package."""
    subprocess.run(["protoc", "-I", root, "--python_out", folder, proto],
                   check=True)
    path = (folder / proto).with_suffix("")
    path = path.with_name(path.name + "_pb2.py")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def key_file(keys):
    return struct.pack("<%dI" % len(keys), *keys)


def random_keys(count, seed=SEED):
    return key_file(random.Random(seed).sample(range(2**32), count))


class Server:
    """A perfecthashd of our own on a unix socket and a TCP port."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        base = pathlib.Path(self.folder.name)
        self.unix = "unix:%s" % (base / "socket")
        self.tcp = "127.0.0.1:%d" % free_port()
        self.log = (base / "log").open("w+")
        self.allowed = base / "allowed"
        self.allowed.mkdir()
        self.process = subprocess.Popen(
            [program, "--listen", self.unix, "--listen", self.tcp,
             "--data-dir", base / "data", "--allow-directory", self.allowed],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.channel = grpc.insecure_channel(self.unix)
        try:
            grpc.channel_ready_future(self.channel).result(DEADLINE_S)
        except grpc.FutureTimeoutError:
            self.stop()
            raise AssertionError("perfecthashd does not answer") from None

    def stop(self):
        """Stops it in order; returns its exit code, having shown its log."""
        self.channel.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.log.seek(0)
        text = self.log.read()
        if text:
            print("--- perfecthashd said:\n" + text, file=sys.stderr)
        self.log.close()
        self.folder.cleanup()
        return code


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.generated = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.generated.name)
        generate_stubs(folder)
        # pylint: disable=import-outside-toplevel
        from perfecthash.v1 import (artifact_pb2, artifact_pb2_grpc, error_pb2,
                                    job_pb2, job_pb2_grpc, key_set_pb2,
                                    key_set_pb2_grpc, server_pb2,
                                    server_pb2_grpc, table_pb2)
        cls.job, cls.table, cls.error = job_pb2, table_pb2, error_pb2
        cls.key_set, cls.artifact = key_set_pb2, artifact_pb2
        cls.server_messages = server_pb2
        cls.health = load_messages(folder, ROOT / "proto",
                                   "grpc/health/v1/health.proto")
        (folder / "reflection.proto").write_text(REFLECTION_PROTO)
        cls.reflection = load_messages(folder, folder, "reflection.proto")
        cls.server = Server(PROGRAM)
        channel = cls.server.channel
        cls.jobs = job_pb2_grpc.JobServiceStub(channel)
        cls.key_sets = key_set_pb2_grpc.KeySetServiceStub(channel)
        cls.artifacts = artifact_pb2_grpc.ArtifactServiceStub(channel)
        cls.info = server_pb2_grpc.ServerServiceStub(channel)
        cls.server_stub = server_pb2_grpc.ServerServiceStub

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.generated.cleanup()
        assert code == 0, "perfecthashd ended with %d" % code

    # ------------------------------------------------------------ what we ask

    def upload(self, *contents):
        """Sends what the server lacks; returns the key sets' names."""
        by_digest = {hashlib.sha256(content).digest(): content
                     for content in contents}
        missing = self.key_sets.FindMissingKeySets(
            self.key_set.FindMissingKeySetsRequest(sha256=list(by_digest)),
            timeout=DEADLINE_S).missing_sha256

        def requests():
            for digest in missing:
                whole = self.key_set.UploadWhole(sha256=digest,
                                                 content=by_digest[digest])
                yield self.key_set.UploadKeySetsRequest(
                    parts=[self.key_set.UploadPart(whole=whole)])

        reply = self.key_sets.UploadKeySets(requests(), timeout=DEADLINE_S)
        self.assertEqual(reply.stored_count, len(missing))
        self.assertFalse(reply.failures)
        return ["keySets/" + hashlib.sha256(content).hexdigest()
                for content in contents]

    def bulk_request(self, names, **options):
        items = [self.job.BulkItem(item_id="table-%d" % index,
                                   keys=self.table.KeySource(key_set=name))
                 for index, name in enumerate(names)]
        return self.job.CreateBulkJobRequest(items=items, **options)

    def run_bulk(self, request, **watch):
        """Runs a bulk job to its end; returns the stream's messages."""
        return list(self.jobs.RunBulkJob(
            self.job.RunBulkJobRequest(
                job=request, watch_options=self.job.WatchOptions(**watch)),
            timeout=DEADLINE_S))

    def create_table(self, content, **fields):
        request = self.job.CreateTableJobRequest(
            keys=self.table.KeySource(inline_keys=content), **fields)
        request.wait.seconds = DEADLINE_S
        return self.jobs.CreateTableJob(request, timeout=DEADLINE_S)

    def refusal(self, call, *arguments):
        """Makes a call that must fail; returns (code, message, ErrorInfo)."""
        with self.assertRaises(grpc.RpcError) as caught:
            result = call(*arguments, timeout=DEADLINE_S)
            if hasattr(result, "__iter__"):
                list(result)
        error = caught.exception
        trailer = dict(error.trailing_metadata())
        self.assertIn("grpc-status-details-bin", trailer, error.details())
        status = self.error.Status.FromString(
            trailer["grpc-status-details-bin"])
        self.assertEqual(status.code, error.code().value[0])
        return error.code(), error.details(), self.reason_of(status)

    def reason_of(self, status):
        """Returns the ErrorInfo of a status and checks its form."""
        infos = [detail for detail in status.details
                 if detail.type_url
                 == "type.googleapis.com/google.rpc.ErrorInfo"]
        self.assertEqual(len(infos), 1, status)
        info = self.error.ErrorInfo.FromString(infos[0].value)
        self.assertEqual(info.domain, "perfecthash")
        self.assertRegex(info.reason, r"^[A-Z][A-Z0-9_]+$")
        return info

    def all_items(self, name, page_size=0, **fields):
        items, token, pages = [], "", 0
        while True:
            reply = self.jobs.ListJobItems(
                self.job.ListJobItemsRequest(
                    parent=name, page_size=page_size, page_token=token,
                    **fields),
                timeout=DEADLINE_S)
            items += reply.job_items
            pages += 1
            token = reply.next_page_token
            if not token:
                return items, pages

    # --------------------------------------------------------- what must hold

    def test_server_describes_itself(self):
        info = self.info.GetServerInfo(
            self.server_messages.GetServerInfoRequest(), timeout=DEADLINE_S)
        self.assertTrue(info.version)
        self.assertTrue(info.instance_id)
        self.assertIn(info.io_backend, ("io_uring", "threads"))
        self.assertTrue(info.io_backend_reason)
        self.assertIn(info.kernel, ("scalar", "avx2", "avx512"))
        names = [function.name for function in info.hash_functions]
        for name in ("MultiplyShiftR", "MultiplyShiftRX", "Mulshrolate1RX",
                     "Mulshrolate2RX", "Mulshrolate3RX", "Mulshrolate4RX",
                     "Jenkins"):
            self.assertIn(name, names)
        self.assertGreater(info.limits.max_items_per_job, 13637)
        self.assertLessEqual(info.load.threads, info.load.threads_budget)
        nodes = self.info.ListNodes(self.server_messages.ListNodesRequest(),
                                    timeout=DEADLINE_S).nodes
        self.assertTrue(nodes)
        for node in nodes:
            self.assertGreater(node.threads, 0)
            self.assertTrue(node.cpus)

    def test_tcp_and_unix_reach_the_same_server(self):
        with grpc.insecure_channel(self.server.tcp) as channel:
            over_tcp = self.server_stub(channel).GetServerInfo(
                self.server_messages.GetServerInfoRequest(),
                timeout=DEADLINE_S)
        over_unix = self.info.GetServerInfo(
            self.server_messages.GetServerInfoRequest(), timeout=DEADLINE_S)
        self.assertEqual(over_tcp.instance_id, over_unix.instance_id)

    def test_health_names_every_service(self):
        check = self.server.channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=(
                self.health.HealthCheckRequest.SerializeToString),
            response_deserializer=self.health.HealthCheckResponse.FromString)
        for service in ("", "perfecthash.v1.JobService"):
            reply = check(self.health.HealthCheckRequest(service=service),
                          timeout=DEADLINE_S)
            self.assertEqual(reply.status, self.health.HealthCheckResponse
                             .ServingStatus.Value("SERVING"))
        with self.assertRaises(grpc.RpcError) as caught:
            check(self.health.HealthCheckRequest(service="no.such"),
                  timeout=DEADLINE_S)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_reflection_lists_the_services(self):
        ask = self.server.channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            request_serializer=(
                self.reflection.ServerReflectionRequest.SerializeToString),
            response_deserializer=(
                self.reflection.ServerReflectionResponse.FromString))
        replies = ask(iter([self.reflection.ServerReflectionRequest(
            list_services="*")]), timeout=DEADLINE_S)
        names = {service.name for service
                 in next(replies).list_services_response.service}
        self.assertLessEqual(
            {"perfecthash.v1." + name + "Service"
             for name in ("Job", "KeySet", "Artifact", "Server")}, names)

    def test_upload_sends_only_what_is_missing(self):
        old, new = random_keys(100, 1), random_keys(100, 2)
        self.upload(old)
        digests = [hashlib.sha256(content).digest() for content in (old, new)]
        missing = self.key_sets.FindMissingKeySets(
            self.key_set.FindMissingKeySetsRequest(sha256=digests),
            timeout=DEADLINE_S).missing_sha256
        self.assertEqual(list(missing), digests[1:])
        self.upload(old, new)
        missing = self.key_sets.FindMissingKeySets(
            self.key_set.FindMissingKeySetsRequest(sha256=digests),
            timeout=DEADLINE_S).missing_sha256
        self.assertFalse(missing)

    def test_upload_in_chunks_and_a_wrong_digest(self):
        part = self.key_set.UploadPart
        content = random_keys(50000, 3)
        digest = hashlib.sha256(content).digest()
        wrong = hashlib.sha256(b"something else").digest()
        small = random_keys(10, 4)

        def requests():
            request = self.key_set.UploadKeySetsRequest
            yield request(parts=[part(whole=self.key_set.UploadWhole(
                sha256=wrong, content=small))])
            yield request(parts=[part(header=self.key_set.UploadHeader(
                sha256=digest, size_bytes=len(content)))])
            for at in range(0, len(content), 65536):
                yield request(parts=[part(chunk=content[at:at + 65536])])
            yield request(parts=[part(finish=True)])

        reply = self.key_sets.UploadKeySets(requests(), timeout=DEADLINE_S)
        self.assertEqual(reply.stored_count, 1)
        self.assertEqual(len(reply.failures), 1)
        self.assertEqual(reply.failures[0].sha256, wrong)
        self.reason_of(reply.failures[0].error)
        missing = self.key_sets.FindMissingKeySets(
            self.key_set.FindMissingKeySetsRequest(sha256=[digest, wrong]),
            timeout=DEADLINE_S).missing_sha256
        self.assertEqual(list(missing), [wrong])

    def test_one_table_in_one_round_trip(self):
        job = self.create_table(random_keys(1000), item_id="thousand")
        self.assertEqual(job.state, self.job.Job.STATE_SUCCEEDED, job.error)
        result = job.table_result
        self.assertEqual(result.key_count, 1000)
        self.assertEqual(result.edge_count, 1024)
        self.assertGreaterEqual(result.vertex_count, 2048)
        self.assertGreaterEqual(result.attempts, 1)
        self.assertRegex(result.table_digest, "^[0-9a-f]{64}$")
        self.assertTrue(result.artifacts)

    def test_a_table_is_the_same_at_every_concurrency(self):
        digests = set()
        for lanes in (1, 2, 64):
            job = self.create_table(
                random_keys(4096),
                table_options=self.table.TableOptions(
                    hash_function="Mulshrolate4RX"),
                concurrency_limits=self.job.ConcurrencyLimits(
                    initial_lanes_per_table=lanes, max_lanes_per_table=lanes))
            self.assertEqual(job.state, self.job.Job.STATE_SUCCEEDED)
            digests.add(job.table_result.table_digest)
        self.assertEqual(len(digests), 1)

    def test_a_solution_reproduces_from_its_seeds(self):
        first = self.create_table(random_keys(500)).table_result
        options = self.table.TableOptions(
            hash_function=first.hash_function, seeds=first.seeds,
            initial_table_resizes=first.table_resizes,
            max_table_resizes=first.table_resizes)
        again = self.create_table(random_keys(500), table_options=options)
        self.assertEqual(again.state, self.job.Job.STATE_SUCCEEDED,
                         again.error)
        self.assertEqual(again.table_result.attempts, 1)
        self.assertEqual(list(again.table_result.seeds), list(first.seeds))

    def test_an_unsolved_table_is_a_clear_result(self):
        options = self.table.TableOptions(hash_function="MultiplyShiftR",
                                          seeds=[1, 1, 1])
        job = self.create_table(random_keys(1000), table_options=options)
        self.assertEqual(job.state, self.job.Job.STATE_FAILED)
        self.assertEqual(self.reason_of(job.error).reason, "NO_SOLUTION")

    def test_a_duplicate_key_is_named(self):
        job = self.create_table(key_file([7, 4711, 4711, 9]))
        self.assertEqual(job.state, self.job.Job.STATE_FAILED)
        self.assertEqual(self.reason_of(job.error).reason, "DUPLICATE_KEYS")
        self.assertIn("4711", job.error.message)

    def test_a_bulk_job_streams_to_its_end(self):
        names = self.upload(*(random_keys(100 + count, count)
                              for count in range(50)))
        messages = self.run_bulk(self.bulk_request(names),
                                 item_events=self.job.ITEM_EVENTS_ALL)
        self.assertEqual(messages[0].WhichOneof("event"), "snapshot")
        self.assertEqual(messages[-1].WhichOneof("event"), "done")
        done = messages[-1].done
        self.assertEqual(done.state, self.job.Job.STATE_SUCCEEDED)
        self.assertEqual(done.progress.items_succeeded, 50)
        self.assertEqual(done.progress.keys_done,
                         sum(100 + count for count in range(50)))
        told = collections.Counter(item.index for message in messages
                                   for item in message.finished_items)
        self.assertEqual(told, collections.Counter(range(50)))
        revisions = [message.revision for message in messages
                     if message.WhichOneof("event") != "heartbeat"]
        self.assertEqual(revisions, sorted(set(revisions)))
        for message in messages:
            progress = (message.progress
                        if message.WhichOneof("event") == "progress"
                        else done.progress)
            self.assertEqual(
                progress.items_queued + progress.items_running
                + progress.items_succeeded + progress.items_failed
                + progress.items_cancelled, 50)

    def test_a_watch_resumes_where_it_broke_off(self):
        tables = 400  # enough for the break to come in mid-job
        names = self.upload(random_keys(20000, 5)) * tables
        stream = self.jobs.RunBulkJob(
            self.job.RunBulkJobRequest(
                job=self.bulk_request(names), watch_options=self.fast_watch()),
            timeout=DEADLINE_S)
        told, revision, name = [], 0, ""
        for message in stream:
            if message.WhichOneof("event") == "snapshot":
                name = message.snapshot.name
            revision = message.revision
            told += [item.index for item in message.finished_items]
            if told:
                break
        stream.cancel()
        rest = list(self.jobs.WatchJob(
            self.job.WatchJobRequest(name=name, after_revision=revision,
                                     watch_options=self.fast_watch()),
            timeout=DEADLINE_S))
        self.assertEqual(rest[0].WhichOneof("event"), "snapshot")
        self.assertEqual(rest[-1].WhichOneof("event"), "done")
        # The job went on without its caller (policy: detach).
        self.assertEqual(rest[-1].done.state, self.job.Job.STATE_SUCCEEDED)
        told += [item.index for message in rest
                 for item in message.finished_items]
        self.assertEqual(set(told), set(range(tables)))

    def fast_watch(self):
        watch = self.job.WatchOptions(item_events=self.job.ITEM_EVENTS_ALL)
        watch.min_interval.FromMilliseconds(20)
        return watch

    def test_items_come_in_pages_and_by_state(self):
        good = self.upload(*(random_keys(64, seed) for seed in range(20)))
        bad = self.upload(key_file([5, 5]), b"odd length")
        messages = self.run_bulk(self.bulk_request(good[:10] + bad + good[10:]))
        job = messages[-1].done
        self.assertEqual(job.state, self.job.Job.STATE_PARTIALLY_SUCCEEDED)
        items, pages = self.all_items(job.name, page_size=7)
        self.assertEqual(pages, 4)
        self.assertEqual([item.index for item in items], list(range(22)))
        self.assertEqual([item.item_id for item in items],
                         ["table-%d" % index for index in range(22)])
        failed, _ = self.all_items(job.name, filter="state=STATE_FAILED")
        self.assertEqual([item.index for item in failed], [10, 11])
        for item in failed:
            self.reason_of(item.error)

    def test_downloads_match_their_digests(self):
        names = self.upload(*(random_keys(3000, seed) for seed in range(4)))
        name = self.run_bulk(self.bulk_request(names))[-1].done.name
        listed = {}
        token = ""
        while True:
            reply = self.artifacts.ListArtifacts(
                self.artifact.ListArtifactsRequest(
                    parent=name, page_size=3, page_token=token),
                timeout=DEADLINE_S)
            listed.update((artifact.name, artifact)
                          for artifact in reply.artifacts)
            token = reply.next_page_token
            if not token:
                break
        received = self.download(
            self.artifact.DownloadArtifactsRequest(parent=name))
        self.assertEqual(set(received), set(listed))
        for artifact_name, content in received.items():
            artifact = listed[artifact_name]
            self.assertEqual(len(content), artifact.size_bytes)
            self.assertEqual(hashlib.sha256(content).digest(),
                             artifact.sha256)
        last = self.download(self.artifact.DownloadArtifactsRequest(
            parent=name, first_item_index=3))
        self.assertEqual(set(last), {key for key in listed
                                     if "/items/3/" in key})
        one = next(iter(listed))
        self.assertEqual(self.download(
            self.artifact.DownloadArtifactsRequest(names=[one])),
            {one: received[one]})

    def download(self, request):
        """Returns name -> content of every file of a download."""
        files, name, chunks = {}, None, []
        for message in self.artifacts.DownloadArtifacts(request,
                                                        timeout=DEADLINE_S):
            for part in message.parts:
                kind = part.WhichOneof("part")
                if kind == "whole":
                    files[part.whole.artifact.name] = part.whole.content
                elif kind == "header":
                    name, chunks = part.header.name, []
                elif kind == "chunk":
                    chunks.append(part.chunk)
                else:
                    files[name] = b"".join(chunks)
        return files

    def test_cancel_ends_a_running_job(self):
        names = self.upload(random_keys(30000, 6)) * 500
        job = self.jobs.CreateBulkJob(
            self.bulk_request(
                names, concurrency_limits=self.job.ConcurrencyLimits(
                    max_concurrent_tables=1)),
            timeout=DEADLINE_S)
        request = self.job.CancelJobRequest(name=job.name, reason="enough")
        self.jobs.CancelJob(request, timeout=DEADLINE_S)
        wait = self.job.WaitJobRequest(name=job.name)
        wait.timeout.seconds = DEADLINE_S
        job = self.jobs.WaitJob(wait, timeout=2 * DEADLINE_S)
        self.assertEqual(job.state, self.job.Job.STATE_CANCELLED)
        self.assertGreater(job.progress.items_cancelled, 0)
        self.assertIn("enough", job.error.message)
        again = self.jobs.CancelJob(request, timeout=DEADLINE_S)
        self.assertEqual(again.state, self.job.Job.STATE_CANCELLED)

    def test_wait_returns_at_a_change(self):
        names = self.upload(random_keys(30000, 6)) * 30
        job = self.jobs.CreateBulkJob(self.bulk_request(names),
                                      timeout=DEADLINE_S)
        wait = self.job.WaitJobRequest(name=job.name,
                                       after_revision=job.revision)
        wait.timeout.seconds = DEADLINE_S
        changed = self.jobs.WaitJob(wait, timeout=2 * DEADLINE_S)
        self.assertGreater(changed.revision, job.revision)
        wait.after_revision = 0
        ended = self.jobs.WaitJob(wait, timeout=2 * DEADLINE_S)
        self.assertEqual(ended.state, self.job.Job.STATE_SUCCEEDED)

    def test_jobs_are_listed_newest_first(self):
        names = [self.create_table(random_keys(50, seed),
                                   labels={"case": "listing"}).name
                 for seed in range(5)]
        listed, token = [], ""
        while True:
            reply = self.jobs.ListJobs(
                self.job.ListJobsRequest(
                    page_size=2, page_token=token,
                    filter="kind=KIND_TABLE AND labels.case=listing"),
                timeout=DEADLINE_S)
            self.assertLessEqual(len(reply.jobs), 2)
            listed += [job.name for job in reply.jobs]
            token = reply.next_page_token
            if not token:
                break
        self.assertEqual(listed, names[::-1])

    def test_a_repeated_request_is_the_same_job(self):
        fields = {"request_id": str(uuid.uuid4())}
        first = self.create_table(random_keys(200, 1), **fields)
        again = self.create_table(random_keys(200, 1), **fields)
        self.assertEqual(first.name, again.name)
        other = self.job.CreateTableJobRequest(
            keys=self.table.KeySource(inline_keys=random_keys(200, 2)),
            **fields)
        code, _, info = self.refusal(self.jobs.CreateTableJob, other)
        self.assertEqual(code, grpc.StatusCode.ALREADY_EXISTS)
        self.assertEqual(info.reason, "REQUEST_ID_REUSED")

    def test_validate_only_makes_nothing(self):
        job = self.create_table(random_keys(200), validate_only=True)
        self.assertEqual(job.name, "")

    def test_refusals_carry_code_reason_and_remedy(self):
        unknown = "jobs/" + str(uuid.uuid4())
        job, table = self.job, self.table
        cases = (
            (self.jobs.GetJob, job.GetJobRequest(name=unknown),
             grpc.StatusCode.NOT_FOUND),
            (self.jobs.GetJob, job.GetJobRequest(name="nonsense"),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.WatchJob, job.WatchJobRequest(name=unknown),
             grpc.StatusCode.NOT_FOUND),
            (self.jobs.CreateBulkJob, job.CreateBulkJobRequest(),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.CreateTableJob, job.CreateTableJobRequest(
                keys=table.KeySource(inline_keys=random_keys(10)),
                table_options=table.TableOptions(hash_function="Nonesuch")),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.CreateTableJob, job.CreateTableJobRequest(
                keys=table.KeySource(inline_keys=random_keys(10)),
                node_policy=job.NodePolicy(node_ids=[4711])),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.ListJobItems, job.ListJobItemsRequest(parent=unknown),
             grpc.StatusCode.NOT_FOUND),
            (self.jobs.ListJobs, job.ListJobsRequest(page_size=-1),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.ListJobs, job.ListJobsRequest(page_token="nonsense"),
             grpc.StatusCode.INVALID_ARGUMENT),
            (self.jobs.CreateBulkJob, job.CreateBulkJobRequest(
                directory=job.ServerDirectory(keys_path="/etc")),
             grpc.StatusCode.PERMISSION_DENIED),
        )
        for call, request, code in cases:
            with self.subTest(request=re.sub(r"\s+", " ", str(request))):
                actual, message, _ = self.refusal(call, request)
                self.assertEqual(actual, code, message)
                self.assertGreater(len(message), 10)

    def test_a_key_set_that_was_never_sent_is_refused(self):
        name = "keySets/" + hashlib.sha256(b"never sent").hexdigest()
        code, message, info = self.refusal(self.jobs.CreateBulkJob,
                                           self.bulk_request([name]))
        self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION, message)
        self.assertEqual(info.reason, "KEY_SET_MISSING")

    def test_a_directory_of_the_server(self):
        keys = self.server.allowed / "keys"
        keys.mkdir()
        for count in (1, 10, 100):
            (keys / ("set-%d.keys" % count)).write_bytes(random_keys(count))
        request = self.job.CreateBulkJobRequest(
            directory=self.job.ServerDirectory(keys_path=str(keys)))
        done = self.run_bulk(request)[-1].done
        self.assertEqual(done.state, self.job.Job.STATE_SUCCEEDED, done.error)
        self.assertEqual(done.output_path, str(keys) + "_tables")
        tables = self.server.allowed / "keys_tables"
        self.assertEqual(len([path for path in tables.iterdir()
                              if path.is_dir()]), 3)
        for item in self.all_items(done.name)[0]:
            self.assertTrue(item.result.artifacts)

    def test_nothing_is_outstanding_when_idle(self):
        self.create_table(random_keys(1000))
        work = self.info.ListWork(self.server_messages.ListWorkRequest(),
                                  timeout=DEADLINE_S)
        self.assertEqual(work.total, 0)
        stats = self.info.GetEngineStats(
            self.server_messages.GetEngineStatsRequest(), timeout=DEADLINE_S)
        self.assertEqual(stats.work_outstanding, 0)
        for node in stats.nodes:
            self.assertEqual(node.operations_submitted,
                             node.operations_completed
                             + node.operations_outstanding)
            for buffers in node.buffer_classes:
                self.assertEqual(buffers.in_use, 0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
