"""A real telephone without sound hardware: baresip, told what to do over its ctrl_tcp module."""
import json
import pathlib
import re
import socket
import subprocess
import time

from .settings import free_port, settings

LIBRARIES = ("g711.so", "aubridge.so")
APPLICATIONS = ("account.so", "contact.so", "menu.so", "ctrl_tcp.so")


def module_folder():
    """Where the distribution keeps baresip's modules."""
    for folder in pathlib.Path("/usr/lib").glob("**/baresip/modules"):
        return folder
    raise FileNotFoundError("baresip's modules")


def pair_of_ports():
    """A free port that has a free one above it, where baresip listens for TLS."""
    while True:
        port = free_port()
        with socket.socket() as above:
            try:
                above.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue


class Baresip:
    """One user's telephone. It answers calls by itself; `events` holds what happened so far.

    With `watches` it asks for the presence of those users; `publishes` lets it tell its own. `certificate` is a file
    with what it shows over TLS, the key first, `authorities` one with whom it believes. With `traces` the log has the
    messages.
    """

    def __init__(self, folder, user, domain, password, server, protocol="udp", watches=(), publishes=False,
                 certificate=None, authorities=None, traces=False):
        self.folder = folder / f"baresip-{user}"
        self.folder.mkdir()
        self.control_port = free_port()
        self.events, self.buffer = [], b""
        (self.folder / "config").write_text("\n".join([
            f"module_path {module_folder()}",
            *(f"module {name}" for name in LIBRARIES),
            *(f"module_app {name}" for name in APPLICATIONS + (("presence.so",) if watches or publishes else ())),
            f"ctrl_tcp_listen 127.0.0.1:{self.control_port}",
            f"sip_listen 127.0.0.1:{pair_of_ports()}",
            *([f"sip_certificate {certificate}"] if certificate else []),
            *([f"sip_cafile {authorities}"] if authorities else []),
            "net_interface 127.0.0.1",
            # No sound hardware: the loudspeaker is piped into the microphone.
            "audio_source aubridge,pipe",
            "audio_player aubridge,pipe",
            "audio_alert aubridge,bell",
            # No sounds to be found: the end of a ring tone would end the pipe.
            f"audio_path {self.folder}",
            "rtp_ports 10000-32000",
            "rtp_stats yes",
        ]) + "\n")
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{domain}>;auth_user={user};auth_pass={password};regint=60;answermode=auto;"
            f"outbound=\"sip:{server.address}:{server.port};transport={protocol}\"{';pubint=600' if publishes else ''}\n")
        (self.folder / "contacts").write_text("".join(f'"{name}" <sip:{name}@{domain}>;presence=p2p\n' for name in watches))
        self.log_path = self.folder / "log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([settings.program("baresip"), *(["-s"] if traces else []), "-f", str(self.folder)],
                                            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.connection = self.connect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def connect(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.control_port), 1)
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"baresip did not start:\n{self.log()}") from None
                time.sleep(0.05)

    def wait_for_registration(self, status="200 OK", seconds=10):
        """The first registration is answered before anyone can listen to events, so the log tells."""
        self.wait_for_log(re.escape(status), seconds)

    def wait_for_log(self, pattern, seconds=10):
        """The match of a regular expression, once the log has it."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.log())):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {pattern}:\n{self.log()}")
            time.sleep(0.02)
        return found

    def command(self, name, parameters=""):
        text = json.dumps({"command": name, "params": parameters}).encode()
        self.connection.sendall(b"%d:%s," % (len(text), text))

    def wait_for(self, kind, seconds=10):
        """The next event of that kind, such as CALL_ESTABLISHED."""
        deadline = time.monotonic() + seconds
        while True:
            for index, event in enumerate(self.events):
                if event.get("type") == kind:
                    del self.events[:index + 1]
                    return event
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self.read(remaining):
                kinds = [event.get("type") for event in self.events]
                raise AssertionError(f"waited for {kind}, happened: {kinds}\n{self.log()[-3000:]}")

    def read(self, seconds):
        """Reads netstrings, each a JSON object: an event, or the answer to a command."""
        self.connection.settimeout(max(seconds, 0.01))
        try:
            data = self.connection.recv(65536)
        except TimeoutError:
            return False
        if not data:
            raise AssertionError(f"baresip ended:\n{self.log()[-3000:]}")
        self.buffer += data
        while b":" in self.buffer:
            length, _, rest = self.buffer.partition(b":")
            if len(rest) <= int(length):
                break
            message = json.loads(rest[:int(length)])
            if message.get("event"):
                self.events.append(message)
            self.buffer = rest[int(length) + 1:]
        return True
