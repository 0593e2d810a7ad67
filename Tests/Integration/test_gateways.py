"""Gateways and look-ups in tables: failover with sipp, aliases, short dial codes, domains (dispatcher, alias_db, ...)."""
import pathlib
import unittest

from parts.case import IntegrationCase, on_every_database
from parts.settings import free_port
from parts.sipp import Sipp

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "gateways.cfg"
CALLS = 10


@on_every_database
class Gateways(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)

    def serve(self, *gateways):
        for number, port in enumerate(gateways):
            self.store.script("insert into dispatcher (setid, destination, flags, priority, attrs, description) values "
                              f"(1, 'sip:127.0.0.1:{port}', 0, {10 - number}, '', '');")
        return self.start(CONFIGURATION, database=self.store)

    def sipp(self, server, scenario, **arguments):
        process = Sipp(self.folder, scenario, server, calls=CALLS, **arguments)
        self.cleanup.callback(process.stop)
        return process

    def test_calls_go_on_to_the_second_gateway_while_the_first_is_silent(self):
        silent, port = free_port(), free_port()
        server = self.serve(silent, port)
        gateway = self.sipp(server, "called", port=port).wait_until_bound()
        users = [(f"caller{number}", "-", "called") for number in range(CALLS)]
        self.sipp(server, "caller-without-password", users=users).finish()
        gateway.finish()

    def test_without_a_gateway_the_call_is_refused(self):
        caller = self.agent("alice", self.serve())
        self.assertEqual(caller.ask("INVITE", "sip:bob@pbx.test").status, 503)

    def test_tables_of_aliases_codes_and_domains(self):
        for row in ("dbaliases (alias_username, alias_domain, username, domain) values ('boss', 'a.test', 'x', 'b.test')",
                    "speed_dial (username, domain, sd_username, sd_domain, new_uri) values "
                    "('alice', 'pbx.test', '23', '', 'sip:bob@pbx.test')",
                    "domain (domain, did) values ('ours.test', 'ours')"):
            self.store.script(f"insert into {row};")
        caller = self.agent("alice", self.serve())
        for uri, status, reason in (("sip:boss@pbx.test", 299, "sip:x@b.test"), ("sip:23@pbx.test", 299, "sip:bob@pbx.test"),
                                    ("sip:any@OURS.test", 298, "Ours"), ("sip:any@theirs.test", 404, "Unknown")):
            reply = caller.ask("MESSAGE", uri)
            self.assertEqual((reply.status, reply.reason), (status, reason), uri)


if __name__ == "__main__":
    unittest.main()
