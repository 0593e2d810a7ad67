import SIPMessage
import ScriptEngine

/// The flags of rtpengine's functions, read into what the ng protocol wants.
struct EngineFlags {
    /// Which Via gives the branch that is told (`via-branch=`).
    enum ViaBranch: Equatable {
        case none, first, second, automatic, extra, automaticExtra
    }

    /// Members that are sent as they stand.
    private(set) var members: [BencodeValue.Member] = []
    private(set) var viaBranch = ViaBranch.none
    private(set) var callID: ByteString?
    private(set) var fromTag: ByteString?
    private(set) var toTag: ByteString?
    /// Whether the To tag is sent with a command that goes without it.
    private(set) var wantsToTag = false
    /// Whether an offer is sent as an answer (`force-answer`).
    private(set) var forcesAnswer = false
    /// Whether a command is about the sender of the message only.
    private(set) var isDirectional = false
    /// The address family and address of `received-from=`.
    private(set) var receivedFrom: [ByteString]?

    private var lists: [(name: ByteString, values: [BencodeValue])] = []
    private var codecs: [(name: ByteString, values: [BencodeValue])] = []
    private var profile = Profile()

    /// More flags than that are an error.
    private static let countMax = 200
    private static let profiles = [
        "RTP/AVP", "RTP/SAVP", "RTP/AVPF", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF",
    ]
    private static let codecOperations = ["strip", "offer", "transcode", "mask", "set", "except"]

    /// The transport protocol, as single flags describe it.
    private struct Profile {
        var isGiven = false
        var isSecure = false
        var hasFeedback = false
        var usesDTLS = false

        var text: ByteString? {
            guard isGiven else { return nil }
            let name = isSecure || usesDTLS ? "SAVP" : "AVP"
            return ByteString((usesDTLS ? "UDP/TLS/RTP/" : "RTP/") + name + (hasFeedback ? "F" : ""))
        }
    }

    /// Reads flags, words or `key=value`, separated by blanks.
    init(parsing text: ByteString) throws(ScriptError) {
        let words = text.bytes.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D })
        guard words.count <= Self.countMax else { throw ScriptError("there are more than \(Self.countMax) flags") }
        for word in words {
            let word = ByteString(word)
            if let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > word.range.lowerBound {
                try read(
                    key: ByteString(word.bytes[..<equals]), value: ByteString(word.bytes[(equals + 1)...]))
            } else {
                read(word)
            }
        }
        finish()
    }

    private mutating func read(_ word: ByteString) {
        if readProfile(word) { return }
        for (prefix, list) in [
            ("rtcp-mux-", "rtcp-mux"), ("replace-", "replace"), ("SDES-", "SDES"), ("T.38-", "T.38"),
        ]
        where word.hasPrefix(prefix) {
            return add(word.dropFirst(prefix.utf8.count), toList: list)
        }
        for operation in Self.codecOperations where word.hasPrefix("codec-\(operation)-") {
            let codec = word.dropFirst(operation.utf8.count + 7)
            return Self.add(codec, to: ByteString(operation), in: &codecs)
        }
        if word == "internal" || word == "external" { return add(word, toList: "direction") }
        if word == "to-tag" { return wantsToTag = true }
        if word == "force-answer" { return forcesAnswer = true }
        if word == "directional" { return isDirectional = true }
        // rtpengine bridges by itself.
        if word == "auto-bridge" { return }
        add(word, toList: "flags")
    }

    private mutating func readProfile(_ word: ByteString) -> Bool {
        if Self.profiles.contains(where: { word == $0 }) {
            profile = Profile(
                isGiven: true, isSecure: word.range(of: "SAVP") != nil, hasFeedback: word.hasSuffix("F"),
                usesDTLS: word.hasPrefix("UDP/TLS"))
            return true
        }
        if word == "RTP" {
            profile.isSecure = false
        } else if word == "SRTP" {
            profile.isSecure = true
        } else if word == "AVP" {
            profile.hasFeedback = false
        } else if word == "AVPF" {
            profile.hasFeedback = true
        } else if word == "DTLS" {
            profile.usesDTLS = true
        } else {
            return false
        }
        profile.isGiven = true
        return true
    }

    private mutating func read(key: ByteString, value: ByteString) throws(ScriptError) {
        switch key.string {
        case "direction": add(value, toList: "direction")
        case "T.38": add(value, toList: "T.38")
        case "call-id": callID = value
        case "from-tag": fromTag = value
        case "to-tag":
            toTag = value
            wantsToTag = true
        case "via-branch": viaBranch = try Self.viaBranch(value)
        case "received-from":
            let parts = value.split(on: UInt8(ascii: "-"))
            guard parts.count == 2 else { throw ScriptError("flag 'received-from=\(value)' is not IP4-address") }
            receivedFrom = parts
        case "TOS", "delete-delay", "repacketize":
            guard let number = value.integerValue else { throw ScriptError("flag '\(key)=\(value)' is no number") }
            members.append(.init(key: key, value: .integer(number)))
        default:
            members.append(.init(key: key, value: .string(value)))
        }
    }

    private static func viaBranch(_ value: ByteString) throws(ScriptError) -> ViaBranch {
        switch value.string {
        case "1": return .first
        case "2": return .second
        case "auto": return .automatic
        case "extra": return .extra
        case "auto-extra": return .automaticExtra
        default:
            throw ScriptError("flag 'via-branch=\(value)' is not there", hint: "1, 2, auto, extra and auto-extra are")
        }
    }

    private mutating func add(_ value: ByteString, toList name: String) {
        Self.add(value, to: ByteString(name), in: &lists)
    }

    private static func add(
        _ value: ByteString, to name: ByteString, in lists: inout [(name: ByteString, values: [BencodeValue])]
    ) {
        if let index = lists.firstIndex(where: { $0.name == name }) {
            lists[index].values.append(.string(value))
        } else {
            lists.append((name, [.string(value)]))
        }
    }

    private mutating func finish() {
        if let text = profile.text { members.append(.init(key: "transport-protocol", value: .string(text))) }
        members += lists.map { .init(key: $0.name, value: .list($0.values)) }
        guard !codecs.isEmpty else { return }
        let operations = codecs.map { BencodeValue.Member(key: $0.name, value: .list($0.values)) }
        members.append(.init(key: "codec", value: .dictionary(operations)))
    }
}
