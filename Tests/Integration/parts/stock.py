"""The configuration that Debian installs, as an operator uses it: untouched, with his switches in kamailio-local.cfg."""
import pathlib
import subprocess

from .calls import Calls
from .case import IntegrationCase

INSTALLED = pathlib.Path("/etc/kamailio/kamailio.cfg")

SWITCHES = ("MYSQL", "AUTH", "IPAUTH", "USRLOCDB", "PRESENCE", "MSGREBUILD", "NAT", "NATSIPPING", "RTPENGINE", "PSTN", "ALIASDB",
            "SPEEDDIAL", "MULTIDOMAIN", "TLS", "JSONRPC", "ANTIFLOOD", "BLOCK3XX", "BLOCK401407", "VOICEMAIL", "ACCDB", "DEBUG")

# What a switch is useless without.
NEEDS = {
    "AUTH": {"MYSQL"}, "IPAUTH": {"MYSQL", "AUTH"}, "USRLOCDB": {"MYSQL"}, "PRESENCE": {"MYSQL"},
    "MSGREBUILD": {"MYSQL", "PRESENCE"}, "NATSIPPING": {"NAT"}, "RTPENGINE": {"NAT"}, "ALIASDB": {"MYSQL"},
    "SPEEDDIAL": {"MYSQL"}, "MULTIDOMAIN": {"MYSQL"}, "ACCDB": {"MYSQL"},
}

# The columns that the comment of the configuration asks for before ACCDB is switched on.
ACCOUNTING_COLUMNS = "".join(
    f"alter table {table} add column {column} varchar({size}) not null default '';\n"
    for table in ("acc", "missed_calls")
    for column, size in (("src_user", 64), ("src_domain", 128), ("src_ip", 64),
                         ("dst_ouser", 64), ("dst_user", 64), ("dst_domain", 128)))


def with_needs(switches):
    wanted = set(switches)
    for switch in switches:
        wanted |= NEEDS.get(switch, set())
    return [switch for switch in SWITCHES if switch in wanted]


def write(folder, switches, database=None, domain="pbx.test", local="", changes=()):
    """Lays the configuration into the folder and returns its path.

    `changes` are pairs of texts, for what the file has no switch for: each must be there. SQLite takes the place of MySQL
    by the name of the driver alone.
    """
    text = INSTALLED.read_text()
    if database is not None and database.name == "sqlite":
        changes = [*changes, ('loadmodule "db_mysql.so"', 'loadmodule "db_sqlite.so"')]
    for old, new in changes:
        assert old in text, f"{INSTALLED} does not say {old!r}"
        text = text.replace(old, new)
    path = folder / "kamailio.cfg"
    path.write_text(text)
    lines = [f"#!define WITH_{switch}" for switch in with_needs(switches)]
    if database is not None:
        lines.append(f'#!define DBURL "{database.url}"')
    lines += [f'alias="{domain}"', local]
    (folder / "kamailio-local.cfg").write_text("\n".join(lines) + "\n")
    return path


def certificate(folder, name="pbx.test"):
    """A key and a certificate that signs itself, and a tls.cfg that names them; returns the latter's path."""
    key, chain, config = folder / "key.pem", folder / "certificate.pem", folder / "tls.cfg"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", chain, "-days", "30", "-subj", f"/CN={name}"], check=True, capture_output=True)
    config.write_text(f"[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
                      f"private_key = {key}\ncertificate = {chain}\n\n"
                      "[client:default]\nverify_certificate = no\nrequire_certificate = no\n")
    return config


class StockCase(IntegrationCase, Calls):
    """A test that starts this configuration, on `store` or a new database of the kind `database_name`."""

    store = None

    def serve(self, *switches, local="", changes=(), protocols=("udp", "tcp"), prepare=""):
        """Starts the configuration with these switches; `prepare` is SQL that runs before."""
        if self.store is None:
            self.store = self.database(self.database_name)
        if prepare:
            self.store.script(prepare)
        changes = list(changes)
        if "TLS" in switches:
            changes.append(("/etc/kamailio/tls.cfg", str(certificate(self.folder))))
        path = write(self.folder, switches, self.store, local=local, changes=changes)
        self.server = self.start(path, protocols=protocols)
        return self.server

    def pair(self):
        """alice and bob, bob registered."""
        alice, bob = self.agent("alice", self.server), self.agent("bob", self.server)
        self.assertEqual(bob.register().status, 200)
        return alice, bob
