"""A telephone that speaks SIP over WebSocket (RFC 7118), and frames as wrong as a test wants them."""
import base64
import hashlib
import os
import struct

from .sip import Agent, Message

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b"", final=True, masked=True, length=None, reserved=0):
    length = len(payload) if length is None else length
    head = bytes([final << 7 | reserved << 4 | opcode])
    mask = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask | length])
    elif length < 65536:
        head += bytes([mask | 126]) + struct.pack(">H", length)
    else:
        head += bytes([mask | 127]) + struct.pack(">Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))


class HandshakeRefused(Exception):
    def __init__(self, answer):
        super().__init__(answer)
        self.status = int(answer.split()[1])
        self.answer = answer


class WebSocketAgent(Agent):
    """An agent whose messages are frames; `tls` is a context for a secure connection."""

    def __init__(self, user, server, tls=None, headers=None, path="/ws", **arguments):
        super().__init__(user, server=server, protocol="tcp", tls=tls, **arguments)
        self.protocol = "wss" if tls else "ws"
        self.invalid = f"{os.urandom(6).hex()}.invalid"
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {"Host": "test", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Key": key,
                 "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "sip", "Origin": "http://test", **(headers or {})}
        self.send_raw("\r\n".join([f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items() if value), "", ""]).encode())
        self.socket.settimeout(5)
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(65535)
            if not data:
                raise ConnectionError("closed during the handshake")
            self.buffer += data
        self.handshake, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.handshake = self.handshake.decode()
        if " 101 " not in self.handshake.split("\r\n")[0]:
            raise HandshakeRefused(self.handshake)
        expected = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert f"Sec-WebSocket-Accept: {expected}" in self.handshake, self.handshake
        assert "Sec-WebSocket-Protocol: sip" in self.handshake, self.handshake
        self.frames = []

    @property
    def contact(self):
        return f"sip:{self.user}@{self.invalid};transport=ws"

    def request(self, *arguments, **named):
        data = super().request(*arguments, **named)
        # A browser does not know its address.
        return data.replace(f"{self.host}:{self.port};branch".encode(), f"{self.invalid};branch".encode(), 1)

    def within(self, call, method, headers=()):
        raise NotImplementedError

    def send_raw(self, data):
        self.socket.sendall(data)

    def send_bytes(self, data, to=None):
        self.send_raw(frame(TEXT, data))

    def read_frame(self, seconds=5):
        """The next frame as (opcode, payload); None when the connection ended."""
        self.socket.settimeout(seconds)
        while True:
            if len(self.buffer) >= 2:
                assert not self.buffer[1] & 0x80, "a server does not mask"
                length, start = self.buffer[1] & 0x7F, 2
                if length == 126:
                    length, start = int.from_bytes(self.buffer[2:4], "big"), 4
                elif length == 127:
                    length, start = int.from_bytes(self.buffer[2:10], "big"), 10
                if len(self.buffer) >= start + length:
                    opcode, payload = self.buffer[0], self.buffer[start:start + length]
                    assert opcode & 0x80, "a frame in parts"
                    self.buffer = self.buffer[start + length:]
                    return opcode & 15, payload
            data = self.socket.recv(65535)
            if not data:
                return None
            self.buffer += data

    def read(self, seconds):
        try:
            got = self.read_frame(max(seconds, 0.001))
        except TimeoutError:
            return False
        if got is None:
            return False
        if got[0] in (TEXT, BINARY):
            self.received.append(Message(got[1]))
        else:
            self.frames.append(got)
        return True
