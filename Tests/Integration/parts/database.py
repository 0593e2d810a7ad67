"""Databases of a test: a SQLite file, or a database on a private MariaDB that one run of the tests shares.

Where the server under test is Kamailio the tables are made from the SQL files of its Debian packages, otherwise by
`sipctl db create`.
"""
import atexit
import hashlib
import itertools
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

from .settings import free_port, settings, temporary_folder

KAMAILIO_TABLES = ("standard", "acc", "auth_db", "usrloc", "permissions", "alias_db", "domain", "speeddial",
                   "dispatcher", "htable", "group", "uri_db", "registrar", "presence", "dialog")


def credentials(user, domain, password):
    """HA1 and HA1B as the subscriber table holds them."""
    ha1 = hashlib.md5(f"{user}:{domain}:{password}".encode()).hexdigest()
    ha1b = hashlib.md5(f"{user}@{domain}:{domain}:{password}".encode()).hexdigest()
    return ha1, ha1b


class Database:
    """What both engines share. `url` is Kamailio's form, `defines` what the examples want to be told by -A."""

    defines = ()

    def create_tables(self):
        if settings.server == "kamailio":
            # Kamailio takes a table that is being written for an empty one, unless readers need not wait.
            if self.name == "sqlite":
                self.script("pragma journal_mode = wal;")
            for table in KAMAILIO_TABLES:
                self.script(pathlib.Path(f"/usr/share/kamailio/{self.schema_folder}/{table}-create.sql").read_text())
        else:
            subprocess.run([settings.program("sipctl"), "--quiet", "--database", self.url, "db", "create"], check=True,
                           stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def add_user(self, address, password):
        user, domain = address.split("@")
        if settings.server == "kamailio":
            ha1, ha1b = credentials(user, domain, password)
            self.script("insert into subscriber (username, domain, password, ha1, ha1b) "
                        f"values ('{user}', '{domain}', '', '{ha1}', '{ha1b}');")
        else:
            subprocess.run([settings.program("sipctl"), "--quiet", "--database", self.url, "add", address, password], check=True,
                           stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def add_address(self, group, address, mask=32, port=0, tag=""):
        if settings.server == "kamailio":
            self.script("insert into address (grp, ip_addr, mask, port, tag) "
                        f"values ({group}, '{address}', {mask}, {port}, '{tag}');")
        else:
            subprocess.run([settings.program("sipctl"), "--quiet", "--database", self.url, "address", "add", str(group), address,
                            str(mask), str(port), tag], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


class SQLite(Database):
    name, schema_folder = "sqlite", "db_sqlite"

    def __init__(self, folder, tables=True):
        self.path = folder / "sipd.sqlite"
        # Kamailio takes what follows the third slash for the path; sipd takes both forms for an absolute one.
        self.url = f"sqlite:///{self.path}"
        if tables:
            self.create_tables()

    def script(self, text):
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            connection.executescript(text)
        finally:
            connection.close()

    def rows(self, query):
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def drop(self):
        pass


class MariaDB(Database):
    name, schema_folder, defines = "mariadb", "mysql", ("WITH_MYSQL",)
    numbers = itertools.count(1)

    def __init__(self, folder, tables=True):
        self.server = PrivateMariaDB.shared()
        self.database = f"test_{os.getpid()}_{next(self.numbers)}"
        self.server.sql(f"create database {self.database}")
        self.url = f"mysql://sip:secret@127.0.0.1:{self.server.port}/{self.database}"
        if tables:
            self.create_tables()

    def script(self, text):
        self.server.sql(text, self.database)

    def rows(self, query):
        return [tuple(line.split("\t")) for line in self.server.sql(query, self.database).splitlines()]

    def drop(self):
        self.server.sql(f"drop database {self.database}")


class PrivateMariaDB:
    """A MariaDB server with a data folder, a socket and a port of its own, which ends with the tests.

    `run` starts one for all of its processes and names it in INTEGRATION_MARIADB; a test that is started by itself
    starts its own.
    """

    instance = None

    @classmethod
    def shared(cls):
        if cls.instance is None:
            if "INTEGRATION_MARIADB" in os.environ:
                cls.instance = SharedMariaDB(os.environ["INTEGRATION_MARIADB"])
            else:
                # Each test makes its tables anew, and every one of them costs the server several writes to the disk.
                cls.instance = cls(temporary_folder("/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"))
                atexit.register(cls.instance.remove)
        return cls.instance

    def __init__(self, folder):
        self.folder, self.port, self.socket = folder, free_port(), folder / "mysql.sock"
        data = folder / "data"
        data.mkdir()
        account = [f"--user={'root' if os.geteuid() == 0 else os.environ['USER']}"]
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
                        "--innodb-use-native-aio=0", "--auth-root-authentication-method=normal", *account],
                       check=True, stdout=subprocess.DEVNULL)
        self.log = folder / "mariadb.log"
        self.command = [settings.program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--socket={self.socket}",
                        f"--port={self.port}", "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=2",
                        "--innodb-use-native-aio=0", "--max-connections=500",
                        "--innodb-buffer-pool-size=32M", "--skip-name-resolve", *account]
        self.start()
        self.sql("create user sip@'127.0.0.1' identified by 'secret'; grant all on *.* to sip@'127.0.0.1'")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            if subprocess.run([*self.client(), "-e", "select 1"], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("MariaDB did not start: " + self.log.read_text(errors="replace")[-2000:])

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def name(self):
        """What SharedMariaDB finds it by."""
        return f"{self.port}:{self.socket}"

    def client(self):
        return ["mariadb", "--no-defaults", "-uroot", "-S", str(self.socket), "-N", "-B"]

    def sql(self, text, database=""):
        result = subprocess.run([*self.client(), *([database] if database else [])], input=text, text=True,
                                capture_output=True)
        if result.returncode != 0:
            raise RuntimeError(f"MariaDB: {result.stderr.strip()}")
        return result.stdout


class SharedMariaDB(PrivateMariaDB):
    """The private MariaDB of another process."""

    def __init__(self, name):
        port, _, path = name.partition(":")
        self.port, self.socket = int(port), pathlib.Path(path)


def database(name, folder, tables=True):
    return {"sqlite": SQLite, "mariadb": MariaDB}[name](folder, tables)
