"""SIP over WebSocket: a client registers, calls and is called; frames that break the protocol end their connection."""
import hashlib
import pathlib
import ssl
import struct
import time
import unittest

from parts.case import IntegrationCase
from parts.certificates import Authority
from parts.server import Server
from parts.settings import free_port, settings
from parts.sip import address_of
from parts.websocket import BINARY, CLOSE, PING, PONG, TEXT, HandshakeRefused, WebSocketAgent, frame

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "websocket.cfg"


@unittest.skipIf(settings.server == "kamailio", "the WebSocket of sipd is what is tested")
class WebSocketCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        certificate, key = self.authority.issue("default")
        self.server = Server(CONFIGURATION, self.folder, defines=[("CERTIFICATE", certificate), ("KEY", key)], tls_port=free_port())
        self.end_with_test(self.server)
        self.server.start()

    def phone(self, user="alice", secure=False, **arguments):
        tls = None
        if secure:
            tls = ssl.create_default_context(cafile=self.authority.root)
            tls.check_hostname = False
        return self.cleanup.enter_context(WebSocketAgent(user, self.server, tls=tls, **arguments))


class Handshake(WebSocketCase):
    def test_messages_are_told_from_those_of_tcp(self):
        for secure, name, number in ((False, "ws", 5), (True, "wss", 6)):
            phone = self.phone(secure=secure)
            self.assertIn("Access-Control-Allow-Origin: http://test", phone.handshake)
            answer = phone.ask("OPTIONS", "sip:test")
            port = self.server.tls_port if secure else self.server.port
            self.assertRegex(answer["X-Protocol"], rf"^{name} {number} {port} (\d+) \1$")
            self.assertIn(f"SIP/2.0/{name.upper()} {phone.invalid};", answer["Via"])

    def test_bad_handshakes_are_refused(self):
        for headers, path, status in (({"Sec-WebSocket-Version": "12"}, "/ws", 426), ({"Sec-WebSocket-Protocol": "chat"}, "/ws", 400),
                                      ({"Sec-WebSocket-Key": None}, "/ws", 400), ({"Sec-WebSocket-Key": "short"}, "/ws", 400),
                                      ({}, "/elsewhere", 403), ({"Upgrade": None}, "/ws", 404)):
            with self.subTest(headers=headers), self.assertRaises(HandshakeRefused) as refused:
                self.phone(headers=headers, path=path)
            self.assertEqual(refused.exception.status, status)
            if status == 426:
                self.assertIn("Sec-WebSocket-Version: 13", refused.exception.answer)

    def test_it_can_be_switched_off(self):
        phone = self.phone()
        self.server.rpc("ws.disable")
        with self.assertRaises(HandshakeRefused) as refused:
            self.phone()
        self.assertEqual(refused.exception.status, 503)
        self.assertEqual(phone.ask("OPTIONS", "sip:test").status, 200)
        self.server.rpc("ws.enable")
        self.phone()


class Calls(WebSocketCase):
    SDP = "v=0\r\n"

    def register(self, agent):
        answer = agent.register()
        self.assertEqual(answer.status, 200)
        return answer

    def call(self, caller, called):
        """INVITE, 200, ACK, BYE from the called side; returns the INVITE as it arrived and its answer."""
        data = caller.request("INVITE", f"sip:{called.user}@pbx.test", body=self.SDP)
        caller.send_bytes(data)
        invite = called.receive("INVITE")
        called.answer(invite, 200, "OK", body=self.SDP)
        answer = caller.final(data)
        self.assertEqual((answer.status, answer.body), (200, self.SDP))
        self.within(caller, answer, invite, "ACK", 1)
        called.receive("ACK")
        bye = self.within(called, None, invite, "BYE", 5)
        received = caller.receive("BYE")
        caller.answer(received, 200, "OK")
        self.assertEqual(called.final(bye).status, 200)
        return invite, answer

    def within(self, agent, answer, invite, method, sequence):
        """A request inside the dialog over the agent's own connection to the server."""
        routes = [part.strip() for value in (answer or invite).all("Record-Route") for part in value.split(",")]
        if answer:
            routes.reverse()
            target, local, remote = address_of(answer["Contact"]), answer["From"], answer["To"]
        else:
            target, local, remote = address_of(invite["Contact"]), self.to_of(agent, invite), invite["From"]
        host = getattr(agent, "invalid", f"{agent.host}:{agent.port}")
        data = "\r\n".join([
            f"{method} {target} SIP/2.0", f"Via: SIP/2.0/{agent.protocol.upper()} {host};branch=z9hG4bK{time.monotonic_ns()};rport",
            "Max-Forwards: 70", *(f"Route: {route}" for route in routes), f"From: {local}", f"To: {remote}",
            f"Call-ID: {invite['Call-ID']}", f"CSeq: {sequence} {method}", "Content-Length: 0", "", ""]).encode()
        agent.send_bytes(data)
        return data

    def to_of(self, agent, invite):
        return invite["To"] + f";tag=t{hashlib.md5((invite['Call-ID'] + agent.user).encode()).hexdigest()[:8]}"

    def test_a_browser_and_a_telephone_call_each_other(self):
        for secure in (False, True):
            with self.subTest(secure=secure):
                browser, phone = self.phone("browser", secure), self.agent("phone", self.server)
                contact = self.register(browser)["Contact"]
                self.assertIn(browser.invalid, contact)
                self.register(phone)
                invite, answer = self.call(phone, browser)
                name = "WSS" if secure else "WS"
                self.assertIn(f"SIP/2.0/{name} 127.0.0.1", invite.all("Via")[0])
                self.assertIn(f";transport={name.lower()};r2=on", invite.all("Record-Route")[0])
                self.assertIn(";alias=127.0.0.1~", answer["Contact"])
                invite, _ = self.call(browser, phone)
                self.assertIn("SIP/2.0/UDP", invite.all("Via")[0])
                self.assertIn(";alias=127.0.0.1~", invite["Contact"])

    def test_two_browsers_call_each_other(self):
        one, two = self.phone("one"), self.phone("two", secure=True)
        self.register(one)
        self.register(two)
        self.call(one, two)
        self.call(two, one)

    def test_a_browser_that_is_gone_is_not_called(self):
        browser, phone = self.phone("browser"), self.agent("phone", self.server)
        self.register(browser)
        browser.close()
        self.server.wait_for_log("websocket closed: ws 127.0.0.1:")
        data = phone.request("INVITE", "sip:browser@pbx.test", body=self.SDP)
        phone.send_bytes(data)
        self.assertGreaterEqual(phone.final(data).status, 400)


class Frames(WebSocketCase):
    def ends_with(self, phone, code):
        """The connection is closed with a status."""
        while (got := phone.read_frame()) is not None:
            if got[0] == CLOSE:
                self.assertEqual(struct.unpack(">H", got[1][:2])[0], code)
                self.assertIsNone(phone.read_frame())
                return got[1][2:].decode()
        raise AssertionError("closed without a close frame")

    def test_frames_that_break_the_protocol_end_their_connection(self):
        other = self.phone("other")
        text = b"OPTIONS sip:x SIP/2.0\r\n"
        cases = (
            (frame(TEXT, text, masked=False), 1002), (frame(TEXT, text, final=False), 1002), (frame(0, text), 1002),
            (frame(TEXT, text, reserved=4), 1002), (frame(3, text), 1002), (frame(15), 1002),
            (frame(PING, b"x" * 126), 1002), (frame(PING, b"", final=False), 1002),
            (frame(TEXT, b"", length=300_000)[:14], 1009), (frame(TEXT, b"", length=1 << 62)[:14], 1009),
            (b"\x81\xff" + b"\xff" * 8, 1002), (b"\x81\xfe\x00\x05abcd", 1002), (b"\x81\xff" + bytes(7) + b"\x05abcd", 1002),
        )
        for data, code in cases:
            with self.subTest(data=data[:16]):
                phone = self.phone("bad")
                phone.send_raw(data)
                self.ends_with(phone, code)
        self.assertEqual(other.ask("OPTIONS", "sip:test").status, 200)

    def test_a_frame_may_come_byte_by_byte_and_several_at_once(self):
        phone = self.phone()
        data = phone.request("OPTIONS", "sip:test")
        for byte in frame(BINARY, data):
            phone.send_raw(bytes([byte]))
        self.assertEqual(phone.final(data).status, 200)
        first, second = phone.request("OPTIONS", "sip:test"), phone.request("OPTIONS", "sip:test")
        phone.send_raw(frame(TEXT, first) + frame(PING, b"between") + frame(TEXT, second))
        self.assertEqual(phone.final(first).status, 200)
        self.assertEqual(phone.final(second).status, 200)
        self.assertIn((PONG, b"between"), phone.frames)

    def test_control_frames_are_answered(self):
        phone = self.phone()
        phone.send_raw(frame(PING, b"hello"))
        self.assertEqual(phone.read_frame(), (PONG, b"hello"))
        phone.send_raw(frame(TEXT, b"\r\n\r\n"))
        self.assertEqual(phone.read_frame(), (TEXT, b"\r\n"))
        phone.send_raw(frame(CLOSE, struct.pack(">H", 1001) + b"bye"))
        self.assertEqual(phone.read_frame(), (CLOSE, struct.pack(">H", 1001)))
        self.assertIsNone(phone.read_frame())

    def test_who_does_not_answer_pings_is_closed(self):
        phone, silent = self.phone(), self.phone("silent")
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            got = phone.read_frame()
            self.assertEqual(got, (PING, b""))
            phone.send_raw(frame(PONG))
        self.assertEqual(silent.read_frame(), (PING, b""))
        self.assertIsNone(silent.read_frame())

    def test_operators_and_scripts_close_connections(self):
        phone = self.phone()
        number = phone.ask("OPTIONS", "sip:test")["X-Protocol"].split()[-1]
        self.assertRegex(self.server.rpc("ws.dump"),
                         rf"{number}: ws:127.0.0.1:{phone.port} -> ws:127.0.0.1:{self.server.port} \(state: OPEN,  last used \ds ago, sub-protocol: sip\)")
        self.assertRegex(self.server.rpc("core.tcp_list"), rf"type: WS\n\s+state: CONN_OK\n")
        self.assertRegex(self.server.rpc("core.tcp_info"), r"opened_connections: 1\n")
        self.server.rpc("ws.ping", number)
        self.assertEqual(phone.read_frame(), (PING, b""))
        self.server.rpc("ws.close", number)
        self.assertEqual(self.ends_with(phone, 1000), "Normal closure")
        with self.assertRaisesRegex(AssertionError, "Unknown connection ID"):
            self.server.rpc("ws.close", number)
        phone = self.phone()
        phone.send_bytes(phone.request("INFO", "sip:test", body="go away"))
        self.assertEqual(self.ends_with(phone, 4001), "go away")
        self.server.wait_for_log("websocket closed: ws 127.0.0.1")


if __name__ == "__main__":
    unittest.main()
