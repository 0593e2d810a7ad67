"""Media relays: some that are not, which answer the control protocols and note what they were told, and a real rtpengine."""
import socket
import subprocess
import threading
import time

from .settings import free_port, settings


def bencode(value):
    if isinstance(value, dict):
        return b"d" + b"".join(bencode(key) + bencode(item) for key, item in value.items()) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    if isinstance(value, int):
        return b"i%de" % value
    data = value.encode()
    return b"%d:%s" % (len(data), data)


def bdecode(data, at=0):
    kind = data[at:at + 1]
    if kind in b"dl":
        at, items = at + 1, []
        while data[at:at + 1] != b"e":
            item, at = bdecode(data, at)
            items.append(item)
        return (dict(zip(items[::2], items[1::2])) if kind == b"d" else items), at + 1
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end].decode(), end


class Relay:
    """Answers datagrams `cookie command` on a port of its own; `silent` makes it deaf."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.commands, self.silent = [], False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                data, peer = self.socket.recvfrom(65536)
            except OSError:
                return
            if not data:
                return
            cookie, _, command = data.partition(b" ")
            if not self.silent:
                self.socket.sendto(cookie + b" " + self.answer(command), peer)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(2)
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Engine(Relay):
    """An rtpengine that puts 192.0.2.99 in the place of every c= address."""

    totals = {"RTP": {"bytes": 1720, "packets": 10, "errors": 0}, "RTCP": {"bytes": 60, "packets": 1, "errors": 0}}
    result = "ok"

    def answer(self, data):
        command = bdecode(data)[0]
        if command["command"] == "ping":
            return bencode({"result": "pong"})
        self.commands.append(command)
        if self.result != "ok":
            return bencode({"result": self.result, "error-reason": "asked for"})
        answer = {"result": "ok"}
        if "sdp" in command:
            lines = command["sdp"].split("\r\n")
            answer["sdp"] = "\r\n".join("c=IN IP4 192.0.2.99" if line.startswith("c=") else line for line in lines)
        if command["command"] in ("delete", "query"):
            answer["totals"] = self.totals
            answer["SSRC"] = {"1234": {"average MOS": {"MOS": 43, "jitter": 2, "samples": 3},
                                       "lowest MOS": {"MOS": 39, "reported at": 65}}}
        return bencode(answer)


class Proxy(Relay):
    """An rtpproxy at 192.0.2.98 that gives out ports from 35000."""

    def __init__(self):
        self.next_port = 35000
        super().__init__()

    def answer(self, data):
        command = data.decode()
        if command.startswith("V"):
            return b"1\n" if command.startswith("VF") else b"20040107\n"
        self.commands.append(command)
        if command[0] in "UL":
            self.next_port += 2
            return f"{self.next_port - 2} 192.0.2.98\n".encode()
        if command[0] == "Q":
            return b"60 10 20 30 40\n"
        return b"0\n"


class RealEngine:
    """The rtpengine of the distribution, in user space; `ask` speaks its control protocol."""

    lowest_port, highest_port = 34000, 34999

    def __init__(self, folder):
        self.port, self.log_path = free_port(), folder / "rtpengine.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [settings.program("rtpengine"), "--foreground", "--log-stderr", "--config-file=none", "--interface=127.0.0.1",
                 "--table=-1", f"--listen-ng=127.0.0.1:{self.port}", f"--pidfile={folder / 'rtpengine.pid'}",
                 f"--port-min={self.lowest_port}", f"--port-max={self.highest_port}", "--num-threads=1"],
                stdout=subprocess.DEVNULL, stderr=log, stdin=subprocess.DEVNULL)

    def __enter__(self):
        deadline = time.monotonic() + 15
        while True:
            try:
                if self.ask("ping", seconds=0.2)["result"] == "pong":
                    return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise AssertionError(f"rtpengine does not answer:\n{self.log_path.read_text()}") from None
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def ask(self, command, seconds=3, **arguments):
        """The answer to a command; underscores in the names of arguments stand for hyphens."""
        question = {"command": command, **{name.replace("_", "-"): value for name, value in arguments.items()}}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(seconds)
            asker.connect(("127.0.0.1", self.port))
            asker.send(b"1_%d " % time.monotonic_ns() + bencode(question))
            return bdecode(asker.recv(65536).partition(b" ")[2])[0]
