package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `presence_mwi`: the package `message-summary` (RFC 3842).
package struct MessageSummaryModule: ScriptModule {
    /// Registers the package.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let presence = server.interface(PresenceServer.self) else {
            throw ScriptError(
                "module presence must be loaded first", hint: "add loadmodule \"presence.so\" above presence_mwi")
        }
        presence.register(
            EventPackage(
                name: "message-summary", contentType: "application/simple-message-summary",
                defaultExpires: parameters.integer("default_expires"), problem: MessageSummary.problem,
                compose: { $0.bodies.first }))
    }

    /// What the module offers.
    package static var description: ModuleDescription<MessageSummaryModule> {
        ModuleDescription(
            name: "presence_mwi", summary: "The event package message-summary: messages that wait.",
            parameters: [
                .integer("default_expires", 3600, in: 1...Int(Int32.max), "seconds of requests that name none")
            ])
    }
}

/// Bodies about messages that wait.
enum MessageSummary {
    private static let lineMax = 200

    /// Why a body is no message summary, or nil (RFC 3842 §5.2).
    static func problem(_ body: ByteString) -> String? {
        var lines = body.split(on: 0x0A).map { $0.trimmed() }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= lineMax else { return "the summary has more than \(lineMax) lines" }
        guard let first = lines.first, first.hasPrefixIgnoringCase("Messages-Waiting") else {
            return "the summary does not begin with 'Messages-Waiting:'"
        }
        let status = first.split(on: UInt8(ascii: ":")).dropFirst().first?.trimmed() ?? ""
        guard status.equalsIgnoringCase("yes") || status.equalsIgnoringCase("no") else {
            return "'\(first)' says neither yes nor no"
        }
        let broken = lines.dropFirst().first { !$0.isEmpty && !$0.contains(UInt8(ascii: ":")) }
        return broken.map { "the line '\($0)' has no colon" }
    }
}
