"""What an operator sees when something is wrong: one clear line and a truthful exit status, never a traceback or a hang."""
import socket
import sqlite3
import subprocess
import unittest

from parts.case import IntegrationCase
from parts.database import PrivateMariaDB
from parts.server import Server
from parts.settings import EXAMPLES, free_port, settings

CONFIGURATION, UNAVAILABLE, EXISTS, TRY_LATER, PERMISSION, USAGE = 78, 69, 73, 75, 77, 64
FIRST, LAST = "tutorial/01-answer-everything.cfg", "pbx.cfg"


@unittest.skipUnless(settings.server == "sipd", "Kamailio reports failures in its own way")
class Failures(IntegrationCase):
    def refused(self, server, statuses, *words):
        """The server ends by itself within ten seconds, with one of the statuses, and its log says those words."""
        server.launch()
        try:
            status = server.process.wait(10)
        except subprocess.TimeoutExpired:
            self.fail(f"still running:\n{server.log()}")
        finally:
            server.stop()
        self.assertIn(status, statuses, server.log())
        for word in words:
            self.assertIn(word, server.log())
        self.assertNotIn("Fatal error", server.log())
        self.assertNotIn("secret", server.log(), "a password is in the log")
        return server.log()

    def server(self, config=FIRST, **arguments):
        return Server(EXAMPLES / config, self.folder, **arguments)

    def write(self, text):
        path = self.folder / "test.cfg"
        path.write_text(text)
        return path

    # Sockets and folders

    def test_a_port_in_use(self):
        for kind, protocol in ((socket.SOCK_DGRAM, "udp"), (socket.SOCK_STREAM, "tcp")):
            with self.subTest(protocol), socket.socket(socket.AF_INET, kind) as taken:
                taken.bind(("127.0.0.1", 0))
                if kind == socket.SOCK_STREAM:
                    taken.listen()
                port = taken.getsockname()[1]
                self.refused(self.server(port=port, protocols=(protocol,)), {CONFIGURATION, EXISTS}, str(port), "in use")

    def test_an_address_of_another_machine(self):
        self.refused(self.server(address="192.0.2.1", port=5060), {CONFIGURATION}, "192.0.2.1")

    def test_a_run_folder_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        server = self.server()
        server.options[server.options.index("-Y") + 1] = str(self.folder / "file" / "run")
        self.refused(server, {CONFIGURATION, EXISTS, PERMISSION}, "file/run")

    def test_a_second_daemon_on_the_same_control_socket(self):
        first = self.start(FIRST)
        second = self.server()
        second.log_path = self.folder / "second.log"
        self.refused(second, {CONFIGURATION, EXISTS}, "control.sock")
        self.assertEqual(self.agent("alice", first).ask("OPTIONS").status, 501)
        self.assertIn("sipd", first.rpc("core.version"))

    def test_a_socket_that_a_killed_daemon_left_is_taken_over(self):
        first = self.start(FIRST)
        first.stop(9)
        self.assertTrue((first.run_folder / "control.sock").exists())
        first.start()
        self.assertIn("sipd", first.rpc("core.version"))

    # Databases

    def test_a_database_that_does_not_exist(self):
        server = self.server(LAST, database=self.database("sqlite", tables=False))
        self.refused(server, {CONFIGURATION, UNAVAILABLE}, "sipd.sqlite", "sipctl", "db create")

    def test_a_database_without_tables(self):
        for name in settings.databases:
            with self.subTest(name):
                store = self.database(name, tables=False)
                if name == "sqlite":
                    store.script("create table something (id integer);")
                self.refused(self.server(LAST, database=store), {CONFIGURATION}, "sipctl", "db create")

    def test_a_database_of_another_version(self):
        for name in settings.databases:
            with self.subTest(name):
                store = self.database(name)
                store.script("update version set table_version = 1 where table_name = 'subscriber';")
                self.refused(self.server(LAST, database=store), {CONFIGURATION}, "subscriber", "version")
                if name == "sqlite":
                    store.path.unlink()

    def test_a_database_that_is_locked(self):
        store = self.database("sqlite")
        connection = sqlite3.connect(store.path, isolation_level=None)
        self.cleanup.callback(connection.close)
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("begin exclusive")
        self.refused(self.server(LAST, database=store), {TRY_LATER, UNAVAILABLE}, "locked")

    def test_a_file_that_is_no_database(self):
        store = self.database("sqlite", tables=False)
        store.path.write_text("this is a text, and a long one at that\n" * 100)
        self.refused(self.server(LAST, database=store), {CONFIGURATION, UNAVAILABLE}, "sipd.sqlite")

    def test_a_database_server_that_is_not_there(self):
        server = self.server(LAST, defines=["WITH_MYSQL", ("DBURL", f"mysql://sip:secret@127.0.0.1:{free_port()}/sip")])
        self.refused(server, {UNAVAILABLE}, "127.0.0.1")

    @unittest.skipUnless("mariadb" in settings.databases, "needs MariaDB")
    def test_a_password_that_the_database_server_refuses(self):
        url = f"mysql://sip:other-secret@127.0.0.1:{PrivateMariaDB.shared().port}/test"
        server = self.server(LAST, defines=["WITH_MYSQL", ("DBURL", url)])
        self.refused(server, {PERMISSION, CONFIGURATION, UNAVAILABLE}, "denied")

    # Configurations

    def test_a_configuration_that_does_not_exist(self):
        self.refused(self.server("nothing.cfg"), {CONFIGURATION, 66}, "nothing.cfg")

    def test_every_error_is_reported_with_its_place(self):
        path = self.write('loadmodule "sl.so"\nloadmodule "pv.so"\nloadmodule "xlog.so"\n'
                          'request_route {\n    route(NOWHERE);\n    xlog("$nonsense(x)\\n");\n    sl_sendreply("200", "OK");\n}\n')
        for options in (["-c"], []):
            with self.subTest(options):
                server = self.server()
                server.options = [*options, "-f", str(path), "-Y", str(server.run_folder), "-l", f"udp:127.0.0.1:{free_port()}"]
                log = self.refused(server, {CONFIGURATION}, "test.cfg:5:", "NOWHERE", "test.cfg:6:", "test.cfg:7:",
                                   "sl_sendreply", "sl_send_reply")
                self.assertLess(len(log.splitlines()), 30)

    def test_a_check_of_a_good_configuration_answers_0_and_needs_no_database(self):
        for path in sorted(EXAMPLES.glob("**/*.cfg")):
            with self.subTest(path.name):
                result = subprocess.run([settings.program("sipd"), "-c", "-f", str(path)], capture_output=True, text=True,
                                        timeout=20, stdin=subprocess.DEVNULL)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_an_option_that_does_not_exist(self):
        server = self.server()
        server.options.append("--definately")
        self.refused(server, {USAGE}, "--definately")

    # A running daemon

    def test_it_ends_in_order_on_SIGTERM(self):
        server = self.start(FIRST)
        self.assertEqual(server.stop(), 0)
        self.assertFalse((server.run_folder / "control.sock").exists())

    def test_bytes_that_are_no_SIP_message_harm_nobody(self):
        server = self.start(LAST, database=self.database("sqlite"))
        noise = self.agent("noise", server)
        call = noise.request("INVITE", "sip:bob@pbx.test")
        for data in (b"\0", b"\r\n\r\n", b"hello", b"\xff" * 65000, b"INVITE", b"INVITE sip:x SIP/2.0\r\n\r\n",
                     call.replace(b"\r\n", b"\n"), call.replace(b"CSeq: 1", b"CSeq: 99999999999999999999"),
                     call.replace(b"Content-Length: 0", b"Content-Length: -1"),
                     call.replace(b"Content-Length: 0", b"Content-Length: 99999"),
                     call.replace(b"Via:", b"Via: " + b"SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx, " * 500),
                     call.replace(b"sip:bob@", b"sip:" + b"(" * 30000 + b"@"),
                     call.replace(b"Max-Forwards: 70", b"Max-Forwards: 700000000000000000000"),
                     call[:100], call.split(b"\r\n\r\n")[0], b"SIP/2.0 200 OK\r\n\r\n", b"SIP/2.0 9999 X\r\nVia: x\r\n\r\n",
                     *(call[:length] for length in range(1, len(call), 37))):
            noise.send_bytes(data)
        with socket.create_connection((server.address, server.port)) as stream:
            stream.sendall(b"\0" * 100_000)
        with socket.create_connection((server.address, server.port)) as half:
            half.sendall(call[:60])
            self.assertEqual(self.agent("alice", server).ask("OPTIONS").status, 200)
        self.assertIsNone(server.process.poll(), server.log())

    def test_a_request_without_what_RFC_3261_demands_is_answered_400(self):
        server = self.start(LAST, database=self.database("sqlite"))
        agent = self.agent("alice", server)
        data = agent.request("OPTIONS").replace(b"CSeq: 1 OPTIONS", b"CSeq: 1 INVITE")
        agent.send_bytes(data)
        self.assertEqual(agent.receive(lambda message: message.status is not None).status, 400)


if __name__ == "__main__":
    unittest.main()
