"""Media through an rtpproxy that notes what it is told."""
import pathlib
import time

from parts.case import IntegrationCase
from parts.relays import Proxy

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "rtpproxy.cfg"
SDP = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\n"


class Calls(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.proxy = self.cleanup.enter_context(Proxy())
        self.server = self.start(CONFIGURATION, defines=[("RTPPROXIES", f"udp:127.0.0.1:{self.proxy.port}")])
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)
        self.assertEqual(self.bob.register().status, 200)

    def do(self, what, flags="", body=SDP, **arguments):
        self.proxy.commands.clear()
        return self.alice.ask("MESSAGE", "sip:x@pbx.test", headers=[("X-Do", what), ("X-Flags", flags)], body=body,
                              call_id="c1", from_tag="ft", **arguments)

    def test_a_call_is_offered_answered_and_ended(self):
        data = self.alice.request("INVITE", "sip:bob@pbx.test", body=SDP)
        self.alice.send_bytes(data)
        invite = self.bob.receive("INVITE")
        for text in ("o=- 1 1 IN IP4 192.0.2.98", "c=IN IP4 192.0.2.98", "m=audio 35000 RTP/AVP 0 8", "a=nortpproxy:yes"):
            self.assertIn(text, invite.body)
        self.bob.answer(invite, 200, "OK", body=SDP, headers=[("Content-Type", "application/sdp")])
        reply = self.alice.final(data)
        self.assertIn("m=audio 35002", reply.body)
        call = self.alice.dialog(reply)
        self.alice.within(call, "ACK")
        self.bob.receive("ACK")
        self.alice.within(call, "BYE")
        self.bob.answer(self.bob.receive("BYE"), 200, "OK")
        offer, answer, delete = self.proxy.commands
        call_id, sender, receiver = reply["Call-ID"], reply.tag("From"), reply.tag("To")
        self.assertEqual(offer, f"Uc0,8 {call_id} 10.0.0.9 4000 {sender};1")
        self.assertEqual(answer, f"Lc0,8 {call_id} 10.0.0.9 4000 {sender};1 {receiver};1")
        self.assertEqual(delete, f"D {call_id} {sender} {receiver}")

    def test_flags_become_what_the_protocol_wants(self):
        for flags, expected in (("", "Uc0,8 c1 127.0.0.1 4000 ft;1"), ("r", "Uc0,8 c1 10.0.0.9 4000 ft;1"),
                                ("w", "USc0,8 c1 127.0.0.1 4000 ft;1"), ("a", "UAc0,8 c1 10.0.0.9 4000 ft;1"),
                                ("ie", "UIEc0,8 c1 127.0.0.1 4000 ft;1"), ("x", "UIEc0,8 c1 127.0.0.1 4000 ft;1"),
                                ("z20", "UZ20c0,8 c1 127.0.0.1 4000 ft;1")):
            with self.subTest(flags):
                self.assertEqual(self.do("offer", flags).reason, "1")
                self.assertEqual(self.proxy.commands, [expected])
        self.assertEqual(self.do("offer", "q").reason, "-1")

    def test_each_medium_gets_a_relay_and_marks_are_respected(self):
        body = SDP + "a=rtcp:4001\r\nm=video 5000 RTP/AVP 96\r\nc=IN IP4 10.0.0.10\r\na=sendonly\r\nm=text 0 RTP/AVP 98\r\n"
        reply = self.do("offer", "r", body)
        self.assertEqual(self.proxy.commands,
                         ["Uc0,8 c1 10.0.0.9 4000 ft;1", "Uc96 c1 10.0.0.10 5000 ft;2"])
        for text in ("a=rtcp:35001", "m=video 35002 RTP/AVP 96\r\nc=IN IP4 192.0.2.98", "m=text 0 ", "o=- 1 1 IN IP4 10.0.0.9"):
            self.assertIn(text, reply.body)
        self.assertEqual(self.do("offer", "", SDP + "a=nortpproxy:yes\r\n").reason, "-2")
        self.assertEqual(self.do("offer", "f", SDP + "a=nortpproxy:yes\r\n").reason, "1")

    def test_other_commands(self):
        for what, expected in (("destroy", "D c1 ft"), ("record", "R c1 ft"), ("play", "P3 c1 /tmp/prompt session ft;1")):
            self.assertEqual(self.do(what).reason, "1")
            self.assertEqual(self.proxy.commands, [expected])

    def test_one_that_is_silent_is_named(self):
        self.proxy.silent = True
        started = time.monotonic()
        self.assertEqual(self.do("offer").reason, "-3")
        self.assertGreater(time.monotonic() - started, 0.9)
        self.server.wait_for_log(f"udp:127.0.0.1:{self.proxy.port}")
        self.assertIn("recheck_ticks", self.server.rpc("rtpproxy.list"))
