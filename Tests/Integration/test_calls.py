"""Calls that modules follow: accounted in both databases, limited in number and time, and floods that are blocked."""
import pathlib
import unittest

from parts.calls import Calls
from parts.case import IntegrationCase, on_every_database
from parts.settings import settings

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "calls.cfg"


@on_every_database
class FollowedCalls(Calls, IntegrationCase):
    def begin(self, **arguments):
        self.store = self.database(self.database_name)
        for table in ("acc", "missed_calls"):
            for column in ("src_user", "src_ip"):
                self.store.script(f"alter table {table} add column {column} varchar(64) not null default '';")
        self.store.script("alter table acc_cdrs add column caller varchar(64) not null default '';")
        self.server = self.start(CONFIGURATION, database=self.store, **arguments)
        self.caller, self.called = self.agent("alice", self.server), self.agent("bob", self.server)

    def invite(self, **arguments):
        return self.ring(self.caller, self.called, "sip:bob@pbx.test", headers=[("X-To", self.called.contact)], **arguments)

    def up(self):
        """A call that was answered, as both sides see it."""
        data, invite = self.invite()
        self.called.answer(invite, 200, "OK")
        answer = self.caller.final(data)
        outgoing, incoming = self.caller.dialog(answer), self.called.dialog(invite)
        self.caller.within(outgoing, "ACK")
        self.called.receive("ACK")
        return outgoing, incoming

    def source_of(self, _):
        return self.server.address, self.server.port

    def rows(self, query):
        return [tuple(str(value) for value in row) for row in self.store.rows(query)]

    def answer_bye(self, agent):
        bye = agent.receive("BYE", 10)
        agent.answer(bye, 200, "OK")
        return bye

    def test_a_call_is_accounted_and_forgotten(self):
        self.begin()
        outgoing, incoming = self.up()
        self.eventually(lambda: len(self.rows("select id from dialog")) == 1)
        self.assertRegex(self.server.rpc("dlg.stats_active"), r"ongoing: 1")
        self.called.within(incoming, "BYE")
        self.answer_bye(self.caller)
        self.called.receive(200)
        wanted = [("INVITE", "200", "alice", "127.0.0.1"), ("BYE", "200", "bob", "127.0.0.1")]
        query = "select method, sip_code, src_user, src_ip from acc order by id"
        self.eventually(lambda: self.rows(query) == wanted)
        self.eventually(lambda: self.rows("select caller from acc_cdrs") == [("alice",)])
        self.eventually(lambda: self.rows("select id from dialog") == [])
        if settings.server == "sipd":
            # Kamailio leaves the variables behind.
            self.assertEqual(self.rows("select id from dialog_vars"), [])
        self.assertEqual(self.rows("select id from missed_calls"), [])

    def test_a_refused_call_is_missed(self):
        self.begin()
        data, invite = self.invite()
        self.called.answer(invite, 486, "Busy Here")
        self.assertEqual(self.caller.final(data).status, 486)
        query = "select method, sip_code, sip_reason, src_user from {} order by id"
        wanted = [("INVITE", "486", "Busy Here", "alice")]
        self.eventually(lambda: self.rows(query.format("missed_calls")) == wanted)
        self.eventually(lambda: self.rows(query.format("acc")) == wanted)

    def test_a_second_call_of_the_same_caller_is_refused_until_the_first_has_ended(self):
        self.begin()
        outgoing, _ = self.up()
        again = self.caller.ask("INVITE", "sip:bob@pbx.test", headers=[("X-To", self.called.contact)])
        self.assertEqual(again.status, 486)
        self.caller.within(outgoing, "BYE")
        self.answer_bye(self.called)
        self.caller.receive(lambda message: message.status == 200 and message["CSeq"].endswith("BYE"))
        self.up()

    def test_a_call_that_lasts_too_long_gets_its_BYEs_also_after_a_kill(self):
        for how in (None, 9):
            with self.subTest(how):
                self.begin(defines=["CALL_SECONDS=3"]) if how is None else None
                self.up()
                self.eventually(lambda: self.rows("select state from dialog") == [("4",)])
                if how:
                    self.server.restart(how)
                self.answer_bye(self.caller)
                self.answer_bye(self.called)
                self.eventually(lambda: self.rows("select id from dialog") == [])
        self.eventually(lambda: len(self.rows("select id from acc_cdrs")) == 2)

    def test_the_control_socket_ends_a_call(self):
        self.begin()
        outgoing, _ = self.up()
        listed = self.server.rpc("dlg.list")
        self.assertIn(outgoing.call_id, listed)
        self.server.rpc("dlg.terminate_dlg", outgoing.call_id, *self.tags(outgoing))
        self.answer_bye(self.caller)
        self.answer_bye(self.called)

    def tags(self, call):
        return [header.partition(";tag=")[2] for header in (call.local, call.remote)]


class Floods(IntegrationCase):
    def test_a_flood_is_blocked_and_the_ban_outlives_it(self):
        server = self.start(CONFIGURATION, database=self.database())
        agent = self.agent("flooder", server)
        answered = 0
        for _ in range(40):
            agent.send_bytes(agent.request("OPTIONS", "sip:pbx.test"))
            try:
                agent.receive(200, 0.3)
                answered += 1
            except AssertionError:
                break
        # Six hits until all octets of the address are told apart, then sixteen; the last of them blocks. The question
        # whether Kamailio is there counts.
        self.assertEqual(answered, 21 if settings.server == "sipd" else 20)
        self.assertIn("127.0.0.1", server.rpc("pike.top", "HOT"))
        self.assertIn("127.0.0.1", server.rpc("htable.dump", "ipban"))
        self.assertIn("BLOCKing", server.log())
        server.rpc("htable.delete", "ipban", "127.0.0.1")
        self.assertTrue(agent.receives_nothing(0.3))


if __name__ == "__main__":
    unittest.main()
