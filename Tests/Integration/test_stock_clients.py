"""Debian's stock kamailio.cfg under telephones that people use: their calls, their sound and their presence."""
import shutil
import unittest

from parts.baresip import Baresip
from parts.relays import RealEngine
from parts.stock import StockCase


class TelephoneCase(StockCase):
    database_name = "sqlite"
    # A loaded machine gets the time it needs.
    patience = 20

    def serve_users(self, *switches, **arguments):
        self.serve(*switches, prepare="".join(
            f"insert into subscriber (username, domain, password) values ('{user}', 'pbx.test', 'of-{user}');"
            for user in ("alice", "bob")), **arguments)

    def telephones(self, alice=None, bob=None, **arguments):
        """Both, registered; `alice` and `bob` are the arguments of one of them."""
        made = [self.cleanup.enter_context(Baresip(self.folder, user, "pbx.test", f"of-{user}", self.server,
                                                   **arguments, **(own or {})))
                for user, own in (("alice", alice), ("bob", bob))]
        for telephone in made:
            telephone.wait_for_registration(seconds=self.patience)
        return made

    def establish(self, alice, bob):
        alice.command("dial", "sip:bob@pbx.test")
        self.assertEqual(bob.wait_for("CALL_ESTABLISHED", self.patience)["peeruri"], "sip:alice@pbx.test")
        return alice.wait_for("CALL_ESTABLISHED", self.patience)

    def hang_up(self, alice, bob):
        alice.command("hangup")
        self.assertEqual(bob.wait_for("CALL_CLOSED", self.patience)["peeruri"], "sip:alice@pbx.test")


class Registrations(TelephoneCase):
    def call(self, protocol, **arguments):
        alice, bob = self.telephones(protocol=protocol, **arguments)
        contacts = self.server.rpc("ul.dump")
        for user in ("alice", "bob"):
            self.assertRegex(contacts, rf"sip:{user}[^@]*@127\.0\.0\.1:\d+"
                             + ("" if protocol == "udp" else f";transport={protocol}"))
        self.establish(alice, bob)
        self.hang_up(alice, bob)

    def test_they_register_and_call_over_UDP(self):
        self.serve_users("AUTH", protocols=("udp",))
        self.call("udp")

    def test_they_register_and_call_over_TCP(self):
        self.serve_users("AUTH", protocols=("tcp",))
        self.call("tcp")

    def test_they_register_and_call_over_TLS(self):
        self.serve_users("AUTH", "TLS", protocols=("tls",))
        # The telephones listen as well: the server opens a connection to the Contact of the called one.
        chain = self.folder / "certificate.pem"
        both = self.folder / "telephone.pem"
        both.write_text((self.folder / "key.pem").read_text() + chain.read_text())
        self.call("tls", certificate=both, authorities=chain)

    def test_a_wrong_password_is_refused(self):
        self.serve_users("AUTH", protocols=("udp",))
        with Baresip(self.folder, "alice", "pbx.test", "guess", self.server) as alice:
            alice.wait_for_registration("401 Unauthorized", self.patience)


@unittest.skipUnless(shutil.which("rtpengine"), "rtpengine is not installed")
class Sound(TelephoneCase):
    """Over TCP the port that a request comes from is not the one of its Via: for the configuration that is NAT."""

    def test_rtpengine_relays_it_both_ways(self):
        engine = self.cleanup.enter_context(RealEngine(self.folder))
        self.serve_users("AUTH", "NAT", "RTPENGINE", protocols=("udp", "tcp"),
                         changes=[("udp:127.0.0.1:2223", f"udp:127.0.0.1:{engine.port}")])
        alice, bob = self.telephones(protocol="tcp")
        call = self.establish(alice, bob)["id"]
        self.eventually(lambda: self.both_ways(engine, call), self.patience)
        self.hang_up(alice, bob)
        # What each telephone says: packets came from a port of rtpengine's, and went out.
        for telephone in (alice, bob):
            port, sent, received = map(int, telephone.wait_for_log(
                r"(?s)receiving from 127\.0\.0\.1:(\d+).*\npackets: +(\d+) +(\d+)", self.patience).groups())
            self.assertIn(port, range(engine.lowest_port, engine.highest_port + 1))
            self.assertGreater(sent, 0)
            self.assertGreater(received, 0)
        self.eventually(lambda: "Received command 'delete'" in engine.log_path.read_text(), self.patience)
        self.assertNotIn("cannot be read", self.server.log())

    def both_ways(self, engine, call):
        """Have ten packets arrived from either telephone? Only rtpengine's own counters tell."""
        tags = engine.ask("query", call_id=call)["tags"].values()
        counts = [stream["stats"]["packets"] for tag in tags for medium in tag["medias"] for stream in medium["streams"]
                  if "RTP" in stream["flags"]]
        return len(counts) == 2 and min(counts) >= 10


class Presence(TelephoneCase):
    def test_a_telephone_sees_what_another_publishes(self):
        self.serve_users("AUTH", "PRESENCE", protocols=("udp", "tcp"))
        alice, bob = self.telephones(alice={"watches": ["bob"]}, bob={"publishes": True}, traces=True)
        alice.wait_for_log("Subscription-State: active", self.patience)
        self.eventually(lambda: self.is_published(bob), self.patience)
        changes = ["<sip:bob@pbx.test> changed status from .*Online.* to .*Offline",
                   "<sip:bob@pbx.test> changed status from .*Offline.* to .*Online"]
        bob.command("presence_offline")
        alice.wait_for_log(changes[0], self.patience)
        bob.command("presence_online")
        alice.wait_for_log("(?s:.*)".join(changes), self.patience)

    def is_published(self, telephone):
        """Is every request answered? It may begin with two at once, and a change between their answers would be lost."""
        log = telephone.log()
        published = log.count("SIP-ETag: ")
        return published > 0 and log.count("PUBLISH sip:") == published + log.count("SIP/2.0 407")


if __name__ == "__main__":
    unittest.main()
