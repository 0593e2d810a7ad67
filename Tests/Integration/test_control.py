"""kamcmd calls sipd, sipcmd calls Kamailio, and both print the same."""
import json
import os
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
        self.servers.append(self.server)
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
        self.assertEqual(self.kamcmd("core.printi", "x"), "error: 400 - parameter 'i' is 'x', expected an integer\n")

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
        config.write_text(CONFIGURATION)
        self.path = self.folder / "kamailio_ctl"
        log = open(self.folder / "server.log", "wb")
        self.cleanup.callback(log.close)
        process = subprocess.Popen(
            [program, "-DD", "-E", "-f", config, "-Y", self.folder, "-P", self.folder / "pid", "-w", self.folder,
             "-m", "32", "-M", "8", "-n", "1", "-N", "1", "-l", f"udp:127.0.0.1:{free_port()}"],
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
        self.assertEqual(sockets["socket"]["proto"], "udp")


if __name__ == "__main__":
    unittest.main()
