"""A real telephone without sound hardware: baresip, told what to do over its ctrl_tcp module."""
import json
import pathlib
import socket
import subprocess
import time

from .settings import free_port, settings

MODULES = ("account.so", "menu.so", "ctrl_tcp.so", "g711.so", "aubridge.so")


def module_folder():
    """Where the distribution keeps baresip's modules."""
    for folder in pathlib.Path("/usr/lib").glob("**/baresip/modules"):
        return folder
    raise FileNotFoundError("baresip's modules")


class Baresip:
    """One user's telephone. It answers calls by itself; `events` holds what happened so far."""

    def __init__(self, folder, user, domain, password, server, protocol="udp"):
        self.folder = folder / f"baresip-{user}"
        self.folder.mkdir()
        self.control_port = free_port()
        self.events, self.buffer = [], b""
        (self.folder / "config").write_text("\n".join([
            f"module_path {module_folder()}",
            *(f"module {name}" for name in MODULES if name not in ("account.so", "menu.so", "ctrl_tcp.so")),
            *(f"module_app {name}" for name in ("account.so", "menu.so", "ctrl_tcp.so")),
            f"ctrl_tcp_listen 127.0.0.1:{self.control_port}",
            f"sip_listen 127.0.0.1:{free_port()}",
            "net_interface 127.0.0.1",
            # No sound hardware: the loudspeaker is piped into the microphone.
            "audio_source aubridge,pipe",
            "audio_player aubridge,pipe",
            "audio_alert aubridge,bell",
            "rtp_ports 10000-60000",
        ]) + "\n")
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{domain}>;auth_user={user};auth_pass={password};regint=60;answermode=auto;"
            f"outbound=\"sip:{server.address}:{server.port};transport={protocol}\"\n")
        (self.folder / "contacts").write_text("")
        self.log_path = self.folder / "log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([settings.program("baresip"), "-f", str(self.folder)], cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
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
        deadline = time.monotonic() + seconds
        while status not in self.log():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {status}:\n{self.log()}")
            time.sleep(0.02)

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
