"""TCP with clients and servers that misbehave: nothing blocks, everything is bounded, others are served."""
import contextlib
import pathlib
import re
import socket
import time
import unittest

from parts.case import IntegrationCase
from parts.server import Server
from parts.settings import free_port, settings

CONFIGURATION = """
tcp_connect_timeout=1
tcp_send_timeout=2
tcp_connection_lifetime=3
tcp_wait_data=1500
tcp_max_connections=40
tcp_accept_aliases=yes
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "ctl.so"
request_route {
    if (is_method("MESSAGE")) { t_relay(); exit; }
    if (is_method("INFO")) { if (!force_tcp_alias()) { sl_send_reply("409", "Taken"); exit; } }
    append_to_reply("X-Padding: PADDING\\r\\n");
    sl_send_reply("200", "OK");
}
""".replace("PADDING", "x" * 2000)


@unittest.skipIf(settings.server == "kamailio", "the transport of sipd is what is tested")
class TCPCase(IntegrationCase):
    def serve(self, more=""):
        config = self.folder / "tcp.cfg"
        config.write_text(more + CONFIGURATION)
        server = Server(config, self.folder)
        self.end_with_test(server)
        return server.start()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024

    def still_serves(self):
        self.assertEqual(self.agent("other", self.server).ask("OPTIONS", "sip:x", seconds=2).status, 200)
        self.assertEqual(self.agent("other", self.server, protocol="tcp").ask("OPTIONS", "sip:x", seconds=2).status, 200)

    def connect(self):
        return self.cleanup.enter_context(contextlib.closing(
            socket.create_connection((self.server.address, self.server.port))))


class Clients(TCPCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def test_who_does_not_read_is_closed(self):
        before = self.memory()
        greedy = [self.agent(f"greedy{number}", self.server, protocol="tcp") for number in range(8)]
        request = greedy[0].request("OPTIONS", "sip:x")
        for agent in greedy:
            agent.socket.settimeout(3)
            with contextlib.suppress(OSError):
                for _ in range(20000):
                    agent.socket.sendall(request)
        deadline = time.monotonic() + 10
        while not re.search(r"opened_connections: 0\n", self.server.rpc("core.tcp_info")):
            self.assertLess(time.monotonic(), deadline)
        self.server.wait_for_log("its send queue is full")
        self.assertLess(self.memory() - before, 100)
        self.still_serves()

    def test_a_connection_that_does_not_open_keeps_nobody_waiting(self):
        listener = self.cleanup.enter_context(contextlib.closing(socket.socket()))
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        # Who comes behind these waits for an answer to its SYN.
        fillers = [self.cleanup.enter_context(contextlib.closing(socket.socket())) for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        caller = self.agent("caller", self.server)
        data = caller.request("MESSAGE", f"sip:x@127.0.0.1:{listener.getsockname()[1]};transport=tcp")
        caller.send_bytes(data)
        started = time.monotonic()
        for _ in range(20):
            self.still_serves()
        self.assertLess(time.monotonic() - started, 1.5)
        self.assertGreaterEqual(caller.final(data, seconds=5).status, 400)
        self.assertLess(time.monotonic() - started, 4)

    def test_senders_that_trickle_or_say_nothing_are_closed(self):
        silent, trickling, idle = self.connect(), self.connect(), self.agent("idle", self.server, protocol="tcp")
        self.assertEqual(idle.ask("OPTIONS", "sip:x").status, 200)
        started = time.monotonic()
        for connection, limit in ((silent, 4), (trickling, 4), (idle.socket, 6)):
            connection.settimeout(0.3)
            while True:
                try:
                    if connection is trickling:
                        connection.sendall(b"O")
                    self.assertEqual(connection.recv(100), b"")
                    break
                except TimeoutError:
                    self.assertLess(time.monotonic() - started, limit)
                except ConnectionError:
                    break
        self.still_serves()

    def test_more_connections_than_allowed_are_closed(self):
        connections = [self.connect() for _ in range(60)]
        time.sleep(0.3)
        closed = 0
        for connection in connections:
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                with contextlib.suppress(ConnectionError):
                    connection.recv(1)
                closed += 1
        self.assertEqual(closed, 20)
        self.server.wait_for_log("as many exist as are allowed")
        self.assertRegex(self.server.rpc("core.tcp_info"), r"max_connections: 40\n(.*\n)*\s+opened_connections: 40\n")
        time.sleep(3)
        self.still_serves()

    def test_a_message_needs_its_length(self):
        connection = self.connect()
        connection.sendall(b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\n"
                           b"To: <sip:a@b>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n")
        connection.settimeout(3)
        self.assertEqual(connection.recv(100), b"")
        self.still_serves()

    def test_aliases_lead_back_over_the_connection(self):
        for method, extra in (("INFO", ""), ("OPTIONS", ";alias")):
            with self.subTest(method=method):
                port = free_port()
                client = self.agent("client", self.server, protocol="tcp")
                data = client.request(method, "sip:x").replace(f":{client.port};branch".encode(), f":{port}{extra};branch".encode(), 1)
                client.send_bytes(data)
                self.assertEqual(client.final(data).status, 200)
                caller = self.agent("caller", self.server)
                caller.send_bytes(caller.request("MESSAGE", f"sip:x@127.0.0.1:{port};transport=tcp"))
                self.assertEqual(client.receive("MESSAGE").uri, f"sip:x@127.0.0.1:{port};transport=tcp")
        thief = self.agent("thief", self.server, protocol="tcp")
        data = thief.request("INFO", "sip:x").replace(f":{thief.port};branch".encode(), f":{port};branch".encode(), 1)
        thief.send_bytes(data)
        self.assertEqual(thief.final(data).status, 409, "nobody takes over the calls of others")


class Limits(TCPCase):
    def test_no_connection_is_opened_when_none_may_be(self):
        self.server = self.serve("tcp_no_connect=yes\n")
        listener = self.cleanup.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))
        listener.settimeout(0.5)
        answer = self.agent("caller", self.server).ask(
            "MESSAGE", f"sip:x@127.0.0.1:{listener.getsockname()[1]};transport=tcp")
        self.assertGreaterEqual(answer.status, 400)
        with self.assertRaises(TimeoutError):
            listener.accept()

    def test_one_address_does_not_take_all(self):
        self.server = self.serve("tcp_accept_iplimit=5\n")
        connections = [self.connect() for _ in range(8)]
        with contextlib.closing(socket.socket()) as other:
            other.bind(("127.0.0.2", 0))
            other.connect((self.server.address, self.server.port))
            other.sendall(self.agent("x", self.server).request("OPTIONS", "sip:x"))
            other.settimeout(3)
            self.assertTrue(other.recv(1000).startswith(b"SIP/2.0 200"))
        closed = 0
        for connection in connections:
            connection.settimeout(0.1)
            with contextlib.suppress(TimeoutError):
                with contextlib.suppress(ConnectionError):
                    connection.recv(1)
                closed += 1
        self.assertEqual(closed, 3)


if __name__ == "__main__":
    unittest.main()
