"""TLS: domains and certificates, names, verification, reload, bad starts, clients that stall."""
import contextlib
import pathlib
import socket
import ssl
import subprocess
import threading
import unittest

from parts.case import IntegrationCase
from parts.certificates import Authority
from parts.server import Server
from parts.settings import free_port, settings
from parts.sip import Agent, Message

CONFIGURATION = """
enable_tls=yes
tcp_connect_timeout=1
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "maxfwd.so"
loadmodule "ctl.so"
loadmodule "tls.so"
modparam("tls", "config", "TLSCFG")
request_route {
    if (is_method("MESSAGE")) { t_relay(); exit; }
    if (is_peer_verified()) { append_to_reply("X-Verified: $tls_peer_subject_cn\\r\\n"); }
    append_to_reply("X-TLS: $proto $tls_version $tls_cipher_info $tls_peer_server_name $tls_my_subject_cn $tls_my_issuer_cn\\r\\n");
    append_to_reply("X-Subject: $tls_my_subject $tls_my_san_hostname $tls_my_san_ip\\r\\n");
    sl_send_reply("200", "OK");
}
"""

DOMAINS = """
[server:default]   # for all that no other fits
method = TLSv1.2+
verify_certificate = no
certificate = default.pem
private_key = default.key

[server:any]
server_name = other.test
certificate = other.pem
private_key = other.key

[server:any]
server_name = strict.test
server_name_mode = 1
certificate = strict.pem
private_key = strict.key
verify_certificate = yes
require_certificate = yes
ca_list = root.pem

[client:default]
verify_certificate = yes
require_certificate = yes
ca_list = root.pem
"""


class TLSCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.tls_configuration = self.authority.folder / "tls.cfg"

    def start_tls(self, domains=DOMAINS, names=("default", "other", "strict"), launch_only=False):
        for name in names:
            self.authority.issue(name)
        self.tls_configuration.write_text(domains)
        config = self.folder / "tls-test.cfg"
        config.write_text(CONFIGURATION.replace("TLSCFG", str(self.tls_configuration)))
        server = Server(config, self.folder, tls_port=free_port())
        self.end_with_test(server)
        return server.launch() if launch_only else server.start()

    def context(self, certificate=None, checks=True):
        context = ssl.create_default_context(cafile=self.authority.root)
        context.check_hostname = False
        if not checks:
            context.verify_mode = ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(*certificate)
        return context

    def phone(self, server, name=None, **arguments):
        return self.cleanup.enter_context(
            Agent("alice", server=server, protocol="tls", tls=self.context(**arguments), server_name=name))


@unittest.skipIf(settings.server == "kamailio", "the TLS of sipd is what is tested")
class Domains(TLSCase):
    def test_a_request_is_answered_and_the_variables_tell_of_the_session(self):
        answer = self.phone(self.start_tls()).ask("OPTIONS", "sip:test")
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer["X-TLS"], r"^tls TLSv1.3 TLS_\S+ <null> default Test Root$")
        self.assertEqual(answer["X-Subject"], "/C=DE/O=Test/OU=Unit/CN=default default 127.0.0.1")
        self.assertIsNone(answer["X-Verified"])

    def test_the_name_that_a_client_asks_for_chooses_the_domain(self):
        server = self.start_tls()
        self.assertIn(" other.test other ", self.phone(server, "other.test").ask("OPTIONS", "sip:test")["X-TLS"])
        self.assertIn(" nobody.test default ", self.phone(server, "nobody.test").ask("OPTIONS", "sip:test")["X-TLS"])

    def test_a_client_certificate_is_asked_for_and_checked(self):
        server = self.start_tls()
        client = self.authority.issue("client")
        phone = self.phone(server, "phones.strict.test", certificate=client)
        self.assertEqual(phone.ask("OPTIONS", "sip:test")["X-Verified"], "client")
        stranger = Authority(self.folder / "certificates").issue("stranger")
        for certificate in (None, stranger):
            with self.assertRaises((OSError, AssertionError)):
                self.phone(server, "strict.test", certificate=certificate).ask("OPTIONS", "sip:test", seconds=2)
        server.wait_for_log("TLS handshake failed")

    def test_old_versions_are_refused(self):
        server = self.start_tls()
        context = self.context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        agent = self.cleanup.enter_context(Agent("a", server=server, protocol="tls", tls=context))
        self.assertIn("TLSv1.2 ECDHE-ECDSA-", agent.ask("OPTIONS", "sip:test")["X-TLS"])
        self.assertRegex(server.rpc("tls.list"), r"cipher: TLSv1.2 ECDHE-ECDSA-")
        self.assertRegex(server.rpc("tls.info"), r"opened_connections: 1")

    def test_requests_go_out_over_tls_to_servers_with_a_good_certificate(self):
        server = self.start_tls()
        certificate = self.authority.issue("peer")
        for good in (True, False):
            with self.subTest(good=good), contextlib.ExitStack() as stack:
                listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                if not good:
                    certificate = Authority(self.folder / "certificates").issue("bad")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*certificate)
                got = []

                def serve():
                    with contextlib.suppress(OSError):
                        with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                            got.append(Message(connection.recv(65535)))
                            reply = ["SIP/2.0 202 Accepted", *(f"Via: {via}" for via in got[0].all("Via"))]
                            reply += [f"{name}: {got[0][name]}" for name in ("From", "To", "Call-ID", "CSeq")]
                            connection.sendall("\r\n".join([*reply, "Content-Length: 0", "", ""]).encode())

                thread = threading.Thread(target=serve, daemon=True)
                thread.start()
                answer = self.agent("bob", server).ask(
                    "MESSAGE", f"sip:x@127.0.0.1:{listener.getsockname()[1]};transport=tls", seconds=10)
                thread.join(5)
                if good:
                    self.assertEqual(answer.status, 202)
                    self.assertIn(f"SIP/2.0/TLS 127.0.0.1:{server.tls_port};", got[0]["Via"])
                else:
                    self.assertGreaterEqual(answer.status, 400)
                    self.assertEqual(got, [])


@unittest.skipIf(settings.server == "kamailio", "the TLS of sipd is what is tested")
class Reload(TLSCase):
    def serial(self, server):
        with socket.create_connection((server.address, server.tls_port)) as plain:
            with self.context(checks=False).wrap_socket(plain) as connection:
                return connection.getpeercert(binary_form=True)

    def test_a_reload_takes_new_certificates_and_refuses_bad_ones(self):
        server = self.start_tls()
        phone = self.phone(server)
        first = self.serial(server)
        certificate, key = self.authority.issue("default")
        self.assertEqual(self.serial(server), first)
        self.assertIn("reloaded", server.rpc("tls.reload"))
        second = self.serial(server)
        self.assertNotEqual(second, first)
        self.assertEqual(phone.ask("OPTIONS", "sip:test").status, 200, "connections that exist go on")
        good = certificate.read_bytes(), key.read_bytes()
        for change, word in ((lambda: self.authority.issue("default", days=-1), "expired"),
                             (lambda: key.write_bytes((self.authority.folder / "other.key").read_bytes()), "is not the key"),
                             (certificate.unlink, "no such file"),
                             (lambda: certificate.write_text("nonsense"), "no certificate in PEM form"),
                             (lambda: self.tls_configuration.write_text("[server:default]\nmethud = x\n"), ":2:1: unknown")):
            change()
            with self.assertRaisesRegex(AssertionError, word):
                server.rpc("tls.reload")
            self.assertEqual(self.serial(server), second)
            certificate.write_bytes(good[0])
            key.write_bytes(good[1])
        self.tls_configuration.write_text(DOMAINS)
        self.assertIn("reloaded", server.rpc("tls.reload"))


@unittest.skipIf(settings.server == "kamailio", "the TLS of sipd is what is tested")
class Start(TLSCase):
    def check(self, word, domains=DOMAINS):
        self.tls_configuration.write_text(domains)
        config = self.folder / "tls-test.cfg"
        config.write_text(CONFIGURATION.replace("TLSCFG", str(self.tls_configuration)))
        for options in (["-c"], ["-l", f"tls:127.0.0.1:{free_port()}", "-Y", str(self.folder / "run")]):
            result = subprocess.run([settings.program("sipd"), "-f", config, *options], capture_output=True, text=True,
                                    timeout=30)
            self.assertEqual(result.returncode, 78, result.stderr)
            self.assertRegex(result.stderr, word)

    def test_what_is_wrong_is_told_at_the_start(self):
        for name in ("default", "other", "strict"):
            certificate, key = self.authority.issue(name)
        self.check(r"tls\.cfg:5:1: unknown setting 'certificat'.*did you mean 'certificate'", DOMAINS.replace("certificate = default", "certificat = default"))
        self.check(r"tls\.cfg:3:1: method 'SSLv3' is not supported", DOMAINS.replace("TLSv1.2+", "SSLv3"))
        self.check(r"no such file", DOMAINS.replace("default.pem", "nothing.pem"))
        self.check(r"private_key: .*is not the key of", DOMAINS.replace("default.key", "other.key"))
        self.check(r"cipher_list: no suite", DOMAINS.replace("method", "cipher_list = NOTHING-KNOWN\nmethod"))
        self.tls_configuration.unlink()

    def test_an_expired_certificate_is_warned_of(self):
        self.authority.issue("other")
        self.authority.issue("strict")
        self.authority.issue("default", days=-1)
        server = self.start_tls(names=())
        self.assertRegex(server.log(), r"warning: certificate problem=.*'default' has expired on Feb  1 00:00:00 2020 GMT")


@unittest.skipIf(settings.server == "kamailio", "the TLS of sipd is what is tested")
class Strangers(TLSCase):
    def test_who_stalls_the_handshake_is_closed_and_others_are_served(self):
        server = self.start_tls()
        with contextlib.ExitStack() as stack:
            stalled = [stack.enter_context(socket.create_connection((server.address, server.tls_port))) for _ in range(20)]
            for index, connection in enumerate(stalled):
                connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[:index % 12])
            self.assertEqual(self.phone(server).ask("OPTIONS", "sip:test").status, 200)
            for connection in stalled:
                connection.settimeout(5)
                self.assertEqual(connection.recv(100), b"")
            self.assertEqual(self.phone(server).ask("OPTIONS", "sip:test").status, 200)
        lines = [line for line in server.log().splitlines() if "handshake not complete in time" in line]
        self.assertEqual(len(lines), 1, "strangers do not fill the log")

    def test_bytes_that_are_not_tls_end_their_connection_only(self):
        server = self.start_tls()
        for data in (b"OPTIONS sip:x SIP/2.0\r\n\r\n", b"\x00" * 5000, b"\x16\x03\x01\xff\xff" + b"\xff" * 70000,
                     b"\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00" * 3):
            with socket.create_connection((server.address, server.tls_port)) as connection:
                connection.settimeout(5)
                with contextlib.suppress(ConnectionError):
                    connection.sendall(data)
                    while connection.recv(1000):
                        pass
        self.assertEqual(self.phone(server).ask("OPTIONS", "sip:test").status, 200)


STOCK = pathlib.Path("/etc/kamailio/kamailio.cfg")


@unittest.skipUnless(STOCK.exists() and settings.server == "sipd", "needs the configuration of the distribution")
class StockConfiguration(TLSCase):
    def test_the_stock_configuration_serves_with_tls(self):
        certificate, key = self.authority.issue("default")
        self.tls_configuration.write_text(DOMAINS.split("[server:any]")[0])
        config = self.folder / "kamailio.cfg"
        config.write_text(STOCK.read_text().replace("/etc/kamailio/tls.cfg", str(self.tls_configuration)))
        server = Server(config, self.folder, defines=["WITH_TLS"], tls_port=free_port())
        self.end_with_test(server)
        server.start()
        phone = self.phone(server)
        domain = f"127.0.0.1:{server.tls_port}"
        answer = phone.ask("REGISTER", f"sip:{domain}", to=f"<sip:alice@{domain}>", sender=f"<sip:alice@{domain}>")
        self.assertEqual(answer.status, 200)
        self.assertIn("transport=tls", answer["Contact"])
        result = subprocess.run([settings.program("openssl"), "s_client", "-connect", f"127.0.0.1:{server.tls_port}", "-CAfile",
                                 self.authority.root, "-verify_return_error"], input="", capture_output=True, text=True, timeout=10)
        self.assertIn("Verification: OK", result.stdout)


if __name__ == "__main__":
    unittest.main()
