"""Transactions: retransmissions, timers, CANCEL and its races, failure routes (RFC 3261 section 17, RFC 6026)."""
import concurrent.futures
import pathlib
import time
import unittest

from parts.case import IntegrationCase
from parts.settings import free_port, settings
from parts.sip import Message

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "transactions.cfg"


class TransactionCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.server = self.start(CONFIGURATION)
        self.caller = self.agent("alice", self.server)
        self.called = self.agent("bob", self.server)

    def target(self, user="bob"):
        return f"sip:{user}@127.0.0.1:{self.called.port}"

    def invite(self, user="bob"):
        """Sends an INVITE; returns it as sent and as it arrived."""
        data = self.caller.request("INVITE", self.target(user))
        self.caller.send_bytes(data)
        return data, self.called.receive("INVITE")

    def acknowledge(self, data, answer):
        self.caller.hop_by_hop(data, "ACK", to=answer["To"])

    def count(self, agent, wanted, seconds):
        """How often a method or status arrives within a time."""
        time.sleep(seconds)
        while agent.read(0.01):
            pass
        found = [m for m in agent.received if (m.status if isinstance(wanted, int) else m.method) == wanted
                 and (isinstance(wanted, int) or m.status is None)]
        agent.received = [m for m in agent.received if m not in found]
        return len(found)


class Retransmission(TransactionCase):
    def test_a_repeated_INVITE_gets_the_last_reply_again_and_goes_no_further(self):
        data, invite = self.invite()
        self.caller.receive(100)
        self.caller.send_bytes(data)
        self.caller.receive(100)
        self.called.answer(invite, 180, "Ringing")
        self.caller.receive(180)
        self.caller.send_bytes(data)
        self.caller.receive(180)
        self.assertTrue(self.called.receives_nothing(0.1))

    def test_an_INVITE_is_sent_again_until_a_provisional_answer(self):
        _, invite = self.invite()
        again = self.called.receive("INVITE")
        self.assertEqual(str(again), str(invite))
        self.called.answer(invite, 100, "Trying")
        self.assertTrue(self.called.receives_nothing(0.7))

    def test_a_refusal_is_repeated_until_its_ACK(self):
        data, invite = self.invite()
        self.called.answer(invite, 486, "Busy Here")
        self.called.receive("ACK")
        first = self.caller.final(data)
        self.assertEqual(str(self.caller.final(data)), str(first))
        self.acknowledge(data, first)
        self.assertEqual(self.count(self.caller, 486, 0.8), 0)
        self.assertTrue(self.called.receives_nothing(0.1))

    def test_a_refusal_that_comes_again_is_acknowledged_again(self):
        data, invite = self.invite()
        for _ in range(2):
            self.called.answer(invite, 486, "Busy Here")
            self.assertEqual(self.called.receive("ACK")["Via"], invite["Via"])
        self.acknowledge(data, self.caller.final(data))

    def test_each_200_is_passed_on_and_an_ACK_without_Route_is_not(self):
        data, invite = self.invite()
        for _ in range(2):
            self.called.answer(invite, 200, "OK")
            answer = self.caller.final(data)
            self.assertEqual(answer.status, 200)
        self.caller.send_bytes(self.caller.request(
            "ACK", self.target(), to=answer["To"], call_id=answer["Call-ID"], sequence=1, from_tag=answer.tag("From")))
        self.assertTrue(self.called.receives_nothing(0.2))

    def test_another_request_is_sent_again_more_slowly_after_a_provisional_answer(self):
        data = self.caller.request("MESSAGE", self.target())
        self.caller.send_bytes(data)
        request = self.called.receive("MESSAGE")
        self.called.receive("MESSAGE")
        self.called.answer(request, 202, "Accepted")
        self.assertEqual(self.caller.final(data).status, 202)
        self.caller.send_bytes(data)
        self.assertEqual(self.caller.final(data).status, 202)
        self.assertTrue(self.called.receives_nothing(0.1))


class Timers(TransactionCase):
    def test_nobody_answers(self):
        data, _ = self.invite()
        answer = self.caller.final(data, 2)
        self.assertEqual((answer.status, answer.reason), (408, "Request Timeout"))
        self.acknowledge(data, answer)

    def test_a_MESSAGE_times_out_and_a_late_answer_is_absorbed(self):
        data = self.caller.request("MESSAGE", self.target())
        self.caller.send_bytes(data)
        request = self.called.receive("MESSAGE")
        self.assertEqual(self.caller.final(data, 2).status, 408)
        self.called.answer(request, 200, "OK")
        self.assertTrue(self.caller.receives_nothing(0.3))

    def test_a_phone_that_only_rings_is_cancelled(self):
        data, invite = self.invite()
        self.called.answer(invite, 180, "Ringing")
        answer = self.caller.final(data, 4)
        self.assertEqual(answer.status, 408)
        cancel = self.called.receive("CANCEL")
        self.assertEqual(cancel["Via"], invite["Via"])
        self.called.answer(cancel, 200, "OK")
        self.called.answer(invite, 487, "Request Terminated")
        self.assertEqual(self.called.receive("ACK")["Via"], invite["Via"])
        self.acknowledge(data, answer)

    def test_each_provisional_answer_gives_more_time(self):
        data, invite = self.invite()
        for status in (180, 183, 180):
            self.called.answer(invite, status)
            self.caller.receive(status)
            self.assertTrue(self.called.receives_nothing(1.2, but=lambda m: m.method == "INVITE"))
        self.called.answer(invite, 200, "OK")
        self.assertEqual(self.caller.final(data).status, 200)

    def test_a_200_after_our_408_is_passed_on(self):
        data, invite = self.invite()
        self.assertEqual(self.caller.final(data, 2).status, 408)
        self.called.answer(invite, 200, "OK")
        self.caller.receive(200)

    def test_t_set_fr_shortens_the_wait(self):
        started = time.monotonic()
        data, _ = self.invite("short")
        self.assertEqual(self.caller.final(data, 2).status, 408)
        self.assertLess(time.monotonic() - started, 0.9)


class Cancel(TransactionCase):
    def test_before_any_answer_it_waits(self):
        data, invite = self.invite()
        cancel = self.caller.hop_by_hop(data, "CANCEL")
        answer = self.caller.final(cancel)
        self.assertEqual((answer.status, answer.reason), (200, "canceling"))
        self.assertTrue(self.called.receives_nothing(0.2))
        self.called.answer(invite, 180, "Ringing")
        received = self.called.receive("CANCEL")
        self.called.answer(received, 200, "OK")
        self.called.answer(invite, 487, "Request Terminated")
        self.called.receive("ACK")
        final = self.caller.final(data)
        self.assertEqual(final.status, 487)
        self.acknowledge(data, final)

    def test_is_repeated_until_it_is_answered(self):
        data, invite = self.invite()
        self.called.answer(invite, 180, "Ringing")
        self.caller.receive(180)
        self.caller.hop_by_hop(data, "CANCEL")
        self.called.receive("CANCEL")
        self.called.answer(self.called.receive("CANCEL"), 200, "OK")
        self.assertEqual(self.count(self.called, "CANCEL", 0.7), 0)
        self.called.answer(invite, 487, "Request Terminated")
        self.called.receive("ACK")
        self.acknowledge(data, self.caller.final(data))

    def test_a_200_that_crosses_it_wins(self):
        data, invite = self.invite()
        self.called.answer(invite, 180, "Ringing")
        self.caller.receive(180)
        self.assertEqual(self.caller.final(self.caller.hop_by_hop(data, "CANCEL")).status, 200)
        cancel = self.called.receive("CANCEL")
        self.called.answer(invite, 200, "OK")
        self.called.answer(cancel, 481, "Too late")
        self.assertEqual(self.caller.final(data).status, 200)

    def test_after_the_final_answer_there_is_nothing_to_do(self):
        data, invite = self.invite()
        self.called.answer(invite, 200, "OK")
        self.assertEqual(self.caller.final(data).status, 200)
        answer = self.caller.final(self.caller.hop_by_hop(data, "CANCEL"))
        self.assertEqual((answer.status, answer.reason), (200, "ok -- no more pending branches"))
        self.assertTrue(self.called.receives_nothing(0.2))

    def test_without_its_INVITE_it_is_dropped(self):
        self.caller.send_bytes(self.caller.request("CANCEL", self.target()))
        self.assertTrue(self.caller.receives_nothing(0.2))
        self.assertTrue(self.called.receives_nothing(0.1))

    def test_a_phone_that_never_answered_gives_487_in_the_end(self):
        data, _ = self.invite()
        self.caller.hop_by_hop(data, "CANCEL")
        self.caller.receive(200)
        answer = self.caller.final(data, 2)
        self.assertEqual(answer.status, 487)
        self.acknowledge(data, answer)


class OwnReplies(TransactionCase):
    def test_a_final_reply_is_the_last_and_repeated(self):
        data = self.caller.request("INVITE", self.target("refuse"))
        self.caller.send_bytes(data)
        first = self.caller.final(data)
        self.assertEqual((first.status, first.reason), (486, "Not now"))
        self.assertEqual(str(self.caller.final(data)), str(first))
        self.acknowledge(data, first)
        self.assertEqual(self.count(self.caller, 486, 0.8), 0)

    def test_a_200_of_our_own_is_repeated_until_its_ACK_which_ends_here(self):
        data = self.caller.request("INVITE", self.target("accept"))
        self.caller.send_bytes(data)
        self.caller.receive(183)
        answer = self.caller.final(data)
        self.assertEqual((answer.status, answer.reason), (200, "Here"))
        self.caller.final(data)
        self.caller.send_bytes(self.caller.request(
            "ACK", self.target("accept"), to=answer["To"], call_id=answer["Call-ID"], sequence=1,
            from_tag=answer.tag("From")))
        self.assertEqual(self.count(self.caller, 200, 0.8), 0)
        self.assertTrue(self.called.receives_nothing(0.1))

    def test_a_forgotten_request_is_absorbed(self):
        data = self.caller.request("INVITE", self.target("forget"))
        for _ in range(2):
            self.caller.send_bytes(data)
            self.assertTrue(self.caller.receives_nothing(0.2))

    def test_stateless_replies_to_one_request_are_equal_and_their_ACK_is_absorbed(self):
        data = self.caller.request("INVITE", self.target("stateless"))
        self.caller.send_bytes(data)
        first = self.caller.final(data)
        self.caller.send_bytes(data)
        self.assertEqual(str(self.caller.final(data)), str(first))
        self.acknowledge(data, first)
        self.assertTrue(self.caller.receives_nothing(0.2))

    def test_t_set_auto_inv_100_keeps_the_100_back(self):
        data, invite = self.invite("quiet")
        self.called.answer(invite, 404, "Not Found")
        self.assertEqual(self.caller.receive(lambda message: message.status is not None).status, 404)


class Routes(TransactionCase):
    def test_a_failure_route_translates(self):
        data, invite = self.invite("translate")
        self.called.answer(invite, 486, "Busy")
        answer = self.caller.final(data)
        self.assertEqual((answer.status, answer.reason), (404, "Was busy"))
        self.acknowledge(data, answer)

    def test_a_failure_route_that_does_nothing_lets_the_answer_pass(self):
        data, invite = self.invite("translate")
        self.called.answer(invite, 403, "No")
        answer = self.caller.final(data)
        self.assertEqual((answer.status, answer.reason), (403, "No"))

    def test_a_failure_route_knows_silence(self):
        data, _ = self.invite("translate")
        self.assertEqual(self.caller.final(data, 2).status, 504)

    def test_a_failure_route_knows_ringing(self):
        data, invite = self.invite("translate")
        self.called.answer(invite, 180, "Ringing")
        self.assertEqual(self.caller.final(data, 4).status, 480)

    def test_a_failure_route_knows_that_the_caller_cancelled(self):
        data, invite = self.invite("translate")
        self.called.answer(invite, 180, "Ringing")
        self.caller.receive(180)
        self.caller.hop_by_hop(data, "CANCEL")
        self.called.answer(self.called.receive("CANCEL"), 200, "OK")
        self.called.answer(invite, 487, "Request Terminated")
        self.assertEqual(self.caller.receive(487).reason, "Request Terminated")

    def test_a_reply_route_drops_a_provisional_answer(self):
        data, invite = self.invite("early")
        self.called.answer(invite, 183, "Progress")
        self.called.answer(invite, 180, "Ringing")
        self.assertEqual(self.caller.receive(lambda m: m.status not in (None, 100)).status, 180)

    def test_a_branch_route_drops_the_branch(self):
        data = self.caller.request("INVITE", self.target("nobranch"))
        self.caller.send_bytes(data)
        answer = self.caller.final(data)
        self.assertEqual((answer.status, answer.reason), (500, "Dropped"))
        self.assertTrue(self.called.receives_nothing(0.1))


class Errors(TransactionCase):
    def test_503_becomes_500(self):
        data, invite = self.invite()
        self.called.answer(invite, 503, "Overload")
        answer = self.caller.final(data)
        self.assertEqual((answer.status, answer.reason), (500, "Service Unavailable"))

    def test_a_host_that_does_not_exist(self):
        data = self.caller.request("INVITE", "sip:bob@no-such-host.invalid")
        self.caller.send_bytes(data)
        self.assertEqual(self.caller.receive(478, 15).reason, "Unresolvable destination (478/SL)")

    def test_a_connection_that_is_refused(self):
        data = self.caller.request("INVITE", f"sip:bob@127.0.0.1:{free_port()};transport=tcp")
        self.caller.send_bytes(data)
        self.assertEqual(self.caller.final(data).status, 477)

    def test_statistics_count_transactions_and_replies(self):
        data, invite = self.invite()
        self.called.answer(invite, 404, "Not Found")
        self.acknowledge(data, self.caller.final(data))
        text = self.server.rpc("tm.stats")
        self.assertIn("4xx: 1", text)
        self.assertIn("rpl_received: 1", text)


@unittest.skipIf(settings.server == "kamailio", "kamcmd can neither wait nor end the lines of headers")
class LocalRequests(TransactionCase):
    def send(self, variant, method, uri=None):
        """Has the server send a request of its own; returns what the control method answers."""
        return self.server.rpc(f"tm.t_uac_{variant}", method, uri or self.target(), ".", ".",
                               "From: <sip:op@pbx.test>\r\nTo: <sip:bob@pbx.test>\r\nX-Why: test\r\n")

    def test_a_request_is_sent_and_repeated_until_its_answer(self):
        self.send("start", "OPTIONS")
        request = self.called.receive("OPTIONS")
        self.assertEqual((request["X-Why"], len(request.all("Via"))), ("test", 1))
        self.assertIsNotNone(request.tag("From"))
        self.assertEqual(str(self.called.receive("OPTIONS")), str(request))
        self.called.answer(request, 200, "OK")
        self.assertTrue(self.called.receives_nothing(0.7))

    def test_the_answer_can_be_waited_for(self):
        with concurrent.futures.ThreadPoolExecutor() as threads:
            waiting = threads.submit(self.send, "wait", "NOTIFY")
            self.called.answer(self.called.receive("NOTIFY"), 481, "Gone")
            self.assertEqual(waiting.result().split(), ["481", "Gone"])

    def test_the_event_route_may_drop_it(self):
        self.send("start", "MESSAGE")
        self.assertTrue(self.called.receives_nothing(0.3))


class Streams(TransactionCase):
    def test_nothing_is_repeated_over_TCP(self):
        caller = self.agent("carol", self.server, protocol="tcp")
        data = caller.request("INVITE", self.target("refuse"))
        caller.send_bytes(data)
        self.assertEqual(caller.final(data).status, 486)
        self.assertTrue(caller.receives_nothing(0.7))

    def test_an_answer_goes_back_over_the_connection(self):
        caller = self.agent("carol", self.server, protocol="tcp")
        data = caller.request("MESSAGE", self.target())
        caller.send_bytes(data)
        request = self.called.receive("MESSAGE")
        self.assertEqual(len(request.all("Via")), 2)
        self.called.answer(request, 200, "OK")
        self.assertEqual(caller.final(data).status, 200)
        self.assertIsInstance(Message(data), Message)
