"""Two telephones that people use register with their passwords and talk to each other through examples/pbx.cfg."""
import unittest

from parts.baresip import Baresip
from parts.case import IntegrationCase, on_every_database


@on_every_database
class Telephones(IntegrationCase):
    def telephone(self, user, password, **arguments):
        return self.cleanup.enter_context(Baresip(self.folder, user, "pbx.test", password, self.server, **arguments))

    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)
        self.store.add_user("alice@pbx.test", "s3cret")
        self.store.add_user("bob@pbx.test", "hunter2")
        self.server = self.start("pbx.cfg", database=self.store)

    def call(self, protocol):
        alice = self.telephone("alice", "s3cret", protocol=protocol)
        bob = self.telephone("bob", "hunter2", protocol=protocol)
        alice.wait_for_registration()
        bob.wait_for_registration()
        contacts = self.server.rpc("ul.dump")
        self.assertIn("alice", contacts)
        self.assertIn("bob", contacts)

        alice.command("dial", "sip:bob@pbx.test")
        self.assertEqual(bob.wait_for("CALL_ESTABLISHED")["peeruri"], "sip:alice@pbx.test")
        self.assertEqual(alice.wait_for("CALL_ESTABLISHED")["peeruri"], "sip:bob@pbx.test")
        alice.command("hangup")
        self.assertEqual(bob.wait_for("CALL_CLOSED")["peeruri"], "sip:alice@pbx.test")

    def test_two_telephones_register_and_call_each_other(self):
        self.call("udp")

    def test_the_same_over_TCP(self):
        self.call("tcp")

    def test_a_telephone_with_a_wrong_password_is_not_registered(self):
        self.telephone("alice", "guess").wait_for_registration("401 Unauthorized")


if __name__ == "__main__":
    unittest.main()
