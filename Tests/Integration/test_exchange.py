"""What examples/pbx.cfg promises beyond the steps of the tutorial."""
import unittest

from parts.calls import Calls
from parts.case import IntegrationCase, on_every_database
from parts.sip import authorization


class ExchangeCase(IntegrationCase, Calls):
    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)
        self.store.add_user("alice@pbx.test", "s3cret")
        self.store.add_user("bob@pbx.test", "hunter2")
        self.carrier = self.agent("+4930123456", domain="carrier.test")
        self.store.add_address(200, "127.0.0.1", 32, self.carrier.port, "carrier")
        self.server = self.start("pbx.cfg", database=self.store, defines=[("CARRIER", f"127.0.0.1:{self.carrier.port}")])
        self.carrier.server = (self.server.address, self.server.port)
        self.alice = self.agent("alice", self.server, password="s3cret")
        self.bob = self.agent("bob", self.server, password="hunter2")


@on_every_database
class Exchange(ExchangeCase):
    def test_users_call_each_other_through_the_exchange(self):
        self.assertEqual(self.bob.register().status, 200)
        invite = self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=True)
        self.assertEqual(invite.uri, self.bob.contact)
        self.assertEqual(len(invite.all("Record-Route")), 1)
        self.assertIsNone(invite["Proxy-Authorization"])

    def test_users_on_TCP_call_each_other(self):
        alice = self.agent("alice", self.server, password="s3cret", protocol="tcp")
        bob = self.agent("bob", self.server, password="hunter2", protocol="tcp")
        self.assertEqual(bob.register().status, 200)
        data, invite = self.ring(alice, bob, "sip:bob@pbx.test")
        bob.answer(invite, 200, "OK")
        self.assertEqual(alice.final(data).status, 200)

    def test_a_call_is_cancelled_and_refused(self):
        self.bob.register()
        self.cancelled_call(self.alice, self.bob, "sip:bob@pbx.test")
        self.refused_call(self.alice, self.bob, "sip:bob@pbx.test", 603, "Decline")

    def test_a_number_goes_to_the_carrier_and_a_call_comes_from_there(self):
        self.complete_call(self.alice, self.carrier, "sip:+4930123456@pbx.test", through_server=True)
        self.bob.register()
        self.complete_call(self.carrier, self.bob, "sip:bob@pbx.test", through_server=True)

    def test_a_carriers_number_that_nobody_has_is_not_sent_back(self):
        self.assertEqual(self.carrier.ask("INVITE", "sip:+15559999@pbx.test").status, 480)

    def test_refusals(self):
        for status, method, uri, arguments in (
                (483, "INVITE", "sip:bob@pbx.test", {"max_forwards": 0}),
                (480, "INVITE", "sip:bob@pbx.test", {}),
                (484, "INVITE", "sip:pbx.test", {}),
                (403, "INVITE", "sip:bob@elsewhere.test", {}),
                (481, "BYE", "sip:bob@pbx.test", {"to": "<sip:bob@pbx.test>;tag=gone"}),
                (200, "OPTIONS", "sip:pbx.test", {})):
            with self.subTest(status=status, method=method, uri=uri):
                self.assertEqual(self.alice.ask(method, uri, **arguments).status, status)
        self.assertEqual(self.agent("eve", self.server, domain="elsewhere.test").ask("INVITE", "sip:bob@pbx.test").status, 403)
        self.assertEqual(self.agent("eve", self.server).ask("INVITE", "sip:bob@pbx.test").status, 407)

    def test_answers_go_where_the_request_came_from(self):
        """RFC 3581: behind a router, Via names an address that nobody can reach."""
        data = self.alice.request("OPTIONS", "sip:pbx.test").replace(
            f"127.0.0.1:{self.alice.port};branch".encode(), b"192.0.2.77:5060;branch")
        self.alice.send_bytes(data)
        reply = self.alice.final(data)
        self.assertIn(f"rport={self.alice.port}", reply["Via"])
        self.assertIn("received=127.0.0.1", reply["Via"])

    def test_contacts_survive_a_restart_and_expire_with_unregistration(self):
        self.bob.register()
        self.server.restart()
        self.assertIn("bob", self.server.rpc("ul.dump"))
        self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=True)
        self.assertEqual(self.bob.register(expires=0).status, 200)
        self.assertEqual(self.alice.ask("INVITE", "sip:bob@pbx.test").status, 480)

    def test_a_changed_password_counts_at_once_or_within_a_second(self):
        self.assertEqual(self.alice.register().status, 200)
        self.store.script("delete from subscriber where username = 'alice';")
        self.store.add_user("alice@pbx.test", "another")
        self.alice.password = "another"
        for _ in range(20):
            reply = self.alice.register()
            if reply.status == 200:
                break
            self.alice.receives_nothing(0.1)
        self.assertEqual(reply.status, 200)
        self.alice.password = "s3cret"
        self.assertEqual(self.alice.register().status, 401)

    def test_a_nonce_of_another_server_is_not_accepted(self):
        data = self.alice.request("REGISTER", "sip:pbx.test", to="<sip:alice@pbx.test>")
        challenge = 'Digest realm="pbx.test", nonce="YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo="'
        forged = data.replace(b"\r\nContent-Length:", b"\r\nAuthorization: " + authorization(
            challenge, "alice", "s3cret", "REGISTER", "sip:pbx.test").encode() + b"\r\nContent-Length:")
        self.alice.send_bytes(forged)
        self.assertEqual(self.alice.final(forged).status, 401)


class Retransmissions(ExchangeCase):
    """Timers of RFC 3261 section 17, with nothing lost but what the test leaves unanswered."""
    database_name = "sqlite"

    def setUp(self):
        super().setUp()
        self.assertEqual(self.bob.register().status, 200)

    def test_an_INVITE_is_repeated_until_there_is_an_answer(self):
        data, first = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        second, third = self.bob.receive("INVITE"), self.bob.receive("INVITE")
        self.assertEqual({first["Via"]}, {second["Via"], third["Via"]})
        self.bob.answer(first, 180, "Ringing")
        self.alice.receive(180)
        self.assertTrue(self.bob.receives_nothing(1.0))
        self.bob.answer(first, 486, "Busy Here")
        self.assertEqual(self.alice.final(data).status, 486)

    def test_a_refusal_is_repeated_until_it_is_acknowledged_and_every_repetition_by_the_phone_too(self):
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        self.bob.answer(invite, 486, "Busy Here")
        self.bob.receive("ACK")
        answers = [self.alice.final(data) for _ in range(3)]
        self.assertEqual({answer.status for answer in answers}, {486})
        self.alice.hop_by_hop(data, "ACK", to=answers[0]["To"])
        self.assertTrue(self.alice.receives_nothing(1.0))
        self.bob.answer(invite, 486, "Busy Here")
        self.bob.receive("ACK")
        self.assertTrue(self.alice.receives_nothing(0.2))

    def test_a_BYE_is_repeated_and_a_repeated_BYE_absorbed(self):
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        self.bob.answer(invite, 200, "OK")
        call = self.alice.dialog(self.alice.final(data))
        self.alice.within(call, "ACK")
        self.bob.receive("ACK")
        bye = self.alice.within(call, "BYE")
        first, second = self.bob.receive("BYE"), self.bob.receive("BYE")
        self.assertEqual(first["Via"], second["Via"])
        self.bob.answer(first, 200, "OK")
        self.assertEqual(self.alice.final(bye).status, 200)
        self.alice.send_bytes(bye)
        self.assertEqual(self.alice.final(bye).status, 200)
        self.assertTrue(self.bob.receives_nothing(0.3))

    def test_a_200_that_is_repeated_passes_each_time_and_so_does_its_ACK(self):
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        for _ in range(3):
            self.bob.answer(invite, 200, "OK")
            call = self.alice.dialog(self.alice.final(data))
            self.alice.within(call, "ACK")
            self.bob.receive("ACK")

    def test_a_phone_that_never_answers_is_reported_as_408_and_a_late_answer_is_lost_on_nobody(self):
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        self.assertEqual(self.alice.final(data, seconds=12).status, 408)


del ExchangeCase

if __name__ == "__main__":
    unittest.main()
