"""JSON-RPC as Kamailio's module jsonrpcs speaks it: HTTP, FIFO, datagram, scripts; with kamctl, kamcmd and kamcli."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import threading
import time
import unittest

from parts.case import IntegrationCase
from parts.server import Server
from parts.settings import settings

CONFIGURATION = """
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "textops.so"
loadmodule "ctl.so"
loadmodule "htable.so"
loadmodule "xhttp.so"
loadmodule "jsonrpcs.so"
modparam("htable", "htable", "big=>size=8;")
modparam("xhttp", "url_skip", "^/hidden")
request_route {
    if (is_method("INFO")) {
        jsonrpc_exec('{"jsonrpc": "2.0", "method": "core.echo", "params": ["a", 5], "id": 1}');
        append_to_reply("X-Good: $jsonrpl(code) $jsonrpl(text)\\r\\n");
        if (jsonrpc_exec('{"jsonrpc": "2.0", "method": "nosuch", "id": 1}')) append_to_reply("X-Fault: $jsonrpl(code) $jsonrpl(text)\\r\\n");
        if (!jsonrpc_exec('nonsense')) append_to_reply("X-Bad: $jsonrpl(code)\\r\\n");
    }
    if (is_method("MESSAGE")) {
        $var(i) = 0;
        while ($var(i) < 90) { $sht(big=>k$var(i)) = $rb; $var(i) = $var(i) + 1; }
    }
    sl_send_reply("200", "OK");
}
event_route[xhttp:request] {
    if ($hu =~ "^/RPC") { jsonrpc_dispatch(); return; }
    if ($hu =~ "^/silent") exit;
    if ($hu =~ "^/close") set_reply_close();
    append_to_reply("X-Path: $(hu{url.path})\\r\\n");
    append_to_reply("X-Query: $(hu{url.querystring})\\r\\n");
    xhttp_reply("200", "Fine", "text/plain", "$rm $si $proto $hdr(X-Mine) [$rb]");
}
"""

RAW = '{"jsonrpc":"2.0","method":"jsonrpc.echo","params":["a",5],"id":3}'


class JSONRPCCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        config = self.folder / "jsonrpc.cfg"
        config.write_text(CONFIGURATION)
        self.server = Server(config, self.folder)
        self.end_with_test(self.server)
        self.server.start()
        self.run_folder = self.server.run_folder

    def fifo(self, text, name=None, reader=None, seconds=5):
        """What the server writes to a reply FIFO after the text was written to its own."""
        name = name or f"sipd_test_{os.getpid()}_{time.monotonic_ns()}"
        path = pathlib.Path("/tmp") / name
        os.mkfifo(path)
        try:
            answer = []

            def read():
                with open(path, "rb") as pipe:
                    answer.append(pipe.read())

            thread = threading.Thread(target=read, daemon=True)
            thread.start()
            with open(self.run_folder / "kamailio_rpc.fifo", "w", encoding="utf-8") as pipe:
                pipe.write(text.replace("REPLY", name))
            thread.join(seconds)
            if not answer:
                with contextlib.suppress(OSError):
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                thread.join(1)
                return None
            return answer[0].decode()
        finally:
            path.unlink()

    def datagram(self, data, seconds=5):
        path = self.folder / f"client-{time.monotonic_ns()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.bind(str(path))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            client.settimeout(seconds)
            client.sendto(data if isinstance(data, bytes) else data.encode(), str(self.run_folder / "kamailio_rpc.sock"))
            return client.recv(1 << 20).decode()

    def http(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.server.address, self.server.port, timeout=5)
        self.cleanup.callback(connection.close)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer, answer.read().decode()

    def fill(self):
        """Makes htable.dump answer about 180 kB."""
        self.assertEqual(self.agent("a", self.server).ask("MESSAGE", "sip:x@y", body="v" * 2000).status, 200)


@unittest.skipIf(settings.server == "kamailio", "what Kamailio does not answer is tested")
class Transports(JSONRPCCase):
    PRETTY = '{\n\t"jsonrpc":\t"2.0",\n\t"result":\t["a", 5],\n\t"id":\t3\n}'

    def test_all_transports_give_the_same_answer(self):
        text = RAW
        self.assertEqual(self.datagram(text), self.PRETTY)
        self.assertEqual(self.fifo(text[:-1] + ',"reply_name":"REPLY"}').rstrip("\n"), self.PRETTY)
        answer, body = self.http("POST", "/RPC", text)
        self.assertEqual((answer.status, answer.reason, answer.getheader("Content-Type"), body), (200, "OK", "application/json", self.PRETTY))

    def test_faults_are_true(self):
        for text, code, word in (
                ('{"jsonrpc":"2.0","method":"nosuch","id":"x"}', 500, "Method Not Found"),
                ('{"jsonrpc":2.0,"method":"core.version","id":1}', -32600, "jsonrpc"),
                ('{"jsonrpc":"2.0","id":1}', -32600, "method"),
                ('{"jsonrpc":"2.0","method":5,"id":1}', -32600, "method"),
                ('{"jsonrpc":"2.0","method":"core.version","params":"x","id":1}', -32600, "params"),
                ("not json", -32700, "parse error"), ("", -32700, "parse error"), ("[]", -32600, "batch"),
                ("[" * 5000, -32700, "parse error"), ('"' * 999, -32700, "parse error")):
            with self.subTest(text=text[:40]):
                fault = json.loads(self.datagram(text))["error"]
                self.assertEqual(fault["code"], code)
                self.assertIn(word, fault["message"])
        answer, body = self.http("POST", "/RPC", '{"jsonrpc":"2.0","method":"nosuch","id":1}')
        self.assertEqual((answer.status, answer.reason), (500, "Method Not Found"))
        answer, body = self.http("POST", "/RPC", "nonsense")
        self.assertEqual((answer.status, json.loads(body)["error"]["code"]), (500, -32700))

    def test_ids_and_batches(self):
        self.assertEqual(json.loads(self.datagram('{"jsonrpc":"2.0","method":"core.echo","params":["x"]}')),
                         {"jsonrpc": "2.0", "result": ["x"]})
        batch = json.loads(self.datagram(f'[{RAW}, {{"jsonrpc":"2.0","method":"nosuch","id":"b"}}]'))
        self.assertEqual([answer["id"] for answer in batch], [3, "b"])

    def test_long_answers_are_whole_or_refused(self):
        self.fill()
        request = '{"jsonrpc":"2.0","method":"htable.dump","params":["big"],"id":1,"reply_name":"REPLY"}'
        whole = json.loads(self.fifo(request))["result"]
        self.assertGreater(len(json.dumps(whole)), 150_000)
        answer, body = self.http("POST", "/RPC", request)
        self.assertEqual(json.loads(body)["result"], whole)
        self.assertEqual(len(body), int(answer.getheader("Content-Length")))
        self.assertEqual(json.loads(self.datagram(request))["result"], whole)

    def test_nothing_wedges_the_fifo(self):
        good = RAW[:-1] + ',"reply_name":"REPLY"}\n'
        for broken in ('{"jsonrpc":"2.0","method":"x"y"}\n', '{"a":"\n', '{"jsonrpc":"2.0"\n', '{' * 3000 + "\n", '"' * 77 + "\n",
                       "}}}]]\n", "\0\1\2\n", '{"method":"core.version","reply_name":"../../etc/x","id":1}\n',
                       '{"jsonrpc":"2.0","method":"core.version","reply_name":"sipd_nobody_reads","id":1}\n', "x" * 60000 + "\n"):
            with self.subTest(broken=broken[:30]):
                self.assertEqual(self.fifo(broken + good).rstrip("\n"), self.PRETTY)
        self.fifo_raw('{"jsonrpc":"2.0","meth')
        time.sleep(1.2)
        self.assertEqual(self.fifo(good).rstrip("\n"), self.PRETTY, "an unfinished request is given up after a second")
        fault = json.loads(self.fifo('{"jsonrpc":"2.0","reply_name":"REPLY","method":}'))
        self.assertEqual(fault["error"]["code"], -32700)

    def fifo_raw(self, text):
        with open(self.run_folder / "kamailio_rpc.fifo", "w", encoding="utf-8") as pipe:
            pipe.write(text)

    def test_a_reader_that_stalls_does_not_stop_the_others(self):
        self.fill()
        path = pathlib.Path("/tmp") / f"sipd_stall_{os.getpid()}"
        os.mkfifo(path)
        self.addCleanup(path.unlink)
        stalled = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, stalled)
        self.fifo_raw('{"jsonrpc":"2.0","method":"htable.dump","params":["big"],"id":1,"reply_name":"%s"}\n' % path.name)
        self.assertEqual(self.fifo(RAW[:-1] + ',"reply_name":"REPLY"}').rstrip("\n"), self.PRETTY)

    def test_replies_go_to_fifos_only(self):
        target = pathlib.Path("/tmp") / f"sipd_file_{os.getpid()}"
        target.write_text("untouched")
        self.addCleanup(target.unlink)
        self.fifo_raw('{"jsonrpc":"2.0","method":"core.version","id":1,"reply_name":"%s"}\n' % target.name)
        self.server.wait_for_log("FIFO answer not sent")
        self.assertEqual(target.read_text(), "untouched")

    def test_files_have_their_modes_and_go_with_the_server(self):
        for name in ("kamailio_rpc.fifo", "kamailio_rpc.sock"):
            self.assertEqual(stat.S_IMODE((self.run_folder / name).stat().st_mode), 0o660)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.sendto(b"{}", str(self.run_folder / "kamailio_rpc.sock"))
        self.server.wait_for_log("no address to answer to")
        self.assertEqual(self.server.stop(), 0)
        for name in ("kamailio_rpc.fifo", "kamailio_rpc.sock"):
            self.assertFalse((self.run_folder / name).exists())

    def test_scripts_call_methods(self):
        answer = self.agent("a", self.server).ask("INFO", "sip:x@y")
        self.assertEqual((answer["X-Good"], answer["X-Fault"], answer["X-Bad"]), ("200 OK", "500 Method Not Found", "500"))


@unittest.skipIf(settings.server == "kamailio", "what Kamailio does not answer is tested")
class HTTP(JSONRPCCase):
    def test_a_request_is_answered_by_the_script(self):
        answer, body = self.http("POST", "/a/b?c=d&e", "text", {"X-Mine": "m"})
        self.assertEqual((answer.status, answer.reason, body), (200, "Fine", "POST 127.0.0.1 tcp m [text]"))
        self.assertEqual((answer.getheader("X-Path"), answer.getheader("X-Query"), answer.getheader("Content-Type")), ("/a/b", "c=d&e", "text/plain"))
        self.assertRegex(answer.getheader("Sia"), r"^SIP/2.0/TCP 127.0.0.1:\d+$")

    def test_connections_carry_several_requests_and_sip_too(self):
        with socket.create_connection((self.server.address, self.server.port)) as connection:
            connection.settimeout(5)
            connection.sendall(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                               b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
                               b"To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            data = b""
            # What belongs to a Call-ID may be answered by another thread.
            while data.count(b"\r\n\r\n") < 3:
                data += connection.recv(65535)
            connection.sendall(b"HEAD /close HTTP/1.1\r\nHost: a\r\n\r\n")
            while chunk := connection.recv(65535):
                data += chunk
        self.assertEqual(re.findall(rb"X-Path: \S+", data), [b"X-Path: /1", b"X-Path: /2", b"X-Path: /close"])
        self.assertEqual(sorted(re.findall(rb"(?:HTTP|SIP)/[\d.]+ \d\d\d", data)), [b"HTTP/1.1 200"] * 3 + [b"SIP/2.0 200"])
        self.assertTrue(data.endswith(b"\r\n\r\n"), "a HEAD is answered without a body")

    def test_what_the_script_leaves_is_answered(self):
        for path in ("/silent", "/hidden/x"):
            answer, _ = self.http("GET", path)
            self.assertEqual(answer.status, 404)

    def test_bad_requests_end_their_connection_only(self):
        for data in (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                     b"GET " + b"x" * 300000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
            with socket.create_connection((self.server.address, self.server.port)) as connection:
                connection.settimeout(5)
                with contextlib.suppress(ConnectionError):
                    connection.sendall(data)
                    self.assertEqual(connection.recv(100), b"")
        self.assertEqual(self.http("GET", "/x")[0].status, 200)


@unittest.skipIf(settings.server == "kamailio", "the stock tools are tested against sipd")
class StockTools(JSONRPCCase):
    @unittest.skipUnless(shutil.which("kamctl", path=os.environ["PATH"] + ":/usr/sbin"), "needs kamctl")
    def test_kamctl(self):
        control = self.folder / "kamctlrc"
        control.write_text(f"RPCFIFOPATH={self.run_folder}/kamailio_rpc.fifo\nDBENGINE=SQLITE\nDB_PATH={self.folder}/x.sqlite\n")
        environment = dict(os.environ, HOME=str(self.folder), RPCFIFOPATH=str(self.run_folder / "kamailio_rpc.fifo"))
        shutil.copy(control, self.folder / ".kamctlrc")
        for words, found in ((["rpc", "core.version"], r'"result":\s+"sipd '), (["rpc", "jsonrpc.echo", "s:5", "7"], r'"5",\s+7\s+\]'),
                             (["uptime"], r'"uptime":'), (["rpc", "nosuch"], r'"message":\s+"Method Not Found"')):
            with self.subTest(words=words):
                result = subprocess.run([settings.program("kamctl"), *words], capture_output=True, text=True, timeout=15, env=environment)
                self.assertRegex(result.stdout, found, result.stderr)

    @unittest.skipUnless(shutil.which("kamcli"), "needs kamcli")
    def test_kamcli(self):
        control = self.folder / "kamcli.ini"
        control.write_text(f"[main]\ndomain=test\n[ctl]\ntype=jsonrpc\n[jsonrpc]\ntransport=socket\npath={self.run_folder}/kamailio_rpc.fifo\n"
                           f"rplnamebase=r.fifo\nrpldir=/tmp\nsrvaddr={self.run_folder}/kamailio_rpc.sock\n"
                           f"rcvaddr={self.folder}/reply.sock\noutformat=json\n")
        for words, found in ((["rpc", "core.version"], r"sipd "), (["rpc", "jsonrpc.echo", "a", "i:5"], r'"a",\s+5'),
                             (["uptime"], "uptime"), (["rpc", "nosuch"], "Method Not Found")):
            with self.subTest(words=words):
                result = subprocess.run(["kamcli", "-c", str(control), *words], capture_output=True, text=True, timeout=15)
                self.assertRegex(result.stdout, found, result.stderr)

    def test_kamcmd(self):
        result = subprocess.run([settings.program("kamcmd"), "-s", f"unix:{self.run_folder / 'kamailio_ctl'}", "jsonrpc.echo", "hi", "5"],
                                capture_output=True, text=True, timeout=15)
        self.assertEqual(result.stdout, "hi\n5\n")


STOCK = pathlib.Path("/etc/kamailio/kamailio.cfg")


@unittest.skipUnless(STOCK.exists() and settings.server == "sipd", "needs the configuration of the distribution")
class StockConfiguration(IntegrationCase):
    def test_the_stock_configuration_serves_json_rpc(self):
        server = Server(STOCK, self.folder, defines=["WITH_JSONRPC"])
        self.end_with_test(server)
        server.start()
        connection = http.client.HTTPConnection(server.address, server.port, timeout=5)
        self.cleanup.callback(connection.close)
        connection.request("POST", "/RPC", RAW)
        self.assertEqual(json.loads(connection.getresponse().read())["result"][0], "a")
        connection = http.client.HTTPConnection(server.address, server.port, timeout=5)
        self.cleanup.callback(connection.close)
        connection.request("GET", "/x")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertIn(b"<html>", answer.read())


if __name__ == "__main__":
    unittest.main()
