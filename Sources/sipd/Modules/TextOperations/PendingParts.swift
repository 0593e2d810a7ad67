import SIPMessage
import ScriptEngine

/// The parts of a message's body while a script changes them, written as the new body after each change.
final class PendingParts {
    private static let key = ContextKey<PendingParts>()
    /// The boundary of bodies that had none.
    static let defaultBoundary: ByteString = "unique-boundary-1"

    private let message: SIPMessage
    private let boundary: ByteString
    /// Each with its headers, without the line end in front of the next delimiter.
    private(set) var sections: [ByteString]

    private init(_ message: SIPMessage, _ boundary: ByteString, _ sections: [ByteString]) {
        self.message = message
        self.boundary = boundary
        self.sections = sections
    }

    /// The parts as earlier calls for this message left them, or as they came; nil when the body is not of several
    /// parts.
    static func of(_ context: ScriptContext) -> PendingParts? {
        if let pending = context[key], pending.message === context.message { return pending }
        guard let boundary = MultipartBody.boundary(of: context.message) else { return nil }
        let parts = PendingParts(
            context.message, boundary, MultipartBody.sections(of: context.message.body, at: boundary))
        context[key] = parts
        return parts
    }

    /// Gives the message a body of one part.
    static func begin(with section: ByteString, boundary: ByteString, _ context: ScriptContext) {
        let parts = PendingParts(context.message, boundary, [section])
        context[key] = parts
        for field in context.message.headers(named: .contentType) { context.edits.delete(field.range) }
        var lines: ByteString = "Content-Type: multipart/mixed;boundary=\"" + boundary + "\"\r\n"
        if context.message.firstHeader(named: "Mime-Version") == nil { lines += "Mime-Version: 1.0\r\n" }
        context.edits.appendHeader(lines)
        parts.write(context)
    }

    /// Adds a part; false when there are too many, or the boundary stands in it.
    func append(_ section: ByteString, _ context: ScriptContext) -> Bool {
        guard sections.count < MultipartBody.partsMax, section.range(of: "--" + boundary) == nil else { return false }
        sections.append(section)
        write(context)
        return true
    }

    /// Removes the first part of a type; false when there is none.
    func remove(ofType type: ByteString, _ context: ScriptContext) -> Bool {
        guard let index = index(ofType: type) else { return false }
        sections.remove(at: index)
        write(context)
        return true
    }

    /// The first part of a type with its headers, and the delimiter behind it.
    func raw(ofType type: ByteString) -> ByteString? {
        guard let index = index(ofType: type) else { return nil }
        return sections[index] + "\r\n--" + boundary + (index == sections.count - 1 ? "--\r\n" : "\r\n")
    }

    private func index(ofType type: ByteString) -> Int? {
        sections.firstIndex { section in
            MultipartBody.part(section).map { MultipartBody.isOfType(type, $0.contentType) } ?? false
        }
    }

    private func write(_ context: ScriptContext) {
        var body: [UInt8] = []
        for section in sections {
            body.append(contentsOf: ("--" + boundary + "\r\n").bytes)
            body.append(contentsOf: section.bytes)
            body.append(contentsOf: "\r\n".utf8)
        }
        body.append(contentsOf: ("--" + boundary + "--\r\n").bytes)
        context.edits.setBody(ByteString(body))
    }
}
