"""The presence server: publications, subscriptions, notifications, rules, and what of them survives a restart."""
import pathlib
import re
import signal

from parts.case import IntegrationCase, on_every_database

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "configurations" / "presence.cfg"
PIDF, SUMMARY = "application/pidf+xml", "application/simple-message-summary"


def pidf(note, tuple_id="t1"):
    return (f'<?xml version="1.0"?>\n<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@pbx.test">'
            f'<tuple id="{tuple_id}"><status><basic>open</basic></status><note>{note}</note></tuple></presence>')


class Presence(IntegrationCase):
    subscriptions, publications, open = 2, 1, True

    def serve(self, database):
        defines = [*(["OPEN"] if self.open else []), f"SUBSCRIPTIONS={self.subscriptions}", f"PUBLICATIONS={self.publications}"]
        self.server = self.start(CONFIGURATION, defines=defines, database=database)
        self.alice, self.bob = self.agent("alice", self.server), self.agent("bob", self.server)

    def request(self, agent, method, event, headers=(), body="", kind=None, **arguments):
        data = agent.request(method, "sip:bob@pbx.test", headers=[("Event", event), *headers], body=body, **arguments)
        if body:
            data = data.replace(b"application/sdp", (kind or PIDF).encode())
        agent.send_bytes(data)
        return agent.final(data)

    def publish(self, body="", tag=None, expires=600, event="presence", **arguments):
        headers = [("Expires", expires), *([("SIP-If-Match", tag)] if tag else [])]
        return self.request(self.bob, "PUBLISH", event, headers, body, **arguments)

    def subscribe(self, expires=600, event="presence", agent=None, call=None):
        agent = agent or self.alice
        arguments = {"call_id": call["Call-ID"], "from_tag": call.tag("From"), "to": call["To"]} if call else {}
        return self.request(agent, "SUBSCRIBE", event, [("Expires", expires)], **arguments)

    def notified(self, agent=None):
        agent = agent or self.alice
        message = agent.receive("NOTIFY")
        agent.answer(message, 200, "OK")
        return message


@on_every_database
class Flow(Presence):
    def setUp(self):
        super().setUp()
        self.serve(self.database(self.database_name))

    def test_watchers_see_what_is_published_refreshed_and_withdrawn(self):
        reply = self.subscribe()
        self.assertEqual((reply.status, reply["Expires"]), (200, "600"))
        first = self.notified()
        self.assertEqual((first["Subscription-State"].split(";")[0], first.body), ("active", ""))
        self.assertEqual(first.tag("From"), reply.tag("To"))
        one = self.publish(pidf("one"))
        self.assertEqual(one.status, 200)
        self.assertIn("<note>one</note>", self.notified().body)
        two = self.publish(pidf("two", "t2"))
        self.assertEqual(re.findall(r"<note>(\w+)</note>", self.notified().body), ["two", "one"])
        refreshed = self.publish(tag=one["SIP-ETag"])
        self.assertNotEqual(refreshed["SIP-ETag"], one["SIP-ETag"])
        self.assertTrue(self.alice.receives_nothing(0.3))
        self.assertEqual(self.publish(tag=one["SIP-ETag"]).status, 412)
        changed = self.publish(pidf("three"), refreshed["SIP-ETag"])
        self.assertEqual(re.findall(r"<note>(\w+)</note>", self.notified().body), ["three", "two"])
        self.assertEqual(self.publish(tag=changed["SIP-ETag"], expires=0).status, 200)
        self.assertIn("closed", self.notified().body)
        self.assertEqual(self.publish(tag=two["SIP-ETag"], expires=0).status, 200)
        self.assertNotIn("open", self.notified().body)
        self.assertEqual(self.subscribe(0, call=reply).status, 200)
        self.assertEqual(self.notified()["Subscription-State"], "terminated;reason=timeout")
        self.assertEqual(self.subscribe(call=reply).status, 481)

    def test_what_is_wrong_is_refused(self):
        for body, kind, status in (("<presence><a></presence>", None, 400), ("<other/>", None, 400), ("text", "text/plain", 415),
                                   ('<!DOCTYPE a [<!ENTITY b "c">]><presence>&b;</presence>', None, 400)):
            with self.subTest(body):
                self.assertEqual(self.publish(body, kind=kind).status, status)
        self.server.wait_for_log("not well formed")
        self.assertEqual(self.publish().status, 400)
        self.assertEqual(self.publish(tag="none").status, 412)
        reply = self.publish(pidf("x"), event="nosuch")
        self.assertEqual(reply.status, 489)
        self.assertIn("presence", reply["Allow-Events"])
        self.assertEqual(self.subscribe(event="nosuch").status, 489)

    def test_what_runs_out_is_told(self):
        self.subscribe(expires=3)
        self.notified()
        self.publish(pidf("short"), expires=1)
        self.notified()
        self.assertIn("closed", self.notified().body)
        self.assertEqual(self.notified()["Subscription-State"], "terminated;reason=timeout")

    def test_other_packages(self):
        self.subscribe(event="message-summary")
        self.notified()
        summary = "Messages-Waiting: yes\r\nVoice-Message: 2/1 (0/0)\r\n"
        self.assertEqual(self.publish(summary, event="message-summary", kind=SUMMARY).status, 200)
        self.assertEqual(self.notified().body, summary)
        self.assertEqual(self.publish("Hello\r\n", event="message-summary", kind=SUMMARY).status, 400)
        self.subscribe(event="dialog")
        self.notified()
        dialogs = '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="e"><dialog id="d"/></dialog-info>'
        self.assertEqual(self.publish(dialogs, event="dialog", kind="application/dialog-info+xml").status, 200)
        self.assertIn('<dialog id="d"', self.notified().body)

    def test_watchers_of_watchers(self):
        self.subscribe(event="presence.winfo", agent=self.bob)
        self.assertIn('state="full"', self.notified(self.bob).body)
        self.subscribe()
        self.notified()
        self.assertIn("sip:alice@pbx.test</watcher>", self.notified(self.bob).body)

    def test_control_methods(self):
        self.subscribe()
        self.notified()
        self.publish(pidf("one"))
        self.notified()
        self.assertIn("sip:bob@pbx.test", self.server.rpc("presence.presentity_list"))
        self.server.rpc("presence.refreshWatchers", "sip:bob@pbx.test", "presence", 1)
        self.assertIn("one", self.notified().body)
        self.assertEqual(self.bob.ask("MESSAGE", "sip:bob@pbx.test").reason, "1")
        self.assertIn("one", self.notified().body)
        self.assertIn("Reload OK", self.server.rpc("presence.cleanup"))

    def test_a_restart_forgets_nothing(self):
        reply = self.subscribe()
        self.notified()
        one = self.publish(pidf("one"))
        self.notified()
        self.server.restart()
        self.assertEqual(self.publish(pidf("two"), one["SIP-ETag"]).status, 200)
        self.assertIn("two", self.notified().body)
        self.assertEqual(self.subscribe(call=reply).status, 200)
        self.notified()


@on_every_database
class WrittenThrough(Presence):
    subscriptions, publications = 1, 0

    def test_not_even_when_it_is_killed(self):
        self.serve(self.database(self.database_name))
        reply = self.subscribe()
        self.notified()
        one = self.publish(pidf("one"))
        self.notified()
        self.server.restart(signal.SIGKILL)
        self.assertEqual(self.publish(pidf("two"), one["SIP-ETag"]).status, 200)
        self.assertIn("two", self.notified().body)
        self.assertEqual(self.subscribe(call=reply).status, 200)


@on_every_database
class Shared(Presence):
    subscriptions, publications = 3, 0

    def test_two_servers_on_one_database(self):
        database = self.database(self.database_name)
        self.serve(database)
        self.subscribe()
        self.notified()
        first, self.folder = self.server, self.folder / "second"
        self.folder.mkdir()
        self.serve(database)
        self.alice.server, self.bob.server = (self.server.address, self.server.port), (self.server.address, self.server.port)
        self.assertNotEqual(first.port, self.server.port)
        watcher = self.agent("carol", first)
        self.subscribe(agent=watcher)
        self.notified(watcher)
        self.assertEqual(self.publish(pidf("one")).status, 200)
        self.assertIn("one", self.notified(watcher).body)


class Rules(Presence):
    open = False

    def rules(self, handling):
        document = ('<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="1"><conditions><identity>'
                    '<one id="sip:alice@pbx.test"/></identity></conditions><actions>'
                    f'<sub-handling>{handling}</sub-handling></actions></rule></ruleset>')
        self.database_of_rules.script(
            "delete from xcap; insert into xcap (username, domain, doc, doc_type, etag, source, doc_uri, port) values "
            f"('bob', 'pbx.test', '{document}', 2, 'e', 0, 'u', 0);")

    def setUp(self):
        super().setUp()
        self.database_of_rules = self.database("sqlite")
        self.serve(self.database_of_rules)

    def update(self):
        self.server.rpc("presence.updateWatchers", "sip:bob@pbx.test", "presence")

    def test_they_decide_and_a_change_is_told(self):
        self.assertEqual(self.publish(pidf("here")).status, 200)
        self.assertEqual(self.subscribe().status, 202)
        pending = self.notified()
        self.assertEqual((pending["Subscription-State"].split(";")[0], pending.body), ("pending", ""))
        self.rules("allow")
        self.update()
        self.assertIn("here", self.notified().body)
        self.rules("polite-block")
        self.update()
        polite = self.notified()
        self.assertIn("closed", polite.body)
        self.assertNotIn("here", polite.body)
        self.rules("block")
        self.update()
        self.assertEqual(self.notified()["Subscription-State"], "terminated;reason=rejected")
        self.assertEqual(self.subscribe().status, 403)
        self.assertEqual(self.database_of_rules.rows("select status, reason from watchers"), [(3, "rejected")])
