"""Many registrations and calls at once through examples/pbx.cfg, with sipp as the telephones."""
import unittest

from parts.case import IntegrationCase, on_every_database
from parts.lossy import LossyRelay
from parts.sipp import Sipp

CALLS = 20


@on_every_database
class Scenarios(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)
        self.callers = [f"caller{number}" for number in range(CALLS)]
        for user in [*self.callers, "called"]:
            self.store.add_user(f"{user}@pbx.test", f"secret-of-{user}")
        self.server = self.start("pbx.cfg", database=self.store)

    def credentials(self, user):
        return f"[authentication username={user} password=secret-of-{user}]"

    def sipp(self, scenario, **arguments):
        process = Sipp(self.folder, scenario, self.server, **arguments)
        self.cleanup.callback(process.stop)
        return process

    def register(self, users, contact_port, **arguments):
        self.sipp("register", calls=len(users), users=[(user, self.credentials(user)) for user in users],
                  keys={"contact": f"127.0.0.1:{contact_port}"}, **arguments).finish()

    def call(self, scenario, called="called", **arguments):
        users = [(user, self.credentials(user), called) for user in self.callers]
        return self.sipp(scenario, calls=CALLS, users=users, **arguments)

    def test_registrations_with_digest(self):
        self.register(self.callers, 5999)
        rows = self.store.rows("select username from location order by id")
        self.assertEqual(sorted(row[0] for row in rows), sorted(self.callers))

    def test_authenticated_calls(self):
        phone = self.sipp("called", calls=CALLS).wait_until_bound()
        self.register(["called"], phone.port)
        self.call("caller").finish()
        phone.finish()

    def test_cancelled_calls(self):
        phone = self.sipp("called-in-vain", calls=CALLS).wait_until_bound()
        self.register(["called"], phone.port)
        self.call("caller-gives-up").finish()
        phone.finish()

    def test_a_user_who_is_not_registered(self):
        self.call("caller-hears-480").finish()

    def test_a_number_without_a_carrier(self):
        self.call("caller-hears-404", called="+4930123456").finish()

    def test_calls_and_registrations_when_every_fifth_packet_of_the_callers_is_lost(self):
        relay = LossyRelay(("127.0.0.1", self.server.port), loss=0.2)
        self.cleanup.callback(relay.stop)
        phone = self.sipp("called", calls=CALLS, seconds=60).wait_until_bound()
        self.register(["called"], phone.port, through=relay)
        self.register(self.callers, 5999, through=relay)
        # Long enough for the last retransmission of a 200, so that the ACK has arrived before the BYE is sent.
        self.call("caller", through=relay, conversation=8, seconds=60).finish()
        phone.finish()
        self.assertGreater(len(relay.lost), CALLS)


if __name__ == "__main__":
    unittest.main()
