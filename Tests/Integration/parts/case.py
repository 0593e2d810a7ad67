"""What every test case here starts from."""
import contextlib
import shutil
import sys
import time
import unittest

from .database import database
from .server import Server
from .settings import EXAMPLES, settings, temporary_folder
from .sip import Agent


class IntegrationCase(unittest.TestCase):
    """A test with a temporary folder, and with everything it started ended behind it."""

    maxDiff = None

    def setUp(self):
        self.folder = temporary_folder()
        self.cleanup = contextlib.ExitStack()
        self.servers = []
        self.addCleanup(self.finish)

    def finish(self):
        failed = self._outcome is not None and not self._outcome.success
        # In the reverse order of their start: telephones, servers, databases.
        self.cleanup.close()
        for server in self.servers if failed else []:
            print(f"--- log of the server of {self.id()}\n{server.log()[-6000:]}", file=sys.stderr)
        if not settings.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, config, **arguments):
        """Starts the server with a configuration of examples/ or any other file."""
        server = Server(EXAMPLES / config, self.folder, **arguments)
        self.end_with_test(server)
        return server.start()

    def end_with_test(self, server):
        """A server that the test starts by itself; its log is shown when the test fails."""
        self.servers.append(server)
        self.cleanup.callback(server.stop)

    def eventually(self, holds, seconds=5):
        """Waits for what the server does after it has answered: a row, a line in a file."""
        deadline = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), deadline, "it does not come true")
            time.sleep(0.05)

    def agent(self, user, server=None, **arguments):
        return self.cleanup.enter_context(Agent(user, server=server, **arguments))

    def database(self, name="sqlite", tables=True):
        made = database(name, self.folder, tables)
        self.cleanup.callback(made.drop)
        return made


def on_every_database(case):
    """Class decorator: the tests run once for each database, as NameOnSqlite and NameOnMariadb, by `self.database_name`."""
    module = sys.modules[case.__module__]
    for name in settings.databases:
        derived = type(f"{case.__name__}On{name.capitalize()}", (case,), {"database_name": name, "__module__": case.__module__})
        setattr(module, derived.__name__, derived)
    return None
