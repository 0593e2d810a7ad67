package import SIPMessage
package import Transport

/// A request that this server makes itself: a NOTIFY, a keep-alive OPTIONS, a MESSAGE of an operator.
package struct LocalRequest: Sendable {
    /// The method; not INVITE, ACK or CANCEL, which need a dialog or a transaction to belong to.
    package var method: Method
    /// The Request-URI.
    package var uri: ByteString
    /// Where it is sent instead of the host of the Request-URI, a SIP URI; nil for that host.
    package var nextHop: ByteString?
    /// The value of the From header with its tag; nil makes one of the address it is sent from.
    package var from: ByteString?
    /// The value of the To header; nil takes the Request-URI.
    package var to: ByteString?
    /// The Call-ID; nil makes one.
    package var callID: ByteString?
    /// The sequence number.
    package var sequenceNumber: UInt32 = 10
    /// Further header lines, each with its CRLF; without Contact one is not added.
    package var headers: ByteString = ""
    /// The body; empty for none.
    package var body: ByteString = ""
    /// The socket to send from; nil for the default.
    package var socket: ListenSocket?

    /// Makes a request.
    package init(_ method: Method, uri: ByteString) {
        self.method = method
        self.uri = uri
    }
}

/// What became of a request made here.
package enum LocalRequestOutcome: Sendable {
    /// The final response.
    case response(SIPMessage)
    /// No final response came in time.
    case timeout
    /// It could not be sent: a bad URI, no such host, no connection.
    case notSent(reason: String)
    /// The route `tm:local-request` dropped it.
    case dropped

    /// The status as Kamailio's callbacks see it: 408 for no response, 477 for a request that was not sent.
    package var status: Int {
        switch self {
        case .response(let message): message.status ?? 500
        case .timeout: 408
        case .notSent: 477
        case .dropped: 500
        }
    }
}

/// Sends requests made here; module tm provides it (`server.interface((any LocalRequestSender).self)`).
package protocol LocalRequestSender: Sendable {
    /// Sends a request from any thread.
    ///
    /// `completion` is called once, on the loop of the worker that owns the Call-ID.
    func send(_ request: LocalRequest, completion: @escaping @Sendable (LocalRequestOutcome) -> Void)
}
