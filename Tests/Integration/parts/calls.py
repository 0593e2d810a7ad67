"""Whole calls between agents, with the checks that hold for each of them."""
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
       "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n")


class Calls:
    """Mixed into a test case."""

    def ring(self, caller, called, uri, **arguments):
        """Sends an INVITE, with credentials where they are asked for, until the called side has it.

        Returns the caller's INVITE as bytes and the one that arrived.
        """
        data = caller.request("INVITE", uri, body=SDP, **arguments)
        caller.send_bytes(data)
        first = caller.receive(lambda message: message.status is not None and message["CSeq"].endswith("INVITE"))
        if first.status in (401, 407):
            self.assertIsNotNone(caller.password, f"a challenge was not expected: {first.start}")
            caller.hop_by_hop(data, "ACK", to=first["To"])
            data = caller.with_credentials(data, first)
            caller.send_bytes(data)
            first = caller.receive(lambda message: message.status is not None and message["CSeq"].endswith("INVITE"))
        self.assertEqual(first.status, 100, f"instead of 100: {first.start}")
        invite = called.receive("INVITE")
        self.assertEqual(invite.body, SDP)
        return data, invite

    def complete_call(self, caller, called, uri, through_server, **arguments):
        """INVITE, 180, 200, ACK, BYE by the called side, 200. Returns the INVITE as it arrived.

        `through_server`: whether what follows the first exchange passes through the server.
        """
        data, invite = self.ring(caller, called, uri, **arguments)
        called.answer(invite, 180, "Ringing")
        caller.receive(180)
        called.answer(invite, 200, "OK", body=SDP)
        answer = caller.final(data)
        self.assertEqual((answer.status, answer.body), (200, SDP))
        outgoing, incoming = caller.dialog(answer), called.dialog(invite)
        self.assertEqual(bool(outgoing.routes), through_server)
        caller.within(outgoing, "ACK")
        ack = called.receive("ACK")
        self.assertEqual(len(ack.all("Via")), 2 if through_server else 1)
        bye = called.within(incoming, "BYE")
        received = caller.receive("BYE")
        self.assertEqual(received.uri, caller.contact)
        caller_server, caller.server = caller.server, self.source_of(received)
        caller.answer(received, 200, "OK")
        caller.server = caller_server
        self.assertEqual(called.final(bye).status, 200)
        return invite

    def cancelled_call(self, caller, called, uri, **arguments):
        """INVITE, 180, CANCEL, 200, 487, ACK on both sides of the server."""
        data, invite = self.ring(caller, called, uri, **arguments)
        called.answer(invite, 180, "Ringing")
        caller.receive(180)
        cancel = caller.hop_by_hop(data, "CANCEL")
        self.assertEqual(caller.final(cancel).status, 200)
        received = called.receive("CANCEL")
        self.assertEqual(received["Via"], invite["Via"])
        called.answer(received, 200, "OK")
        self.refuse(caller, called, data, invite, 487, "Request Terminated")

    def refused_call(self, caller, called, uri, status, reason, **arguments):
        data, invite = self.ring(caller, called, uri, **arguments)
        self.refuse(caller, called, data, invite, status, reason)

    def refuse(self, caller, called, data, invite, status, reason):
        called.answer(invite, status, reason)
        answer = caller.final(data)
        self.assertEqual((answer.status, answer.reason), (status, reason))
        ack = called.receive("ACK")
        self.assertEqual(ack["Via"], invite["Via"], "the server's own ACK belongs to the branch it refuses")
        caller.hop_by_hop(data, "ACK", to=answer["To"])
        self.assertTrue(called.receives_nothing(0.3), "an ACK for a refusal goes no further than one hop")
        self.assertTrue(caller.receives_nothing(0.1))

    def source_of(self, message):
        """Where an answer to this request has to be sent, by its top Via."""
        via = message["Via"]
        host, _, port = via.split(";")[0].split()[-1].rpartition(":")
        return host.strip("[]"), int(port)
