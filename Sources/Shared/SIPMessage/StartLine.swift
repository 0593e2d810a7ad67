/// The first line of a message (RFC 3261 §7.1, §7.2).
package enum StartLine: Hashable, Sendable {
    case request(Method, uri: ByteString)
    case response(status: Int, reason: ByteString)

    /// Appends the line with its line end.
    package func append(to output: inout [UInt8]) {
        switch self {
        case .request(let method, let uri):
            if case .other(let name) = method {
                output.append(name)
            } else {
                output.append(text: method.name)
            }
            output.append(0x20)
            output.append(uri)
            output.append(literal: " SIP/2.0\r\n")
        case .response(let status, let reason):
            output.append(literal: "SIP/2.0 ")
            // Always three digits (RFC 3261 §7.2), whatever number a script chose.
            if status < 100 { output.append(literal: status < 10 ? "00" : "0") }
            output.appendDecimal(status)
            output.append(0x20)
            output.append(reason)
            output.append(literal: "\r\n")
        }
    }
}
