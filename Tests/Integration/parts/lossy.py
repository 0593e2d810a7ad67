"""A bad network: a relay for UDP that loses some of the packets, in both directions."""
import random
import selectors
import socket
import threading


class LossyRelay:
    """Forwards what arrives on `port` to a target and the answers back, each sender by a socket of its own.

    A share of the packets is lost, chosen by a generator with a fixed seed; the same bytes never twice, so that what a
    retransmission has to achieve is certain.
    """

    def __init__(self, target, loss, seed=1, host="127.0.0.1"):
        self.target, self.loss, self.random, self.host = target, loss, random.Random(seed), host
        self.lost = set()
        self.selector = selectors.DefaultSelector()
        self.outside = self.bound()
        self.port = self.outside.getsockname()[1]
        self.selector.register(self.outside, selectors.EVENT_READ)
        self.inside, self.senders = {}, {}
        self.ended, self.alarm = socket.socketpair()
        self.selector.register(self.ended, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def bound(self):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((self.host, 0))
        return made

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.ended:
                    return
                self.forward(key.fileobj)

    def forward(self, source):
        try:
            data, sender = source.recvfrom(65535)
        except ConnectionError:
            return
        if data not in self.lost and self.random.random() < self.loss:
            self.lost.add(data)
            return
        if source is self.outside:
            if sender not in self.inside:
                self.inside[sender] = self.bound()
                self.senders[self.inside[sender]] = sender
                self.selector.register(self.inside[sender], selectors.EVENT_READ)
            self.inside[sender].sendto(data, self.target)
        else:
            self.outside.sendto(data, self.senders[source])

    def stop(self):
        self.alarm.send(b".")
        self.thread.join(5)
        for open_socket in (self.outside, self.ended, self.alarm, *self.inside.values()):
            open_socket.close()
        self.selector.close()
