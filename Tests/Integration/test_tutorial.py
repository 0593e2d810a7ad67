"""Every step of examples/tutorial does what its text says."""
import unittest

from parts.calls import Calls
from parts.case import IntegrationCase, on_every_database


def expires_of(reply):
    """The remaining seconds of the one contact in an answer to REGISTER."""
    return int(dict(part.strip().partition("=")[::2] for part in reply["Contact"].split(";")[1:])["expires"])


class Step01(IntegrationCase):
    def test_every_request_is_answered_501_and_an_ACK_is_not(self):
        server = self.start("tutorial/01-answer-everything.cfg")
        agent = self.agent("alice", server)
        for method in ("OPTIONS", "REGISTER", "INVITE", "MESSAGE", "SUBSCRIBE"):
            reply = agent.ask(method)
            self.assertEqual((reply.status, reply.reason), (501, "Not Implemented"))
            self.assertIsNotNone(reply.tag("To"))
        agent.send_bytes(agent.request("ACK"))
        self.assertTrue(agent.receives_nothing(0.3))

    def test_the_same_over_TCP(self):
        server = self.start("tutorial/01-answer-everything.cfg")
        self.assertEqual(self.agent("alice", server, protocol="tcp").ask("OPTIONS").status, 501)


class Step02(IntegrationCase):
    def test_each_request_leaves_its_line_in_the_log(self):
        server = self.start("tutorial/02-log.cfg")
        agent = self.agent("alice", server)
        reply = agent.ask("MESSAGE", "sip:bob@pbx.test", call_id="step-two@test")
        self.assertEqual(reply.status, 501)
        server.wait_for_log(f"MESSAGE for sip:bob@pbx.test from sip:alice@pbx.test at 127.0.0.1:{agent.port}")
        server.wait_for_log("no answer yet for a MESSAGE, 501 it is (call step-two@test)")


class Step03(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.server = self.start("tutorial/03-registrar.cfg")
        self.phone = self.agent("alice", self.server)

    def test_a_contact_is_stored_for_an_hour_at_most(self):
        reply = self.phone.register(expires=7200)
        self.assertEqual(reply.status, 200)
        self.assertIn(self.phone.contact, reply["Contact"])
        self.assertEqual(expires_of(reply), 3600)

    def test_two_phones_of_a_user_are_both_there(self):
        self.phone.register()
        second = self.agent("alice", self.server).register()
        self.assertEqual(second["Contact"].count("sip:alice@") + sum(c.count("sip:alice@") for c in second.all("Contact")[1:]), 2)

    def test_a_contact_can_be_taken_back_and_so_can_all(self):
        self.phone.register()
        self.assertIsNone(self.phone.register(expires=0)["Contact"])
        self.phone.register()
        reply = self.phone.register(expires=0, contact="*")
        self.assertEqual((reply.status, reply["Contact"]), (200, None))

    def test_other_requests_are_still_answered_501(self):
        self.assertEqual(self.phone.ask("INVITE", "sip:bob@pbx.test").status, 501)


class Step04(IntegrationCase, Calls):
    def setUp(self):
        super().setUp()
        self.server = self.start("tutorial/04-first-call.cfg")
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)
        self.assertEqual(self.bob.register().status, 200)

    def test_a_call_is_completed_and_ended(self):
        invite = self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=False)
        self.assertEqual(invite.uri, self.bob.contact)
        self.assertEqual(invite["Max-Forwards"], "69")

    def test_a_call_is_cancelled(self):
        self.cancelled_call(self.alice, self.bob, "sip:bob@pbx.test")

    def test_a_call_is_refused(self):
        self.refused_call(self.alice, self.bob, "sip:bob@pbx.test", 486, "Busy Here")

    def test_two_phones_ring_and_the_one_that_does_not_answer_is_cancelled(self):
        second = self.agent("bob", self.server)
        self.assertEqual(second.register().status, 200)
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        other = second.receive("INVITE")
        second.answer(other, 180, "Ringing")
        self.alice.receive(180)
        self.bob.answer(invite, 200, "OK")
        self.assertEqual(self.alice.final(data).status, 200)
        second.answer(second.receive("CANCEL"), 200, "OK")
        second.answer(other, 487, "Request Terminated")
        second.receive("ACK")

    def test_a_retransmitted_request_is_absorbed(self):
        data, invite = self.ring(self.alice, self.bob, "sip:bob@pbx.test")
        self.bob.answer(invite, 180, "Ringing")
        self.alice.receive(180)
        self.alice.send_bytes(data)
        self.assertEqual(self.alice.receive(lambda message: message.status is not None).status, 180)
        self.assertTrue(self.bob.receives_nothing(0.3))
        self.bob.answer(invite, 486, "Busy Here")
        self.assertEqual(self.alice.final(data).status, 486)

    def test_a_request_that_has_travelled_too_far_is_answered_483(self):
        self.assertEqual(self.alice.ask("INVITE", "sip:bob@pbx.test", max_forwards=0).status, 483)

    def test_from_TCP_to_UDP(self):
        carol = self.agent("carol", self.server, protocol="tcp")
        data, invite = self.ring(carol, self.bob, "sip:bob@pbx.test")
        self.bob.answer(invite, 200, "OK")
        self.assertEqual(carol.final(data).status, 200)


class Step05(IntegrationCase, Calls):
    def setUp(self):
        super().setUp()
        self.server = self.start("tutorial/05-not-registered.cfg")
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)

    def test_who_is_not_registered_is_temporarily_unavailable(self):
        reply = self.alice.ask("INVITE", "sip:bob@pbx.test")
        self.assertEqual((reply.status, reply.reason), (480, "Temporarily Unavailable"))
        self.server.wait_for_log("bob is not registered")

    def test_another_domain_is_not_ours(self):
        self.assertEqual(self.alice.ask("INVITE", "sip:bob@elsewhere.test").status, 404)

    def test_a_method_that_the_phone_does_not_know_is_answered_405(self):
        self.bob.register(headers=[("Allow", "INVITE, ACK, CANCEL, BYE")])
        self.assertEqual(self.alice.ask("MESSAGE", "sip:bob@pbx.test").status, 405)

    def test_a_call_still_works(self):
        self.bob.register()
        self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=False)


class DatabaseStep(IntegrationCase, Calls):
    """The steps that have users: alice and bob, each with a telephone."""

    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)
        self.store.add_user("alice@pbx.test", "s3cret")
        self.store.add_user("bob@pbx.test", "hunter2")
        self.server = self.start(self.config, database=self.store, defines=self.defines())
        self.alice = self.agent("alice", self.server, password="s3cret")
        self.bob = self.agent("bob", self.server, password="hunter2")

    def defines(self):
        return ()


@on_every_database
class Step06(DatabaseStep):
    config = "tutorial/06-authenticate-register.cfg"

    def test_a_registration_needs_the_password(self):
        reply = self.alice.register(answer_challenge=False)
        self.assertEqual(reply.status, 401)
        self.assertIn('realm="pbx.test"', reply["WWW-Authenticate"])
        self.assertNotIn("qop", reply["WWW-Authenticate"])
        self.assertEqual(self.alice.register().status, 200)

    def test_a_wrong_password_a_wrong_name_and_another_users_name_are_refused(self):
        self.assertEqual(self.agent("alice", self.server, password="guess").register().status, 401)
        self.assertEqual(self.agent("mallory", self.server, password="s3cret").register().status, 401)
        data = self.bob.request("REGISTER", "sip:pbx.test", to="<sip:bob@pbx.test>")
        self.bob.send_bytes(data)
        stolen = self.bob.with_credentials(data, self.bob.final(data), user="alice", password="s3cret")
        self.bob.send_bytes(stolen)
        self.assertEqual(self.bob.final(stolen).status, 401)

    def test_an_SQL_text_is_just_a_user_name_that_nobody_has(self):
        for name in ("a'or'1'='1", "x';drop table subscriber;--", 'a"b', "100%25"):
            agent = self.agent("alice", self.server)
            data = agent.request("REGISTER", "sip:pbx.test", to="<sip:alice@pbx.test>")
            agent.send_bytes(data)
            attempt = agent.with_credentials(data, agent.final(data), user=name.replace('"', '\\"'), password="x")
            agent.send_bytes(attempt)
            self.assertEqual(agent.final(attempt).status, 401, name)
        self.assertEqual(self.alice.register().status, 200)

    def test_another_domain_is_refused(self):
        self.assertEqual(self.agent("alice", self.server, domain="elsewhere.test").register().status, 403)

    def test_contacts_are_there_again_after_a_restart(self):
        self.assertEqual(self.bob.register().status, 200)
        self.server.restart()
        self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=False)


@on_every_database
class Step07(DatabaseStep):
    config = "tutorial/07-authenticate-calls.cfg"

    def setUp(self):
        super().setUp()
        self.assertEqual(self.bob.register().status, 200)

    def test_a_call_needs_the_password_which_goes_no_further(self):
        reply = self.alice.ask("INVITE", "sip:bob@pbx.test", answer_challenge=False)
        self.assertEqual(reply.status, 407)
        invite = self.complete_call(self.alice, self.bob, "sip:bob@pbx.test", through_server=False)
        self.assertIsNone(invite["Proxy-Authorization"])

    def test_an_authenticated_call_is_cancelled(self):
        self.cancelled_call(self.alice, self.bob, "sip:bob@pbx.test")

    def test_who_is_not_one_of_us_may_not_call(self):
        self.assertEqual(self.agent("eve", self.server, domain="elsewhere.test").ask("INVITE", "sip:bob@pbx.test").status, 403)

    def test_the_name_in_From_has_to_be_the_callers_own(self):
        self.assertEqual(self.alice.ask("INVITE", "sip:bob@pbx.test", sender="<sip:bob@pbx.test>").status, 407)


@on_every_database
class Step08(DatabaseStep):
    config = "tutorial/08-carriers.cfg"

    def test_a_carrier_calls_without_a_password_as_soon_as_the_addresses_are_reloaded(self):
        self.assertEqual(self.bob.register().status, 200)
        carrier = self.agent("+4930123456", self.server, domain="carrier.test")
        self.assertEqual(carrier.ask("INVITE", "sip:bob@pbx.test").status, 403)
        self.store.add_address(200, "127.0.0.1", 32, carrier.port, "carrier")
        self.assertEqual(carrier.ask("INVITE", "sip:bob@pbx.test").status, 403)
        self.server.rpc("permissions.addressReload")
        self.complete_call(carrier, self.bob, "sip:bob@pbx.test", through_server=False)

    def test_another_group_another_port_and_a_registration_do_not_count(self):
        carrier = self.agent("alice", self.server)
        self.store.add_address(201, "127.0.0.1", 32, 0)
        self.store.add_address(200, "127.0.0.1", 32, 1)
        self.server.rpc("permissions.addressReload")
        self.assertEqual(carrier.ask("INVITE", "sip:bob@pbx.test").status, 407)
        self.assertEqual(carrier.register().status, 401)

    def test_a_network_counts(self):
        self.store.add_address(200, "127.0.0.0", 8, 0)
        self.server.stop()
        self.server.start()
        carrier = self.agent("+4930123456", self.server, domain="carrier.test")
        self.assertEqual(carrier.ask("INVITE", "sip:bob@pbx.test").status, 480)


@on_every_database
class Step09(DatabaseStep):
    config = "tutorial/09-trunk.cfg"

    def defines(self):
        self.carrier = self.agent("+4930123456", domain="carrier.test")
        self.store.add_address(200, "127.0.0.1", 32, self.carrier.port, "carrier")
        return [("CARRIER", f"127.0.0.1:{self.carrier.port}")]

    def setUp(self):
        super().setUp()
        self.carrier.server = (self.server.address, self.server.port)

    def test_a_user_calls_a_number_of_the_outside_world(self):
        invite = self.complete_call(self.alice, self.carrier, "sip:+4930123456@pbx.test", through_server=True)
        self.assertEqual(invite.uri, f"sip:+4930123456@127.0.0.1:{self.carrier.port}")
        self.assertIsNone(invite["Proxy-Authorization"])

    def test_the_carrier_calls_one_of_our_numbers(self):
        self.assertEqual(self.alice.register().status, 200)
        invite = self.complete_call(self.carrier, self.alice, "sip:+15550100@pbx.test", through_server=True)
        self.assertEqual(invite.uri, self.alice.contact)

    def test_a_number_that_is_not_ours_is_not_sent_back_to_the_carrier(self):
        self.assertEqual(self.carrier.ask("INVITE", "sip:+4930999999@pbx.test").status, 404)

    def test_a_stranger_may_not_use_the_trunk(self):
        self.assertEqual(self.agent("eve", self.server).ask("INVITE", "sip:+4930123456@pbx.test").status, 407)

    def test_a_call_to_the_carrier_is_cancelled_and_refused(self):
        self.cancelled_call(self.alice, self.carrier, "sip:+4930123456@pbx.test")
        self.refused_call(self.alice, self.carrier, "sip:+4930123456@pbx.test", 486, "Busy Here")

    def test_a_request_of_a_call_that_does_not_exist_is_answered_481(self):
        self.assertEqual(self.alice.ask("BYE", "sip:bob@pbx.test", to="<sip:bob@pbx.test>;tag=gone").status, 481)


class Step09WithoutCarrier(IntegrationCase):
    def test_a_carrier_that_does_not_answer_is_reported_as_503(self):
        store = self.database()
        store.add_user("alice@pbx.test", "s3cret")
        silent = self.agent("silent")
        server = self.start("tutorial/09-trunk.cfg", database=store, defines=[("CARRIER", f"127.0.0.1:{silent.port}")])
        alice = self.agent("alice", server, password="s3cret")
        reply = alice.ask("INVITE", "sip:+4930123456@pbx.test", seconds=12)
        self.assertEqual((reply.status, reply.reason), (503, "Carrier Unavailable"))
        self.assertGreater(len([message for message in silent.received if message.method == "INVITE"]), 0) \
            if silent.received else silent.receive("INVITE")


del DatabaseStep

if __name__ == "__main__":
    unittest.main()
