"""Media through rtpengine: one that notes what it is told, one that does not answer, and the real one."""
import pathlib
import re
import shutil
import socket
import time
import unittest

from parts.case import IntegrationCase
from parts.relays import Engine, RealEngine

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "rtpengine.cfg"
SDP = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"


class EngineCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.engine = self.cleanup.enter_context(Engine())
        self.engines = f"udp:127.0.0.1:{self.engine.port}"

    def serve(self):
        self.server = self.start(CONFIGURATION, defines=[("RTPENGINES", self.engines)])
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)
        self.assertEqual(self.bob.register().status, 200)

    def told(self, count):
        """The commands, once there are as many."""
        deadline = time.monotonic() + 5
        while len(self.engine.commands) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(len(self.engine.commands), count, self.engine.commands)
        return self.engine.commands

    def do(self, what, flags="", **arguments):
        return self.alice.ask("MESSAGE", "sip:x@pbx.test", headers=[("X-Do", what), ("X-Flags", flags)], **arguments)


class Calls(EngineCase):
    def setUp(self):
        super().setUp()
        self.serve()

    def invite(self, body=SDP):
        data = self.alice.request("INVITE", "sip:bob@pbx.test", body=body)
        self.alice.send_bytes(data)
        return data, self.bob.receive("INVITE")

    def test_offer_answer_and_delete_follow_the_call(self):
        data, invite = self.invite()
        self.assertIn("192.0.2.99", invite.body)
        self.bob.answer(invite, 200, "OK", body=SDP, headers=[("Content-Type", "application/sdp")])
        reply = self.alice.final(data)
        self.assertIn("192.0.2.99", reply.body)
        call = self.alice.dialog(reply)
        self.alice.within(call, "ACK")
        self.bob.receive("ACK")
        self.alice.within(call, "BYE")
        self.bob.answer(self.bob.receive("BYE"), 200, "OK")
        offer, answer, delete = self.told(3)
        self.assertEqual([offer["command"], answer["command"], delete["command"]], ["offer", "answer", "delete"])
        self.assertEqual(offer["replace"], ["origin"])
        self.assertEqual(offer["received-from"], ["IP4", "127.0.0.1"])
        self.assertEqual((answer["from-tag"], answer["to-tag"]), (offer["from-tag"], reply.tag("To")))
        self.assertNotIn("to-tag", delete)

    def test_an_offer_in_the_reply_is_answered_in_the_ACK(self):
        data, invite = self.invite(body="")
        self.bob.answer(invite, 200, "OK", body=SDP, headers=[("Content-Type", "application/sdp")])
        reply = self.alice.final(data)
        offer, = self.told(1)
        self.assertEqual((offer["command"], offer["from-tag"]), ("offer", reply.tag("To")))

    def test_a_call_that_is_refused_is_deleted(self):
        data, invite = self.invite()
        self.bob.answer(invite, 486, "Busy Here")
        self.assertEqual(self.alice.final(data).status, 486)
        self.assertEqual([command["command"] for command in self.told(2)], ["offer", "delete"])

    def test_flags_become_what_the_protocol_wants(self):
        for flags, expected in (
                ("RTP/SAVPF ICE=remove", {"transport-protocol": "RTP/SAVPF", "ICE": "remove"}),
                ("SRTP AVPF", {"transport-protocol": "RTP/SAVPF"}),
                ("replace-origin replace-session-connection", {"replace": ["origin", "session-connection"]}),
                ("internal external", {"direction": ["internal", "external"]}),
                ("rtcp-mux-offer rtcp-mux-accept", {"rtcp-mux": ["offer", "accept"]}),
                ("codec-strip-PCMA codec-offer-opus", {"codec": {"strip": ["PCMA"], "offer": ["opus"]}}),
                ("via-branch=extra", {"via-branch": "EXTRA"}),
                ("TOS=184 media-address=192.0.2.1", {"TOS": 184, "media-address": "192.0.2.1"}),
                ("call-id=zz from-tag=yy to-tag=xx", {"call-id": "zz", "from-tag": "yy", "to-tag": "xx"}),
                ("trust-address loop-protect record-call=on", {"flags": ["trust-address", "loop-protect"], "record-call": "on"}),
                ("SDES-off T.38=decode", {"SDES": ["off"], "T.38": ["decode"]})):
            with self.subTest(flags):
                self.engine.commands.clear()
                self.assertEqual(self.do("offer", flags, body=SDP).reason, "1")
                command, = self.told(1)
                self.assertEqual({key: command.get(key) for key in expected}, expected)

    def test_other_commands(self):
        reply = self.do("query")
        self.assertEqual(reply.reason, "1")
        self.assertEqual(reply["X-Statistics"], "RTP: 1720 bytes, 10 packets, 0 errors; RTCP: 60 bytes, 1 packets, 0 errors")
        self.assertEqual(reply["X-Mos"], "4.3 1:05")
        self.assertEqual(self.do("record").reason, "1")
        self.assertEqual(self.do("block").reason, "1")
        query, record, block = self.told(3)
        self.assertEqual([query["command"], record["command"], block["command"]], ["query", "start recording", "block DTMF"])
        self.assertNotIn("from-tag", block)
        self.assertEqual(self.do("set", "5").reason, "-1")

    def test_a_refusal_is_logged(self):
        self.engine.result = "error"
        self.assertEqual(self.do("query").reason, "-1")
        self.server.wait_for_log("asked for")

    def test_control_methods(self):
        url = f"udp:127.0.0.1:{self.engine.port}"
        self.assertIn("success", self.server.rpc("rtpengine.ping", url))
        self.assertIn("disable", self.server.rpc("rtpengine.enable", url, 0))
        self.assertIn("1(permanent)", self.server.rpc("rtpengine.show", url))
        self.assertEqual(self.do("query").reason, "-1")
        self.assertIn("enable", self.server.rpc("rtpengine.enable", url, 1))
        self.assertEqual(self.do("query").reason, "1")
        self.assertEqual(self.server.rpc("rtpengine.get_hash_total").strip(), "1")


class Silence(EngineCase):
    def test_one_that_is_silent_is_named_and_costs_others_nothing(self):
        self.serve()
        self.engine.silent = True
        started = time.monotonic()
        data = self.alice.request("MESSAGE", "sip:x@pbx.test", headers=[("X-Do", "query")])
        self.alice.send_bytes(data)
        for _ in range(5):
            asked = time.monotonic()
            self.assertEqual(self.bob.ask("OPTIONS").status, 200)
            self.assertLess(time.monotonic() - asked, 0.2)
        self.assertLess(time.monotonic() - started, 0.5)
        self.assertEqual(self.alice.final(data).reason, "-1")
        self.server.wait_for_log(f"udp:127.0.0.1:{self.engine.port}")
        self.engine.silent = False
        self.assertEqual(self.do("query").reason, "1")

    def test_another_node_of_the_set_takes_over(self):
        other = self.cleanup.enter_context(Engine())
        self.engines += f"=1 udp:127.0.0.1:{other.port}=1"
        self.serve()
        self.engine.silent = True
        for _ in range(4):
            self.assertEqual(self.do("query").reason, "1")
        self.assertEqual(len(other.commands), 4)
        self.assertEqual(self.engine.commands, [])

    def test_a_set_nobody_answers_in(self):
        self.serve()
        self.assertEqual(self.do("dead").reason, "-1")
        self.server.wait_for_log("udp:127.0.0.1:9")


@unittest.skipUnless(shutil.which("rtpengine"), "rtpengine is not installed")
class Real(IntegrationCase):
    """The rtpengine of the distribution, in user space, relays packets between two telephones."""

    def setUp(self):
        super().setUp()
        self.engine = self.cleanup.enter_context(RealEngine(self.folder))
        self.server = self.start(CONFIGURATION, defines=[("RTPENGINES", f"udp:127.0.0.1:{self.engine.port}")])
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)
        self.assertEqual(self.bob.register().status, 200)

    def medium(self):
        made = self.cleanup.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        made.bind(("127.0.0.1", 0))
        made.settimeout(3)
        port = made.getsockname()[1]
        return made, SDP.replace("10.0.0.9", "127.0.0.1").replace("4000", str(port))

    def test_packets_pass_both_ways(self):
        hers, offer = self.medium()
        his, answer = self.medium()
        data = self.alice.request("INVITE", "sip:bob@pbx.test", body=offer)
        self.alice.send_bytes(data)
        invite = self.bob.receive("INVITE")
        self.bob.answer(invite, 200, "OK", body=answer, headers=[("Content-Type", "application/sdp")])
        reply = self.alice.final(data)
        to_bob, to_alice = (int(re.search(r"m=audio (\d+)", body).group(1)) for body in (reply.body, invite.body))
        self.assertTrue({to_bob, to_alice}.isdisjoint({hers.getsockname()[1], his.getsockname()[1]}))
        call = self.alice.dialog(reply)
        self.alice.within(call, "ACK")
        self.bob.receive("ACK")

        def packet(number):
            return b"\x80\x00" + number.to_bytes(2, "big") + (160 * number).to_bytes(4, "big") + b"\x00\x00\x00\x07" + bytes(160)

        for number in range(1, 4):
            hers.sendto(packet(number), ("127.0.0.1", to_bob))
            self.assertEqual(his.recv(2000), packet(number))
            his.sendto(packet(number + 10), ("127.0.0.1", to_alice))
            self.assertEqual(hers.recv(2000), packet(number + 10))
        self.alice.within(call, "BYE")
        self.bob.answer(self.bob.receive("BYE"), 200, "OK")
        self.assertIn("success", self.server.rpc("rtpengine.ping", f"udp:127.0.0.1:{self.engine.port}"))
