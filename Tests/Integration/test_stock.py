"""Debian's stock kamailio.cfg with each of its switches: alone, in pairs that touch each other, and all at once."""
import http.client
import json
import ssl
import unittest

from parts import stock
from parts.calls import SDP
from parts.case import on_every_database
from parts.settings import free_port
from parts.stock import StockCase

PAIRS = [("AUTH", "PRESENCE"), ("AUTH", "MULTIDOMAIN"), ("AUTH", "ALIASDB"), ("IPAUTH", "PSTN"), ("NAT", "USRLOCDB"),
         ("NAT", "TLS"), ("NATSIPPING", "RTPENGINE"), ("TLS", "JSONRPC"), ("ANTIFLOOD", "DEBUG"), ("BLOCK3XX", "BLOCK401407"),
         ("VOICEMAIL", "BLOCK401407"), ("VOICEMAIL", "PRESENCE"), ("ACCDB", "VOICEMAIL"), ("ALIASDB", "SPEEDDIAL"),
         ("MULTIDOMAIN", "SPEEDDIAL"), ("PRESENCE", "MSGREBUILD"), ("USRLOCDB", "MULTIDOMAIN"), ("PSTN", "VOICEMAIL")]


@on_every_database
class Switches(StockCase):
    def setUp(self):
        super().setUp()
        self.store = self.database(self.database_name)
        self.store.script(stock.ACCOUNTING_COLUMNS)

    def check(self, *switches):
        with self.subTest(" ".join(switches)):
            server = self.serve(*switches)
            try:
                with self.agent("phone", server) as phone:
                    self.assertEqual(phone.ask("OPTIONS", "sip:pbx.test").status, 200)
                for line in server.log().splitlines():
                    # A trace has the level of an error, or nobody would see it.
                    if "cfgtrace" not in line:
                        self.assertNotRegex(line, r" (error|critical):")
            finally:
                server.stop()

    def test_each_switch_alone_starts_and_answers(self):
        self.check()
        for switch in stock.SWITCHES:
            self.check(switch)

    def test_pairs_of_switches_start_and_answer(self):
        for pair in PAIRS:
            self.check(*pair)

    def test_all_switches_at_once_start_and_answer(self):
        self.check(*stock.SWITCHES)
        self.check(*(switch for switch in stock.SWITCHES if switch != "RTPENGINE"))


@on_every_database
class Features(StockCase):
    def add_users(self):
        for user in ("alice", "bob"):
            ha1 = ha1b = ""
            self.store.script(f"insert into subscriber (username, domain, password, ha1, ha1b) "
                              f"values ('{user}', 'pbx.test', 'of-{user}', '{ha1}', '{ha1b}');")

    def test_AUTH_asks_for_the_password(self):
        self.serve("AUTH")
        self.add_users()
        alice, bob = (self.agent(user, self.server, password=f"of-{user}") for user in ("alice", "bob"))
        self.assertEqual(self.agent("bob", self.server).register().status, 401)
        self.assertEqual(self.agent("bob", self.server, password="wrong").register().status, 401)
        self.assertEqual(bob.register().status, 200)
        self.complete_call(alice, bob, "sip:bob@pbx.test", through_server=True)

    def test_IPAUTH_lets_a_listed_address_call_without_a_password(self):
        self.serve("IPAUTH", prepare="insert into address (grp, ip_addr, mask, port) values (1, '127.0.0.3', 32, 0);")
        self.add_users()
        bob = self.agent("bob", self.server, password="of-bob")
        self.assertEqual(bob.register().status, 200)
        carrier = self.agent("carrier", self.server, domain="carrier.test", address="127.0.0.3")
        self.complete_call(carrier, bob, "sip:bob@pbx.test", through_server=True)
        stranger = self.agent("stranger", self.server, address="127.0.0.4")
        self.assertEqual(stranger.ask("INVITE", "sip:bob@pbx.test").status, 407)

    def test_USRLOCDB_keeps_contacts_over_a_restart(self):
        self.serve("USRLOCDB")
        alice, bob = self.pair()
        self.server.restart()
        self.complete_call(alice, bob, "sip:bob@pbx.test", through_server=True)

    def test_ALIASDB_and_SPEEDDIAL_lead_to_the_user(self):
        self.serve("ALIASDB", "SPEEDDIAL", prepare=(
            "insert into dbaliases (alias_username, alias_domain, username, domain) "
            "values ('4711', 'pbx.test', 'bob', 'pbx.test');"
            "insert into speed_dial (username, domain, sd_username, sd_domain, new_uri) "
            "values ('alice', 'pbx.test', '22', 'pbx.test', 'sip:bob@pbx.test');"))
        alice, bob = self.pair()
        self.complete_call(alice, bob, "sip:4711@pbx.test", through_server=True)
        self.complete_call(alice, bob, "sip:22@pbx.test", through_server=True)
        self.assertEqual(alice.ask("INVITE", "sip:23@pbx.test").status, 404)

    def test_MULTIDOMAIN_serves_the_domains_of_the_table(self):
        self.serve("MULTIDOMAIN", prepare="insert into domain (domain) values ('two.test');")
        bob = self.agent("bob", self.server, domain="two.test")
        self.assertEqual(bob.register().status, 200)
        self.complete_call(self.agent("alice", self.server, domain="two.test"), bob, "sip:bob@two.test", through_server=True)
        self.assertEqual(self.agent("alice", self.server).ask("INVITE", "sip:bob@three.test").status, 403)
        self.assertEqual(self.agent("alice", self.server).ask("INVITE", "sip:bob@pbx.test").status, 404)

    def test_PSTN_leads_numbers_to_the_gateway_that_is_set_at_run_time(self):
        self.serve("PSTN")
        gateway = self.agent("+4930123456", self.server, domain="127.0.0.1")
        alice = self.agent("alice", self.server)
        self.assertEqual(alice.ask("INVITE", "sip:+4930123456@pbx.test").status, 404)
        self.server.rpc("cfg.sets", "pstn", "gw_ip", "127.0.0.1")
        self.server.rpc("cfg.sets", "pstn", "gw_port", f"s:{gateway.port}")
        invite = self.complete_call(alice, gateway, "sip:004930123456@pbx.test", through_server=True)
        self.assertEqual(invite.uri, f"sip:+4930123456@127.0.0.1:{gateway.port}")
        self.assertEqual(self.agent("eve", self.server, domain="elsewhere.test").ask(
            "INVITE", "sip:+4930123456@pbx.test").status, 403)

    def test_VOICEMAIL_takes_calls_for_the_absent_and_the_busy(self):
        self.serve("VOICEMAIL")
        mailbox = self.agent("bob", self.server, domain="127.0.0.1")
        self.server.rpc("cfg.sets", "voicemail", "srv_ip", "127.0.0.1")
        self.server.rpc("cfg.sets", "voicemail", "srv_port", f"s:{mailbox.port}")
        alice = self.agent("alice", self.server)
        self.complete_call(alice, mailbox, "sip:bob@pbx.test", through_server=True)
        bob = self.agent("bob", self.server)
        self.assertEqual(bob.register().status, 200)
        data, invite = self.ring(alice, bob, "sip:bob@pbx.test")
        bob.answer(invite, 486, "Busy Here")
        bob.receive("ACK")
        mailbox.answer(mailbox.receive("INVITE"), 200, "OK")
        self.assertEqual(alice.final(data).status, 200)

    def test_BLOCK3XX_and_BLOCK401407_hide_such_answers(self):
        self.serve("BLOCK3XX", "BLOCK401407")
        alice, bob = self.pair()
        for status, reason, headers in ((302, "Moved Temporarily", [("Contact", "<sip:else@127.0.0.1:9>")]),
                                        (407, "Proxy Authentication Required", []), (401, "Unauthorized", [])):
            with self.subTest(status=status):
                data, invite = self.ring(alice, bob, "sip:bob@pbx.test")
                bob.answer(invite, status, reason, headers=headers)
                self.assertEqual(alice.final(data).status, 404)
                bob.receive("ACK")

    def test_ANTIFLOOD_bans_an_address_that_floods_and_no_other(self):
        self.serve("ANTIFLOOD")
        flood, other = (self.agent("flood", self.server, address=f"127.0.0.{last}") for last in (7, 8))
        for _ in range(60):
            flood.send_bytes(flood.request("OPTIONS", "sip:pbx.test"))
        self.server.wait_for_log("pike blocking OPTIONS")
        self.assertEqual(other.ask("OPTIONS", "sip:pbx.test").status, 200)
        flood.receives_nothing(0.3)
        flood.received.clear()
        flood.send_bytes(flood.request("OPTIONS", "sip:pbx.test"))
        self.assertTrue(flood.receives_nothing(0.5))
        self.assertIn("127.0.0.7", self.server.rpc("htable.dump", "ipban"))

    def test_ACCDB_writes_a_row_for_each_call_and_each_missed_one(self):
        self.serve("ACCDB", prepare=stock.ACCOUNTING_COLUMNS)
        alice, bob = self.pair()
        self.complete_call(alice, bob, "sip:bob@pbx.test", through_server=True)
        self.refused_call(alice, bob, "sip:bob@pbx.test", 486, "Busy Here")
        wanted = {("INVITE", "200"), ("BYE", "200")}
        self.eventually(lambda: wanted <= {(row[0], str(row[1])) for row in self.store.rows("select method, sip_code from acc")})
        self.eventually(lambda: [("486", "alice", "bob")] == [tuple(map(str, row)) for row in self.store.rows(
            "select sip_code, src_user, dst_ouser from missed_calls")])

    def test_PRESENCE_tells_a_watcher_what_was_published(self):
        self.presence("PRESENCE")

    def test_MSGREBUILD_leaves_presence_working(self):
        self.presence("PRESENCE", "MSGREBUILD")

    def presence(self, *switches):
        self.serve(*switches)
        watcher, source = self.agent("alice", self.server), self.agent("bob", self.server)
        answer = watcher.ask("SUBSCRIBE", "sip:bob@pbx.test", headers=[
            ("Event", "presence"), ("Expires", 600), ("Accept", "application/pidf+xml")])
        self.assertIn(answer.status, (200, 202))
        first = watcher.receive("NOTIFY")
        watcher.answer(first, 200, "OK")
        document = ('<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@pbx.test">'
                    '<tuple id="t1"><status><basic>open</basic></status></tuple></presence>')
        published = source.ask("PUBLISH", "sip:bob@pbx.test", body=document, content_type="application/pidf+xml",
                               headers=[("Event", "presence"), ("Expires", 600)])
        self.assertEqual(published.status, 200)
        self.assertIsNotNone(published["SIP-ETag"])
        notify = watcher.receive("NOTIFY")
        self.assertIn("open", notify.body)
        self.assertTrue(notify["Subscription-State"].startswith("active"))
        watcher.answer(notify, 200, "OK")
        broken = source.ask("PUBLISH", "sip:bob@pbx.test", body="<presence", content_type="application/pidf+xml",
                            headers=[("Event", "presence"), ("Expires", 600)])
        self.assertGreaterEqual(broken.status, 400)
        self.assertEqual(source.ask("OPTIONS", "sip:pbx.test").status, 200)

    def test_TLS_registers_a_telephone_and_carries_a_call(self):
        self.serve("TLS", protocols=("udp", "tls"))
        self.server.tls_port = self.server.port
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        alice, bob = (self.agent(user, self.server, protocol="tls", tls=unverified) for user in ("alice", "bob"))
        self.assertEqual(bob.register().status, 200)
        data, invite = self.ring(alice, bob, "sip:bob@pbx.test")
        bob.answer(invite, 200, "OK")
        self.assertEqual(alice.final(data).status, 200)

    def test_JSONRPC_answers_over_HTTP(self):
        self.serve("JSONRPC")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        connection.request("POST", "/RPC", json.dumps({"jsonrpc": "2.0", "method": "core.psx", "id": 1}),
                           {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        self.assertEqual((answer["jsonrpc"], answer["id"]), ("2.0", 1))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        connection.request("GET", "/else")
        self.assertIn(b"Wrong URL /else", connection.getresponse().read())

    def test_NAT_makes_the_telephone_reachable_where_its_packets_come_from(self):
        """A telephone with a private address in its Contact; the relay for media, which is not there, delays the call at most."""
        self.serve("NAT", "USRLOCDB", changes=[("udp:127.0.0.1:7722", f"udp:127.0.0.1:{free_port()}")])
        bob = self.agent("bob", self.server)
        private = "sip:bob@10.9.8.7:5060"
        self.assertEqual(bob.register(contact=f"<{private}>").status, 200)
        alice = self.agent("alice", self.server)
        data = alice.request("INVITE", "sip:bob@pbx.test", body=SDP)
        alice.send_bytes(data)
        invite = bob.receive("INVITE", seconds=15)
        self.assertEqual(invite.uri.split(";")[0], private)
        self.assertIn("nat=yes", invite["Record-Route"])
        bob.answer(invite, 486, "Busy Here")
        self.assertEqual(alice.final(data).status, 486)

    def test_DEBUG_logs_every_action_of_the_script(self):
        self.serve("DEBUG")
        self.assertEqual(self.agent("alice", self.server).ask("OPTIONS", "sip:pbx.test").status, 200)
        self.server.wait_for_log("*** cfgtrace:dbg_cfg_trace(): request_route=[DEFAULT_ROUTE]")


if __name__ == "__main__":
    unittest.main()
