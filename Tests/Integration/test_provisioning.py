"""The tools as an operator uses them beside a running daemon, and Kamailio's own tools on the same database."""
import json
import os
import subprocess
import unittest

from parts.case import IntegrationCase, on_every_database
from parts.database import KAMAILIO_TABLES
from parts.settings import settings


class ToolCase(IntegrationCase):
    def tool(self, name, *arguments, status=0, **environment):
        """Runs one of the tools with a database and a daemon from its environment; returns what it prints."""
        result = subprocess.run([settings.program(name), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                                input=environment.pop("input", ""), cwd=self.folder,
                                env=dict(os.environ, **self.environment, **environment))
        self.assertEqual(result.returncode, status, f"{name} {arguments}: {result.stdout}{result.stderr}")
        return result.stdout if status == 0 else result.stderr

    @property
    def environment(self):
        return {"SIPCTL_DATABASE": self.store.url, "SIPCMD_SERVER": str(self.folder / "run" / "control.sock"),
                "SIPCTL_SERVER": str(self.folder / "run" / "control.sock")}


@unittest.skipUnless(settings.server == "sipd", "sipctl and sipcmd beside sipd")
@on_every_database
class Tour(ToolCase):
    """The commands of the README, in their order."""

    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name, tables=False)
        self.tool("sipctl", "db", "create")
        self.server = self.start("pbx.cfg", database=self.store)

    def test_add_register_call_dump_reload(self):
        self.tool("sipctl", "add", "alice@pbx.test", "s3cret")
        self.tool("sipctl", "add", "bob@pbx.test", "hunter2")
        alice, bob = self.agent("alice", self.server, password="s3cret"), self.agent("bob", self.server, password="hunter2")
        self.assertEqual(alice.register().status, 200)
        self.assertEqual(bob.register().status, 200)

        dump = self.tool("sipcmd", "ul.dump")
        self.assertIn("AoR: alice@pbx.test", dump)
        self.assertIn(bob.contact, dump)
        contacts = json.loads(self.tool("sipctl", "--output", "json", "location", "list"))
        self.assertEqual({row["username"] for row in contacts}, {"alice", "bob"})

        carrier = self.agent("+4930123456", self.server, domain="carrier.test")
        self.assertEqual(carrier.ask("INVITE", "sip:nobody@pbx.test").status, 403)
        self.tool("sipctl", "address", "add", 200, "127.0.0.1", 32, carrier.port, "carrier")
        answer = json.loads(self.tool("sipcmd", "--output", "json", "permissions.addressReload"))
        self.assertLessEqual({"generation", "addresses", "duration_ms"}, answer.keys())
        self.assertEqual(carrier.ask("INVITE", "sip:nobody@pbx.test").status, 480)
        self.tool("sipctl", "address", "rm", 200, "127.0.0.1")
        self.tool("sipctl", "address", "reload")
        self.assertEqual(carrier.ask("INVITE", "sip:nobody@pbx.test").status, 403)

    def test_the_same_twice_is_refused_and_so_is_what_is_not_there(self):
        self.tool("sipctl", "add", "alice@pbx.test", "s3cret")
        self.assertIn("alice", self.tool("sipctl", "add", "alice@pbx.test", "other", status=73))
        self.assertIn("nobody", self.tool("sipctl", "rm", "nobody@pbx.test", status=67))
        self.assertIn("nobody", self.tool("sipctl", "passwd", "nobody@pbx.test", "x", status=67))

    def test_wrong_values_are_refused_with_the_reason(self):
        for value in (["999.1.1.1"], ["10.0.0.1", 33], ["10.0.0.1", 32, 70000], ["2001:db8::1", 129], [""], ["10.0.0.0/99"]):
            with self.subTest(value):
                self.assertNotEqual(self.tool("sipctl", "address", "add", 200, *value, status=65), "")
        self.assertEqual(self.store.rows("select ip_addr from address"), [])

    def test_the_default_mask_is_that_of_one_host(self):
        self.tool("sipctl", "address", "add", 200, "192.0.2.1")
        self.tool("sipctl", "address", "add", 200, "2001:db8::1")
        rows = self.store.rows("select ip_addr, mask from address order by id")
        self.assertEqual([(row[0], int(row[1])) for row in rows], [("192.0.2.1", 32), ("2001:db8::1", 128)])

    def test_names_and_passwords_that_are_SQL_or_shell_are_just_that(self):
        for name, password in (("o'brien", "it's"), ("a';delete/**/from/**/subscriber;--", "x' or '1'='1"), ("$HOME", "`id` \\n % %s")):
            with self.subTest(name):
                self.tool("sipctl", "add", f"{name}@pbx.test", "--password-stdin", input=password + "\n")
                rows = json.loads(self.tool("sipctl", "--output", "json", "subscriber", "list"))
                self.assertIn(name, {row["username"] for row in rows})
        rows = self.store.rows("select password from subscriber")
        self.assertEqual({row[0] for row in rows}, {""}, "the clear password is stored only when asked for")

    def test_a_changed_and_a_removed_user(self):
        self.tool("sipctl", "add", "alice@pbx.test", "s3cret")
        self.tool("sipctl", "passwd", "alice@pbx.test", "changed")
        alice = self.agent("alice", self.server, password="changed")
        self.assertEqual(alice.register().status, 200)
        self.tool("sipctl", "rm", "alice@pbx.test")
        self.assertEqual(self.store.rows("select username from subscriber"), [])

    def test_a_fault_goes_to_stderr_and_the_status_tells(self):
        self.assertNotEqual(self.tool("sipcmd", "no.such.method", status=self.status_of("no.such.method")), "")
        self.assertNotEqual(self.status_of("no.such.method"), 0)
        self.server.stop()
        self.tool("sipcmd", "core.version", status=69)

    def status_of(self, *arguments):
        return subprocess.run([settings.program("sipcmd"), *arguments], capture_output=True, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, **self.environment), timeout=30).returncode

    def test_statistics_are_there(self):
        for method, *arguments in (("tm.stats",), ("sl.stats",), ("core.uptime",), ("core.info",), ("system.listMethods",),
                                   ("stats.get_statistics", "all")):
            with self.subTest(method):
                self.assertNotEqual(self.tool("sipcmd", method, *arguments).strip(), "")


@unittest.skipUnless(settings.server == "sipd", "the other side is Kamailio's own tools")
@on_every_database
class KamailioTools(ToolCase):
    """One database, two sets of tools, nothing converted."""

    def settings_of_kamctl(self):
        if self.database_name == "sqlite":
            lines = ["DBENGINE=SQLITE", f"DB_PATH={self.store.path}"]
        else:
            lines = ["DBENGINE=MYSQL", "DBHOST=127.0.0.1", f"DBPORT={self.store.server.port}", f"DBNAME={self.store.database}",
                     "DBRWUSER=sip", "DBRWPW=secret", "DBROUSER=sip", "DBROPW=secret"]
        (self.folder / ".kamctlrc").write_text("\n".join([*lines, "SIP_DOMAIN=pbx.test", "STORE_PLAINTEXT_PW=0"]) + "\n")

    def test_kamctl_adds_a_user_to_a_database_of_sipctl(self):
        self.store = self.database(self.database_name, tables=False)
        self.tool("sipctl", "db", "create")
        self.settings_of_kamctl()
        self.tool("kamctl", "add", "carol@pbx.test", "from-kamctl", HOME=str(self.folder))
        server = self.start("pbx.cfg", database=self.store)
        self.assertEqual(self.agent("carol", server, password="from-kamctl").register().status, 200)

    def test_sipctl_adds_a_user_to_a_database_of_kamdbctl(self):
        """The tables are made from the SQL files that `kamdbctl create` runs."""
        self.store = self.database(self.database_name, tables=False)
        for table in KAMAILIO_TABLES:
            path = f"/usr/share/kamailio/{self.store.schema_folder}/{table}-create.sql"
            with open(path) as file:
                self.store.script(file.read())
        self.tool("sipctl", "add", "dave@pbx.test", "from-sipctl")
        server = self.start("pbx.cfg", database=self.store)
        dave = self.agent("dave", server, password="from-sipctl")
        self.assertEqual(dave.register().status, 200)
        self.assertEqual(len(self.store.rows("select * from location")), 1)

    def test_kamcmd_talks_to_sipd(self):
        self.store = self.database(self.database_name)
        server = self.start("pbx.cfg", database=self.store)
        socket = server.run_folder / "kamailio_ctl"
        if not socket.exists():
            self.skipTest("the ctl socket comes later")
        self.assertNotEqual(self.tool("kamcmd", "-s", f"unix:{socket}", "core.version"), "")


del ToolCase

if __name__ == "__main__":
    unittest.main()
