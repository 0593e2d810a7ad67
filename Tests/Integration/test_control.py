"""kamcmd calls sipd, sipcmd calls Kamailio, and both print the same."""
import json
import os
import pathlib
import socket
import subprocess
import time
import unittest

from parts.case import IntegrationCase
from parts.server import Server
from parts.settings import free_port, settings

CONFIGURATION = """
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "ctl.so"
request_route { sl_send_reply("200", "OK"); }
"""

OTHER_TRANSPORTS = """
tcp_accept_no_cl=yes
loadmodule "xhttp.so"
loadmodule "jsonrpcs.so"
modparam("ctl", "binrpc", "unix:{folder}/kamailio_ctl")
modparam("ctl", "binrpc", "unixd:{folder}/ctld")
modparam("ctl", "binrpc", "tcp:127.0.0.1:{ports[1]}")
modparam("ctl", "binrpc", "udp:127.0.0.1:{ports[2]}")
modparam("jsonrpcs", "transport", 7)
modparam("jsonrpcs", "fifo_name", "{folder}/rpc.fifo")
modparam("jsonrpcs", "dgram_socket", "{folder}/rpc.sock")
event_route[xhttp:request] {{ jsonrpc_dispatch(); }}
"""


class Program:
    """A client program with the options that lead it to a server."""

    def __init__(self, name, *options):
        self.command = [settings.program(name), *map(str, options)]

    def run(self, *words, text=None):
        return subprocess.run([*self.command, *words], capture_output=True, text=True, input=text or "", timeout=30)

    def __call__(self, *words):
        result = self.run(*words)
        if result.returncode != 0:
            raise AssertionError(f"{words}: exit {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout


@unittest.skipIf(settings.server == "kamailio", "the clients are what is tested")
class StockKamcmd(IntegrationCase):
    """Debian's kamcmd and ours, one server: sipd."""

    def setUp(self):
        super().setUp()
        config = self.folder / "control.cfg"
        config.write_text(CONFIGURATION.replace('loadmodule "kex.so"\n', ""))
        self.server = Server(config, self.folder)
        self.end_with_test(self.server)
        self.server.start()
        run = self.server.run_folder
        self.kamcmd = Program("kamcmd", "-s", f"unix:{run / 'kamailio_ctl'}")
        self.sipcmd = Program("sipcmd", "-s", run / "control.sock")
        self.binrpc = Program("sipcmd", "-s", f"unix:{run / 'kamailio_ctl'}")

    def test_both_print_the_same(self):
        for words in (["core.version"], ["core.echo", "a", "5", "s:7", "1.5", "x y"], ["core.echo"], ["core.printi", "5"],
                      ["sl.stats"], ["core.psx"], ["ps"], ["core.modules"], ["listen"], ["system.listMethods"],
                      ["system.methodHelp", "core.kill"], ["-f", "%v-%v;", "core.echo", "1", "2", "3"]):
            with self.subTest(words=words):
                expected = self.kamcmd(*words)
                self.assertEqual(self.sipcmd(*words), expected)
                self.assertEqual(self.binrpc(*words), expected)

    def test_a_fault_is_told_in_kamailio_s_words(self):
        self.assertEqual(self.kamcmd("nosuch"), "error: 500 - command nosuch not found\n")
        self.assertEqual(self.kamcmd("core.printi", "x"), "error: 400 - error at parameter 0: expected integer type but "
                                                          "record doesn't match type\n")

    def test_kamcmd_reaches_every_socket(self):
        ports = [free_port(), free_port()]
        paths = [self.folder / "other.ctl", self.folder / "other.ctld"]
        config = self.folder / "sockets.cfg"
        config.write_text(CONFIGURATION + "".join(
            f'modparam("ctl", "binrpc", "{address}")\n' for address in
            (f"unix:{paths[0]}", f"unixd:{paths[1]}", f"tcp:127.0.0.1:{ports[0]}", f"udp:127.0.0.1:{ports[1]}")))
        folder = self.folder / "second"
        folder.mkdir()
        server = Server(config, folder)
        self.end_with_test(server)
        server.start()
        for address in (f"unixs:{paths[0]}", f"unixd:{paths[1]}", f"tcp:127.0.0.1:{ports[0]}", f"udp:127.0.0.1:{ports[1]}"):
            with self.subTest(address=address):
                for name in ("kamcmd", "sipcmd"):
                    self.assertEqual(Program(name, "-s", address)("core.echo", "a", "5"), "a\n5\n")
        self.assertEqual(Program("kamcmd", "-s", f"tcp:127.0.0.1:{ports[0]}")("core.kill", "15")[:11], "error: 403 ")

    def test_the_interactive_kamcmd_works(self):
        output = self.kamcmd.run(text="core.version\nls\nquit\n").stdout
        self.assertIn("sipd ", output)
        self.assertIn("system.listMethods", output)

    def test_an_unknown_method_is_corrected_and_exits_64(self):
        result = self.sipcmd.run("core.verison")
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        self.assertEqual(result.stderr, "sipcmd: core.verison: method 'core.verison' not found (-32601)\n"
                                        "hint: did you mean 'core.version'?\n")

    def test_every_output_format_parses(self):
        rows = json.loads(self.sipcmd("-o", "json", "core.psx"))
        self.assertEqual([json.loads(line) for line in self.sipcmd("-o", "jsonl", "core.psx").splitlines()], rows)
        self.assertEqual(self.sipcmd("-o", "csv", "core.psx").splitlines()[0], "IDX,PID,DSC")
        self.assertEqual(self.sipcmd("-o", "table", "core.psx").split()[:3], ["IDX", "PID", "DSC"])

    def test_a_second_daemon_on_the_same_folder_exits_73(self):
        second = Server(self.server.config, self.folder)
        second.log_path = self.folder / "second.log"
        second.launch()
        self.assertEqual(second.process.wait(20), 73)
        self.assertIn("another daemon serves the control socket", second.log())
        self.assertTrue(self.sipcmd("core.version").startswith("sipd "))

    def test_a_killed_daemon_s_sockets_are_replaced(self):
        self.server.stop(9)
        self.assertTrue((self.server.run_folder / "control.sock").is_socket())
        self.server.restart()
        self.assertTrue(self.kamcmd("core.version").startswith("sipd "))

    def test_garbage_on_the_sockets_costs_nobody_else_anything(self):
        for name in ("control.sock", "kamailio_ctl"):
            for data in (b"\0" * 100, b"\xff" * 100_000, os.urandom(50_000), b"[" * 1_000_000, b"\xa1\x0c\xff\xff\xff\xff"):
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(10)
                    client.connect(str(self.server.run_folder / name))
                    try:
                        client.sendall(data)
                    except BrokenPipeError:
                        pass
        idle = [socket.socket(socket.AF_UNIX) for _ in range(300)]
        for client in idle:
            client.connect(str(self.server.run_folder / "control.sock"))
        self.assertTrue(self.sipcmd("core.version").startswith("sipd "))
        for client in idle:
            client.close()
        self.assertTrue(self.kamcmd("core.version").startswith("sipd "))


@unittest.skipIf(settings.server == "kamailio", "the clients are what is tested")
class RealKamailio(IntegrationCase):
    """Debian's kamcmd and ours, one server: Kamailio."""

    def setUp(self):
        super().setUp()
        try:
            program = settings.program("kamailio")
        except FileNotFoundError:
            self.skipTest("kamailio is not installed")
        config = self.folder / "kamailio.cfg"
        self.ports = [free_port() for _ in range(3)]
        config.write_text(CONFIGURATION + OTHER_TRANSPORTS.format(folder=self.folder, ports=self.ports))
        self.path = self.folder / "kamailio_ctl"
        log = open(self.folder / "server.log", "wb")
        self.cleanup.callback(log.close)
        process = subprocess.Popen(
            [program, "-DD", "-E", "-f", config, "-Y", self.folder, "-P", self.folder / "pid", "-w", self.folder,
             "-m", "32", "-M", "8", "-n", "1", "-N", "1", "-l", f"udp:127.0.0.1:{self.ports[0]}", "-l", f"tcp:127.0.0.1:{self.ports[0]}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.cleanup.callback(self.end, process)
        deadline = time.monotonic() + 20
        while not self.path.is_socket():
            self.assertIsNone(process.poll(), (self.folder / "server.log").read_text(errors="replace"))
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.kamcmd = Program("kamcmd", "-s", f"unix:{self.path}")
        self.sipcmd = Program("sipcmd", "-s", f"unix:{self.path}")

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def test_both_print_the_same(self):
        for words in (["core.version"], ["core.echo", "a", "5", "s:7", "x y"], ["core.echo"], ["core.printi", "5", "007"],
                      ["sl.stats"], ["tm.stats"], ["core.psx"], ["ps"], ["psx"], ["core.modules"], ["listen"], ["who"],
                      ["core.sockets_list"], ["core.aliases_list"], ["system.listMethods"], ["core.ppdefines_full"],
                      ["system.methodHelp", "core.kill"], ["core.info"], ["core.tcp_options"], ["mod.stats", "core", "shm"],
                      ["-f", "%v-%v;", "core.echo", "1", "2", "3"], ["-f", "abc", "core.echo", "s:x", "s:y"],
                      ["help", "core.version"], ["dns_mem_info"], ["stats.fetch", "all"]):
            with self.subTest(words=words):
                self.assertEqual(self.sipcmd(*words), self.kamcmd(*words))

    def test_a_bare_path_is_recognised(self):
        self.assertEqual(Program("sipcmd", "-s", self.path)("core.version"), self.kamcmd("core.version"))

    def test_faults_exit_with_their_kind(self):
        unknown = self.sipcmd.run("nosuch")
        self.assertEqual((unknown.returncode, unknown.stdout), (64, ""))
        self.assertEqual(unknown.stderr, "sipcmd: nosuch: command nosuch not found (500)\n")
        wrong = self.sipcmd.run("core.printi", "x")
        self.assertEqual((wrong.returncode, wrong.stdout), (65, ""))

    def test_results_are_JSON_too(self):
        self.assertEqual(json.loads(self.sipcmd("-o", "json", "core.echo", "a", "5")), ["a", "5"])
        sockets = json.loads(self.sipcmd("-o", "json", "core.sockets_list"))
        self.assertEqual(sockets[0]["socket"]["proto"], "udp")

    def test_every_transport_reaches_it(self):
        addresses = [f"unix:{self.path}", f"unixd:{self.folder / 'ctld'}", f"tcp:127.0.0.1:{self.ports[1]}",
                     f"udp:127.0.0.1:{self.ports[2]}", f"fifo:{self.folder / 'rpc.fifo'}",
                     f"dgram:{self.folder / 'rpc.sock'}", f"http://127.0.0.1:{self.ports[0]}/RPC", str(self.path),
                     str(self.folder / "ctld"), str(self.folder / "rpc.fifo"), str(self.folder / "rpc.sock")]
        for address in addresses:
            with self.subTest(address=address):
                sipcmd = Program("sipcmd", "-t", "5", "-s", address)
                self.assertTrue(sipcmd("core.version").startswith("kamailio 5"))
                self.assertEqual(sipcmd("core.echo", "a", "5", "s:\"q"), "a\n5\n\"q\n")
                self.assertEqual(sipcmd.run("nosuch").returncode, 64)

    def test_the_shell_the_batch_and_completion_work_with_it(self):
        self.assertIn("uptime:", self.sipcmd.run(text="core.uptime\nquit\n").stdout)
        result = self.sipcmd.run("batch", text="core.echo x\nnosuch\n")
        self.assertEqual((len(result.stdout.splitlines()), result.returncode), (2, 64))
        self.assertEqual(self.sipcmd("__complete", "core.versi").split(), ["core.version"])



FULL = """
debug=2
alias="example.org"
pstn.gw_ip = "192.0.2.1" desc "gateway"
pstn.gw_port = "5060" desc "port"
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "ctl.so"
loadmodule "cfg_rpc.so"
loadmodule "counters.so"
loadmodule "db_sqlite.so"
loadmodule "usrloc.so"
loadmodule "permissions.so"
modparam("pv", "shvset", "foo=i:1")
modparam("usrloc", "preload", "location")
modparam("permissions", "db_url", DBURL)
request_route { sl_send_reply("200", "OK"); }
"""


class Native:
    """A connection to the native socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rw", encoding="utf-8")
        self.number = 0

    def send(self, method, params=()):
        self.number += 1
        self.file.write(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}) + "\n")
        self.file.flush()

    def read(self):
        return json.loads(self.file.readline())

    def call(self, method, params=()):
        self.send(method, params)
        return self.read()

    def close(self):
        self.file.close()
        self.socket.close()


@unittest.skipIf(settings.server == "kamailio", "sipd's own methods are what is tested")
class Methods(IntegrationCase):
    """The methods of a sipd with most modules, on SQLite."""

    def setUp(self):
        super().setUp()
        config = self.folder / "control.cfg"
        config.write_text(FULL)
        url = f"sqlite://{self.folder / 'sipd.sqlite'}"
        self.sipctl = Program("sipctl", "--database", url)
        self.sipctl("db", "create")
        self.sipctl("address", "add", "1", "203.0.113.10")
        self.sipctl("address", "add", "2", "198.51.100.0", "24")
        self.server = Server(config, self.folder, defines=[("DBURL", url)])
        self.end_with_test(self.server)
        self.server.start()
        self.path = self.server.run_folder / "control.sock"
        self.sipcmd = Program("sipcmd", "-s", self.path)
        self.native = Native(self.path)
        self.cleanup.callback(self.native.close)
        for user in ("alice", "bob"):
            self.sipcmd("ul.add", "location", f"{user}@example.org", f"sip:{user}@192.0.2.5:5060", "3600", "1.0", "", "0",
                        "0", "4095")

    def result(self, method, params=()):
        answer = self.native.call(method, params)
        self.assertNotIn("error", answer, method)
        return answer["result"]

    def assertShape(self, expected, found, path):
        """Whether a value has at least the members, and everywhere the types, of what Kamailio answered."""
        if isinstance(expected, str):
            kinds = {"number": (int, float), "text": str, "bool": bool, "null": object}
            self.assertIsInstance(found, kinds[expected], path)
        elif isinstance(expected, list):
            self.assertIsInstance(found, list, path)
            for element in found if len(expected) == 1 else []:
                self.assertShape(expected[0], element, path + "[]")
        elif "*" in expected:
            self.assertIsInstance(found, dict, path)
            for name, value in found.items():
                self.assertShape(expected["*"], value, f"{path}.{name}")
        else:
            self.assertIsInstance(found, dict, path)
            for name, value in expected.items():
                self.assertIn(name, found, path)
                self.assertShape(value, found[name], f"{path}.{name}")

    def test_answers_have_kamailio_s_shapes(self):
        golden = json.loads((pathlib.Path(__file__).parent / "golden" / "rpc_shapes.json").read_text())
        for method, cases in golden.items():
            for case in cases:
                with self.subTest(method=method, params=case["params"]):
                    answer = self.native.call(method, case["params"])
                    if "fault" in case:
                        self.assertEqual(answer.get("error", {}).get("code"), case["fault"], answer)
                    else:
                        self.assertNotIn("error", answer)
                        self.assertShape(case["shape"], answer["result"], method)

    def test_a_listing_is_streamed_filtered_and_paged(self):
        self.native.send("ul.dump", {"stream": True, "fields": ["AoR", "Address"]})
        rows = [self.native.read(), self.native.read()]
        self.assertEqual(sorted(row["params"]["row"]["AoR"] for row in rows), ["alice", "bob"])
        self.assertEqual(self.native.read()["result"], {"count": 2, "cursor": None})
        page = self.result("system.listMethods", {"limit": 2})
        more = self.result("system.listMethods", {"limit": 2, "cursor": page["cursor"]})
        self.assertNotEqual(page["rows"], more["rows"])
        found = self.result("ul.dump", [{"where": {"AoR": "bob"}, "fields": ["Address"]}])
        self.assertEqual(found["rows"], [{"Address": "sip:bob@192.0.2.5:5060"}])
        lines = self.sipcmd("-o", "csv", "--stream", "--fields", "AoR", "--where", "AoR=alice", "ul.dump")
        self.assertEqual(lines.splitlines(), ["AoR", "alice"])

    def test_a_reload_validates_counts_rolls_back_and_joins(self):
        first = self.result("permissions.addressReload")
        self.sipctl("address", "add", "1", "203.0.113.11")
        self.assertTrue(self.result("core.drift")["drift"])
        self.assertEqual(self.sipcmd.run("core.drift").returncode, 1)
        self.assertEqual(self.result("permissions.addressReload", {"validate": True})["good"], 3)
        second = self.result("permissions.addressReload")
        self.assertEqual((second["generation"], second["added"]), (first["generation"] + 1, 1))
        self.assertFalse(self.result("core.drift")["drift"])
        self.assertEqual(json.loads(self.sipcmd("-o", "json", "--rollback", "permissions.addressReload"))["removed"], 1)
        self.assertEqual(self.sipcmd.run("permissions.check", "203.0.113.11").returncode, 1)
        several = [Native(self.path) for _ in range(8)]
        for one in several:
            one.send("permissions.addressReload")
        answers = [one.read() for one in several]
        for one in several:
            one.close()
        self.assertTrue(all("result" in answer for answer in answers), answers)

    def test_a_snapshot_can_be_restored(self):
        snapshot = self.sipcmd("-o", "jsonl", "ul.snapshot")
        self.assertEqual(len(snapshot.splitlines()), 2)
        self.sipcmd("ul.rm", "location", "alice@example.org")
        self.assertEqual(self.sipcmd.run("ul.lookup", "location", "alice@example.org").returncode, 67)
        restored = self.sipcmd.run("restore", text=snapshot)
        self.assertEqual((restored.returncode, restored.stdout), (0, "stored 2, ended 0, refused 0\n"))
        self.assertIn("sip:alice@192.0.2.5:5060", self.sipcmd("ul.lookup", "location", "alice@example.org"))

    def test_events_come_and_are_resumed(self):
        self.native.send("events.subscribe", {"stream": True, "events": "contact.*"})
        start = self.native.read()["params"]["row"]
        self.assertEqual(start["event"], "subscribed")
        self.sipcmd("ul.rm", "location", "bob@example.org")
        row = self.native.read()["params"]["row"]
        self.assertEqual((row["event"], row["aor"]), ("contact.removed", "bob"))
        again = Native(self.path)
        self.cleanup.callback(again.close)
        missed = again.call("events.subscribe", {"since": start["id"]})["result"]
        self.assertEqual([event["id"] for event in missed], [row["id"]])
        self.assertEqual(again.call("events.subscribe", {"since": "other-5"})["result"][0]["event"], "gap")

    def test_the_log_level_goes_back_by_itself(self):
        self.assertEqual(self.result("log.set", ["debug", "usrloc", 1])["seconds"], 1)
        self.assertEqual(len(self.result("log.get")["overrides"]), 1)
        deadline = time.monotonic() + 5
        while self.result("log.get")["overrides"]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.assertEqual(self.native.call("log.set", ["debug", "nosuch"])["error"]["code"], -32602)

    def test_health_says_ready(self):
        self.assertEqual(self.result("core.health")["ready"], True)
        self.assertEqual(self.sipcmd.run("core.health").returncode, 0)

    def test_many_calls_on_one_connection(self):
        calls = "core.version\n# a comment\n\ncore.echo 'a b' 5\nnosuch\n" + '{"method":"core.printi","params":[7]}\n'
        result = self.sipcmd.run("batch", text=calls)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([answer["line"] for answer in answers], [1, 4, 5, 6])
        self.assertEqual(answers[1]["result"], ["a b", "5"])
        self.assertEqual((answers[2]["error"]["code"], answers[3]["result"], result.returncode), (-32601, [7], 64))
        self.assertEqual(len(self.sipcmd.run("batch", "--stop", text=calls).stdout.splitlines()), 3)
        many = self.sipcmd.run("batch", text="core.version\n" * 5000)
        self.assertEqual((many.returncode, len(many.stdout.splitlines())), (0, 5000))

    def test_the_shell_runs_lines_and_survives_faults(self):
        result = self.sipcmd.run(text="core.echo 'x y'\nnosuch\nhelp core.uptime\nquit\ncore.echo never\n")
        self.assertIn("x y\n", result.stdout)
        self.assertIn("usage: core.uptime", result.stdout)
        self.assertNotIn("never", result.stdout)
        self.assertIn("not found", result.stderr)

    def test_words_are_completed(self):
        self.assertEqual(self.sipcmd("__complete", "core.vers").split(), ["core.version"])
        self.assertEqual(self.sipcmd("__complete", "ul.lookup", "location", "al").split(), ["alice"])
        self.assertEqual(self.sipcmd("__complete", "cfg.get", "pstn", "gw_i").split(), ["gw_ip"])
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("__complete", self.sipcmd("completion", shell))
        self.assertIn(".SH EXIT STATUS", self.sipcmd("manual"))

    def test_several_servers_are_compared(self):
        both = Program("sipcmd", "-s", self.path, "-s", f"unix:{self.server.run_folder / 'kamailio_ctl'}")
        self.assertEqual(both("core.echo", "x").count("\nx\n"), 2)
        self.assertEqual(both.run("--diff", "core.echo", "x").returncode, 0)
        gone = Program("sipcmd", "-s", self.path, "-s", "/nonexistent/x.sock")
        result = gone.run("-o", "json", "core.echo", "x")
        self.assertEqual(result.returncode, 69)
        self.assertEqual(json.loads(result.stdout)[0]["result"], ["x"])

    def test_a_method_is_watched(self):
        self.assertEqual(self.sipcmd("watch", "--count", "2", "-n", "0.1", "core.uptime").count("core.uptime  "), 2)
        self.assertIn("requests received", self.sipcmd("top", "--count", "1"))

    def test_the_reference_is_current(self):
        text = Program("sipd")("--print-reference")
        path = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "rpc.md"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text)
        self.assertEqual(path.read_text(), text, "UPDATE_GOLDEN=1 writes it anew")

    def test_bad_input_gets_its_standard_error(self):
        cases = {b'{"jsonrpc":2.0,"method":"core.version","id":1}': -32600, b"{": -32700, b"[]": -32600, b"\xff\xfe": -32700,
                 b'{"jsonrpc":"2.0","method":5,"id":1}': -32600, b'{"jsonrpc":"2.0","id":1,"id":2,"method":"x"}': -32600,
                 b'{"jsonrpc":"2.0","method":"core.version","params":5,"id":1}': -32600, b"[" * 10_000: -32700,
                 b'{"jsonrpc":"2.0","method":"nosuch","id":1}': -32601, b'"\0"': -32700}
        for text, code in cases.items():
            with self.subTest(text=text[:40]):
                self.native.socket.sendall(text + b"\n")
                self.assertEqual(self.native.read()["error"]["code"], code)
        huge = Native(self.path)
        self.cleanup.callback(huge.close)
        try:
            huge.socket.sendall(b'"' + b"a" * (20 << 20) + b'"\n')
        except OSError:
            pass
        self.assertEqual(self.result("core.echo", ["x"]), ["x"])


if __name__ == "__main__":
    unittest.main()
