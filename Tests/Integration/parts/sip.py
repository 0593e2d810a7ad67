"""A telephone of a few lines: says exactly what a test wants said and shows exactly what came back."""
import dataclasses
import hashlib
import itertools
import os
import re
import socket
import time

from .settings import free_port

serial = itertools.count(1)
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}


class Message:
    """A SIP message: `start` line, `headers` as (name, value) in order, `body`."""

    def __init__(self, data):
        head, _, self.body = data.decode("utf-8", "surrogateescape").partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        self.start = lines[0]
        self.headers = [tuple(part.strip() for part in line.partition(":")[::2]) for line in lines[1:]]

    def all(self, name):
        name = name.lower()
        return [value for key, value in self.headers if COMPACT.get(key.lower(), key.lower()) == name]

    def __getitem__(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def status(self):
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else None

    @property
    def method(self):
        return self.start.split()[0] if self.status is None else self["CSeq"].split()[1]

    @property
    def uri(self):
        return self.start.split()[1]

    @property
    def reason(self):
        return self.start.split(" ", 2)[2]

    def tag(self, name):
        found = re.search(r";\s*tag=([^;\s]+)", self[name] or "")
        return found.group(1) if found else None

    def __str__(self):
        return "\n".join([self.start, *(f"{name}: {value}" for name, value in self.headers), "", self.body])


def address_of(header):
    """The URI inside a From, To, Contact or Route value."""
    found = re.search(r"<([^>]*)>", header)
    return found.group(1) if found else header.split(";")[0].strip()


def authorization(challenge, user, password, method, uri, algorithm=None):
    """The value of the Authorization header that answers a Digest challenge (RFC 2617, RFC 7616, RFC 8760)."""
    fields = {key.lower(): value.strip('"') for key, value in re.findall(r'(\w+)\s*=\s*("[^"]*"|[^,\s]+)', challenge)}
    algorithm = algorithm or fields.get("algorithm", "MD5")
    digest = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm.upper()]

    def hashed(text):
        return digest(text.encode()).hexdigest()

    ha1, ha2 = hashed(f"{user}:{fields['realm']}:{password}"), hashed(f"{method}:{uri}")
    answer = {"username": user, "realm": fields["realm"], "nonce": fields["nonce"], "uri": uri}
    tail = f", algorithm={algorithm}" if "algorithm" in fields else ""
    if "qop" in fields:
        client_nonce = os.urandom(8).hex()
        answer["response"] = hashed(f"{ha1}:{fields['nonce']}:00000001:{client_nonce}:auth:{ha2}")
        answer["cnonce"] = client_nonce
        tail += ", qop=auth, nc=00000001"
    else:
        answer["response"] = hashed(f"{ha1}:{fields['nonce']}:{ha2}")
    if "opaque" in fields:
        answer["opaque"] = fields["opaque"]
    return "Digest " + ", ".join(f'{key}="{value}"' for key, value in answer.items()) + tail


@dataclasses.dataclass
class Call:
    """One side's view of a dialog."""
    call_id: str
    local: str
    remote: str
    target: str
    routes: list
    sequence: int


class Agent:
    """A user agent on a UDP (or TCP, or TLS) socket of its own; `tls` is the context of a TLS connection.

    Nothing is sent behind the test's back: no retransmissions, no automatic answers; what arrives twice is kept twice.
    """

    def __init__(self, user="agent", domain="pbx.test", server=None, password=None, protocol="udp", address="127.0.0.1",
                 tls=None, server_name=None):
        self.user, self.domain, self.password, self.protocol, self.host = user, domain, password, protocol, address
        self.server = (server.address, server.tls_port if tls else server.port) if server else None
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        if protocol == "udp":
            self.socket = socket.socket(family, socket.SOCK_DGRAM)
            self.socket.bind((address, 0))
        else:
            self.socket = socket.socket(family, socket.SOCK_STREAM)
            self.socket.connect(self.server)
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname=server_name)
            self.buffer = b""
        self.port = self.socket.getsockname()[1]
        self.received, self.sequence = [], 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # Addresses

    @property
    def aor(self):
        return f"sip:{self.user}@{self.domain}"

    @property
    def contact(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        transport = "" if self.protocol == "udp" else f";transport={self.protocol}"
        return f"sip:{self.user}@{host}:{self.port}{transport}"

    # Bytes

    def send_bytes(self, data, to=None):
        if self.protocol == "udp":
            self.socket.sendto(data, to or self.server)
        else:
            self.socket.sendall(data)

    def receive(self, wanted, seconds=5):
        """The next message for which `wanted` holds: a method, a status, or a function of the message."""
        def matches(message):
            if callable(wanted):
                return wanted(message)
            if isinstance(wanted, int):
                return message.status == wanted
            return message.status is None and message.method == wanted

        deadline = time.monotonic() + seconds
        while True:
            for index, message in enumerate(self.received):
                if matches(message):
                    return self.received.pop(index)
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self.read(remaining):
                seen = "".join(f"\n  {message.start}" for message in self.received) or " nothing"
                raise AssertionError(f"{self.user} waited for {wanted} and has:{seen}")

    def receives_nothing(self, seconds=0.5, but=lambda message: False):
        """Whether no message arrives in that time, apart from those for which `but` holds."""
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            self.read(remaining)
        return not [message for message in self.received if not but(message)]

    def read(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            if self.protocol == "udp":
                self.received.append(Message(self.socket.recv(65535)))
                return True
            while True:
                head, separator, rest = self.buffer.lstrip(b"\r\n").partition(b"\r\n\r\n")
                if separator:
                    length = int(Message(head + separator)["Content-Length"] or 0)
                    if len(rest) >= length:
                        self.buffer = rest[length:]
                        self.received.append(Message(head + separator + rest[:length]))
                        return True
                data = self.socket.recv(65535)
                if not data:
                    return False
                self.buffer += data
        except TimeoutError:
            return False

    # Requests

    def request(self, method, uri=None, to=None, sender=None, headers=(), body="", call_id=None, sequence=None, branch=None,
                from_tag=None, max_forwards=70, contact=True, content_type="application/sdp"):
        """The bytes of a request outside of a dialog."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        uri = uri or f"sip:{self.domain}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{self.protocol.upper()} {host}:{self.port};branch={branch or f'z9hG4bK{os.urandom(6).hex()}'};rport",
            f"Max-Forwards: {max_forwards}",
            f"From: {sender or f'<{self.aor}>'};tag={from_tag or f'f{next(serial)}'}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {call_id or f'{next(serial)}-{os.urandom(4).hex()}@{self.user}'}",
            f"CSeq: {sequence} {method}",
        ]
        if contact:
            lines.append(f"Contact: <{self.contact}>")
        lines += [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"Content-Length: {len(body.encode())}", "", body]
        return "\r\n".join(lines).encode()

    def ping(self, server):
        """Whether the server answers an OPTIONS, whatever it says."""
        try:
            self.send_bytes(self.request("OPTIONS", f"sip:{server[0]}", max_forwards=0), server)
            self.receive(lambda message: message.status is not None, 0.3)
            return True
        except (AssertionError, ConnectionError):
            return False

    def ask(self, method, uri=None, answer_challenge=True, seconds=5, **arguments):
        """Sends a request and returns the final answer, that to the second attempt where the first was challenged."""
        data = self.request(method, uri, **arguments)
        self.send_bytes(data)
        reply = self.final(data, seconds)
        if answer_challenge and self.password and reply.status in (401, 407):
            data = self.with_credentials(data, reply)
            self.send_bytes(data)
            reply = self.final(data, seconds)
        return reply

    def final(self, data, seconds=5):
        """The final answer to a request that was sent."""
        sent = Message(data)
        same = lambda message: message.status is not None and message["CSeq"] == sent["CSeq"] and message["Call-ID"] == sent["Call-ID"]
        return self.receive(lambda message: same(message) and message.status >= 200, seconds)

    def with_credentials(self, data, challenge, user=None, password=None):
        """The same request again, with the answer to a 401 or 407, a new branch and the next CSeq."""
        sent = Message(data)
        name, field = (("Authorization", "WWW-Authenticate") if challenge.status == 401
                       else ("Proxy-Authorization", "Proxy-Authenticate"))
        value = authorization(challenge[field], user or self.user, password or self.password, sent.method, sent.uri)
        self.sequence += 1
        text = data.decode("utf-8", "surrogateescape")
        text = re.sub(r"branch=[^;\r]+", f"branch=z9hG4bK{os.urandom(6).hex()}", text, count=1)
        text = re.sub(r"(?m)^CSeq: \d+", f"CSeq: {self.sequence}", text, count=1)
        text = text.replace("\r\nContent-Length:", f"\r\n{name}: {value}\r\nContent-Length:", 1)
        return text.encode("utf-8", "surrogateescape")

    def register(self, expires=600, contact=None, headers=(), **arguments):
        contact_headers = [("Contact", contact or f"<{self.contact}>"), ("Expires", expires)]
        return self.ask("REGISTER", f"sip:{self.domain}", to=f"<{self.aor}>", contact=False,
                        headers=[*contact_headers, *headers], **arguments)

    # Answers

    def answer(self, request, status, reason="", headers=(), body="", contact=None):
        """Answers a request; the tag of To is the same for all answers to one Call-ID."""
        to = request["To"]
        if ";tag=" not in to and status != 100:
            to += f";tag=t{hashlib.md5((request['Call-ID'] + self.user).encode()).hexdigest()[:8]}"
        lines = [f"SIP/2.0 {status} {reason or 'Reason'}"]
        lines += [f"Via: {value}" for value in request.all("Via")]
        lines += [f"Record-Route: {value}" for value in request.all("Record-Route")]
        lines += [f"From: {request['From']}", f"To: {to}", f"Call-ID: {request['Call-ID']}", f"CSeq: {request['CSeq']}"]
        if contact or (request.method == "INVITE" and status < 300):
            lines.append(f"Contact: <{contact or self.contact}>")
        lines += [f"{name}: {value}" for name, value in headers]
        lines += [f"Content-Length: {len(body.encode())}", "", body]
        self.send_bytes("\r\n".join(lines).encode(), self.server)

    # Dialogs

    def dialog(self, message):
        """The dialog that a 2xx makes for the caller, or an INVITE for the called side (after answer())."""
        caller = message.status is not None
        routes = [route.strip() for value in message.all("Record-Route") for route in value.split(",")]
        if caller:
            return Call(message["Call-ID"], message["From"], message["To"], address_of(message["Contact"]), routes[::-1],
                        int(message["CSeq"].split()[0]))
        to = f"{message['To']};tag=t{hashlib.md5((message['Call-ID'] + self.user).encode()).hexdigest()[:8]}"
        return Call(message["Call-ID"], to, message["From"], address_of(message["Contact"]), routes, 0)

    def within(self, call, method, headers=()):
        """Sends a request inside a dialog to its first route, or to the remote target."""
        if method != "ACK":
            call.sequence += 1
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [
            f"{method} {call.target} SIP/2.0",
            f"Via: SIP/2.0/{self.protocol.upper()} {host}:{self.port};branch=z9hG4bK{os.urandom(6).hex()};rport",
            "Max-Forwards: 70",
            *(f"Route: {route}" for route in call.routes),
            f"From: {call.local}", f"To: {call.remote}", f"Call-ID: {call.call_id}", f"CSeq: {call.sequence} {method}",
            *(f"{name}: {value}" for name, value in headers), "Content-Length: 0", "", ""]
        data = "\r\n".join(lines).encode()
        hop = address_of(call.routes[0]) if call.routes else call.target
        host, port = re.search(r"@?(\[[^\]]+\]|[\w.-]+)(?::(\d+))?(?:;|$)", hop.split("@")[-1].removeprefix("sip:")).groups()
        self.send_bytes(data, (host.strip("[]"), int(port or 5060)))
        return data

    def hop_by_hop(self, data, method, to=None):
        """An ACK for a refusal or a CANCEL: the INVITE's R-URI, top Via, From, Call-ID and CSeq number."""
        sent = Message(data)
        lines = [f"{method} {sent.uri} SIP/2.0", f"Via: {sent['Via']}", "Max-Forwards: 70",
                 *(f"Route: {route}" for route in sent.all("Route")),
                 f"From: {sent['From']}", f"To: {to or sent['To']}", f"Call-ID: {sent['Call-ID']}",
                 f"CSeq: {sent['CSeq'].split()[0]} {method}", "Content-Length: 0", "", ""]
        data = "\r\n".join(lines).encode()
        self.send_bytes(data)
        return data
