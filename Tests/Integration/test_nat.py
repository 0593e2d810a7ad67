"""Clients behind address translators: keepalives, and where they registered from."""
import pathlib
import time

from parts.case import IntegrationCase

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "nat.cfg"


class Keepalives(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.server = self.start(CONFIGURATION)

    def test_a_flagged_contact_is_asked_by_OPTIONS_and_stays_while_it_answers(self):
        phone = self.agent("sip", self.server)
        self.assertEqual(phone.register(contact="<sip:sip@10.0.0.1:5070>").status, 200)
        for _ in range(5):
            request = phone.receive("OPTIONS")
            self.assertEqual(request.uri, "sip:sip@10.0.0.1:5070")
            self.assertIn("sip:pinger@pbx.test", request["From"])
            phone.answer(request, 200, "OK")
        self.assertIn("sip:sip@10.0.0.1:5070", self.server.rpc("ul.dump"))

    def test_one_that_never_answers_is_removed(self):
        phone = self.agent("silent", self.server)
        self.assertEqual(phone.register(contact="<sip:silent@10.0.0.1:5070>").status, 200)
        for _ in range(3):
            phone.receive("OPTIONS")
        self.assertTrue(self.becomes(lambda: "sip:silent@10.0.0.1:5070" not in self.server.rpc("ul.dump")))

    def test_others_get_four_bytes_and_those_without_the_flag_nothing(self):
        phone, other = self.agent("udp", self.server), self.agent("open", self.server)
        self.assertEqual(phone.register(contact="<sip:udp@10.0.0.1:5070>").status, 200)
        self.assertEqual(other.register(contact="<sip:open@10.0.0.2:5070>").status, 200)
        phone.socket.settimeout(5)
        self.assertEqual(phone.socket.recv(100), bytes(4))
        other.socket.settimeout(1.5)
        with self.assertRaises(TimeoutError):
            other.socket.recv(100)

    def test_they_can_be_stopped_and_started(self):
        phone = self.agent("sip", self.server)
        self.assertEqual(phone.register().status, 200)
        phone.receive("OPTIONS")
        self.server.rpc("nathelper.enable_ping", 0)
        phone.receives_nothing(0.5)
        phone.received.clear()
        self.assertTrue(phone.receives_nothing(1.5))
        self.server.rpc("nathelper.enable_ping", 1)
        phone.receive("OPTIONS")

    def becomes(self, condition, seconds=8):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.1)
        return False


class Contacts(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.server = self.start(CONFIGURATION)
        self.phone = self.agent("alice", self.server)

    def contact(self, kind, value):
        reply = self.phone.ask("MESSAGE", contact=False, headers=[("User-Agent", kind), ("Contact", value)])
        return reply["X-Contact"].replace(str(self.phone.port), "PORT")

    def test_the_received_parameter_goes_behind_the_address_or_into_the_URI(self):
        for kind, value, expected in (
                ("header", "<sip:a@10.0.0.1;ob>;x=1", '<sip:a@10.0.0.1;ob>;x=1;received="sip:127.0.0.1:PORT"'),
                ("header", "sip:a@b.c;q=1", 'sip:a@b.c;q=1;received="sip:127.0.0.1:PORT"'),
                ("uri", "<sip:a@10.0.0.1;ob>;x=1", "<sip:a@10.0.0.1;ob;received=sip:127.0.0.1:PORT>;x=1"),
                ("uri", "sip:a@b.c;q=1", "sip:a@b.c;received=sip:127.0.0.1:PORT;q=1")):
            with self.subTest(kind, value=value):
                self.assertEqual(self.contact(kind, value), expected)

    def test_the_alias_of_a_contact_is_a_URI(self):
        for value, expected in (("<sip:a@10.0.0.1;alias=192.0.2.1~5070~1>", "sip:192.0.2.1:5070"),
                                ("<sip:a@10.0.0.1>", "")):
            reply = self.phone.ask("MESSAGE", contact=False, headers=[("User-Agent", "pv"), ("Contact", value)])
            self.assertIn((reply["X-Alias"] or "").removesuffix(";transport=udp"), (expected, "<null>"))

    def test_a_request_that_goes_elsewhere_than_its_URI_says(self):
        for uri, status in (("sip:bob@10.0.0.1", 200), ("sip:bob@192.0.2.7:5070", 404), ("sip:bob@192.0.2.7", 200)):
            self.assertEqual(self.phone.ask("MESSAGE", uri, headers=[("User-Agent", "target")]).status, status)
