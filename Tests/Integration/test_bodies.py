"""SDP, bodies of several parts and encoded contacts, asked about and changed by scripts."""
import pathlib

from parts.case import IntegrationCase

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "bodies.cfg"
AUDIO = "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
VIDEO = "m=video 5000 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\n"
TEXT = "m=text 0 RTP/AVP 98\r\n"
HEAD = "v=0\r\no=- 1 7 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n"
SDP = HEAD + AUDIO + VIDEO + TEXT
PARTS = "--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b1\r\nContent-Type: text/plain\r\nX-P: 1\r\n\r\nhi there\r\n"


class Bodies(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.server = self.start(CONFIGURATION)
        self.phone = self.agent("alice", self.server)

    def do(self, case, text="", body=SDP, kind="application/sdp"):
        data = self.phone.request("MESSAGE", headers=[("X-Case", case), ("X-Text", text)], body=body)
        self.phone.send_bytes(data.replace(b"application/sdp\r\nContent-Length", kind.encode() + b"\r\nContent-Length"))
        reply = self.phone.final(data)
        return int(reply.reason), reply.body

    def test_questions_about_SDP(self):
        for case, text, code in (("with", "audio", 1), ("with", "image", -1), ("active", "video", 1), ("active", "text", -1),
                                 ("transport", "SAVP", 1), ("transport", "DTLS", -1), ("names", "opus,pcmu", 2), ("names", "G729", -1),
                                 ("line", "z=", -1)):
            with self.subTest(case, text=text):
                self.assertEqual(self.do(case, text)[0], code)
        self.assertEqual(self.do("line", "a=rtpmap")[1], "a=rtpmap:0 PCMU/8000")

    def test_codecs_media_and_lines_are_taken_out(self):
        for case, text, code, left in (
                ("remove-ids", "0", 1, HEAD + AUDIO.replace(" 0 8", " 8").replace("a=rtpmap:0 PCMU/8000\r\n", "") + VIDEO + TEXT),
                ("remove-names", "opus", -1, SDP),
                ("remove-names", "H264", 1, HEAD + AUDIO + "m=video 5000 RTP/SAVP\r\n" + TEXT),
                ("keep-names", "PCMA", 1, HEAD + "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n" + VIDEO + TEXT),
                ("keep-names", "none", -1, SDP),
                ("remove-media", "video", 1, HEAD + AUDIO + TEXT),
                ("remove-lines", "a=fmtp", 1, SDP.replace("a=fmtp:101 0-15\r\n", "")),
                ("version", "", None, SDP.replace("1 7 IN", "1 8 IN"))):
            with self.subTest(case, text=text):
                found, body = self.do(case, text)
                self.assertEqual(body, left)
                if code is not None:
                    self.assertEqual(found, code)

    def test_parts_are_added_read_and_removed(self):
        kind, whole = "multipart/mixed;boundary=b1", PARTS + "--b1--\r\n"
        for case, code, expected in (
                ("append", 1, PARTS + "--b1\r\nContent-Type: text/x\r\nContent-Disposition: signal\r\n\r\nhello\r\n--b1--\r\n"),
                ("append-hex", 1, PARTS + "--b1\r\nContent-Type: text/x\r\n\r\nkam\r\n--b1--\r\n"),
                ("append-bad", -1, whole),
                ("remove-part", 1, PARTS.split("--b1\r\nContent-Type: text/plain")[0] + "--b1--\r\n"),
                ("raw-part", 1, "Content-Type: text/plain\r\nX-P: 1\r\n\r\nhi there\r\n--b1--\r\n")):
            with self.subTest(case):
                self.assertEqual(self.do(case, body=whole, kind=kind), (code, expected))
        self.assertEqual(self.do("append")[0], -1)

    def test_a_body_becomes_one_of_several(self):
        code, body = self.do("multipart")
        self.assertEqual(code, 1)
        self.assertIn("--unique-boundary-1\r\nContent-Type: application/sdp\r\n\r\nv=0", body)
        self.assertTrue(body.rstrip().startswith("--unique-boundary-1"))


class Contacts(IntegrationCase):
    ENCODED = "sip:bob@10.0.0.1:5062;ob;ksu=c2lwOjEuMi4zLjQ6NTA2MDt0cmFuc3BvcnQ9dGNw;x=1"

    def setUp(self):
        super().setUp()
        self.server = self.start(CONFIGURATION)
        self.phone = self.agent("alice", self.server)

    def do(self, case, contact="<sip:a@b>", uri="sip:x@y"):
        reply = self.phone.ask("MESSAGE", uri, contact=False, headers=[("X-Case", case), ("Contact", contact)])
        return int(reply.reason), reply["X-Contact"], reply["X-URI"]

    def test_a_contact_is_hidden_and_found_again(self):
        for plain, hidden in (("<sip:bob@10.0.0.1:5062>", "<sip:pre*bob**10.0.0.1*5062*@9.9.9.9>"),
                              ("sip:bob@10.0.0.1", "sip:pre*bob**10.0.0.1**@9.9.9.9"),
                              ('"B" <sip:bob:pw@10.0.0.1;transport=tcp>;q=1', '"B" <sip:pre*bob*pw*10.0.0.1**tcp@9.9.9.9>;q=1'),
                              ("<sip:a@1.1.1.1>, <sip:b@2.2.2.2:5>", "<sip:pre*a**1.1.1.1**@9.9.9.9>, <sip:pre*b**2.2.2.2*5*@9.9.9.9>")):
            with self.subTest(plain):
                self.assertEqual(self.do("encode", plain)[:2], (1, hidden))
                self.assertEqual(self.do("decode-header", hidden)[:2], (1, plain))
        self.assertEqual(self.do("encode", "*")[:2], (1, "*"))

    def test_so_is_the_request_URI(self):
        for uri, code, plain in (("sip:pre*bob**10.0.0.1*5062*@9.9.9.9", 1, "sip:bob@10.0.0.1:5062"),
                                 ("sip:pre*bob*pw*10.0.0.1**tcp@h", 1, "sip:bob:pw@10.0.0.1;transport=tcp"),
                                 ("sip:pre***10.0.0.1**@h", 1, "sip:10.0.0.1"),
                                 ("sip:pre*bob*10.0.0.1*5@h", -26, "sip:pre*bob*10.0.0.1*5@h"), ("sip:bob@h", -26, "sip:bob@h")):
            with self.subTest(uri):
                found = self.do("decode", uri=uri)
                self.assertEqual((found[0], found[2]), (code, plain))

    def test_parameters_carry_contacts(self):
        self.assertEqual(self.do("param-encode", "<sip:bob@10.0.0.1:5062;ob>;q=1")[:2],
                         (1, "<sip:1.2.3.4:5060;transport=tcp;ksu=c2lwOmJvYkAxMC4wLjAuMTo1MDYyO29i>;q=1"))
        self.assertEqual(self.do("param-decode", f"<{self.ENCODED}>;q=1")[:2], (1, "<sip:1.2.3.4:5060;transport=tcp>;q=1"))
        self.assertEqual(self.do("param-decode-uri", uri=self.ENCODED)[2], "sip:1.2.3.4:5060;transport=tcp")
        self.assertEqual(self.do("param-decode", "<sip:a@b;ksu=zzz!>")[0], -1)
        self.assertEqual(self.do("param-rm", f"<{self.ENCODED}>;q=1")[:2], (1, "<sip:bob@10.0.0.1:5062;ob;x=1>;q=1"))
