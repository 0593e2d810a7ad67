import DigestAuthentication
import NetworkAddress
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization

/// Makes and judges nonces as the parameters of module auth say.
final class NonceKeeper: Sendable {
    /// What a nonce in credentials is worth.
    enum Verdict: Sendable {
        case good
        case stale
        /// Bound to another Call-ID, source or the like, or its count was used: ask again, without `stale`.
        case refused
        case reused
        case forged
    }

    /// The parts of a request that a nonce can be bound to (`auth_checks_*`).
    struct Binding: OptionSet, Sendable {
        let rawValue: Int
        static let requestURI = Binding(rawValue: 1)
        static let callID = Binding(rawValue: 2)
        static let fromTag = Binding(rawValue: 4)
        static let source = Binding(rawValue: 8)
    }

    struct Settings: Sendable {
        var secret: [UInt8]
        var lifetimeSeconds: Int
        var register: Binding
        var outsideDialog: Binding
        var insideDialog: Binding
        var countsUse: Bool
        var allowsOneUse: Bool
    }

    private struct Uses {
        /// Highest nonce count seen, by nonce.
        var counts: [ByteString: UInt64] = [:]
        var serial: UInt32 = 0
        var sweptAt = 0
    }

    /// Nonces whose use is remembered at once; beyond it the oldest generation is forgotten, and its nonces are stale.
    private static let rememberedMax = 1 << 20

    private let settings: Settings
    private let issuer: NonceIssuer
    private let bindingHash: KeyedHash
    private let uses = Mutex(Uses())

    init(_ settings: Settings) {
        self.settings = settings
        issuer = NonceIssuer(secret: settings.secret[...], lifetime: .seconds(settings.lifetimeSeconds))
        bindingHash = KeyedHash(.sha256, key: (settings.secret + Array("binding".utf8))[...])
    }

    /// A new nonce for a challenge to this request.
    func issue(for context: ScriptContext) -> ByteString {
        // Nonces of one second are alike unless their uses are told apart.
        let serial = settings.countsUse || settings.allowsOneUse ? nextSerial() : 0
        let nonce = issuer.issue(at: WallClock.now.seconds, serial: serial)
        return ByteString(nonce + bindingCode(for: nonce[...], context))
    }

    private func nextSerial() -> UInt32 {
        uses.withLock { uses in
            uses.serial &+= 1
            return uses.serial
        }
    }

    /// Judges the nonce of credentials.
    func verify(_ credentials: Credentials, in context: ScriptContext) -> Verdict {
        guard let nonce = credentials.nonce else { return .forged }
        let head = nonce.bytes.prefix(NonceIssuer.length)
        switch issuer.verify(head, at: WallClock.now.seconds) {
        case .forged: return .forged
        case .stale: return .stale
        case .valid: break
        }
        guard Array(nonce.bytes.dropFirst(NonceIssuer.length)) == bindingCode(for: head, context) else {
            return .refused
        }
        return .good
    }

    /// Notes that a nonce was used, after the password was found right.
    func noteUse(of credentials: Credentials) -> Verdict {
        guard settings.countsUse || settings.allowsOneUse, let nonce = credentials.nonce else { return .good }
        let count = credentials.nc.flatMap { UInt64($0.string, radix: 16) } ?? 0
        return uses.withLock { uses in
            if uses.counts.count >= Self.rememberedMax { uses.counts.removeAll(keepingCapacity: true) }
            sweep(&uses)
            if let last = uses.counts[nonce] {
                if settings.allowsOneUse { return .reused }
                if count <= last { return .refused }
            }
            uses.counts[nonce.compacted()] = count
            return .good
        }
    }

    /// Forgets nonces that are stale by now, once a lifetime.
    private func sweep(_ uses: inout Uses) {
        let now = WallClock.now.seconds
        guard now - uses.sweptAt >= max(settings.lifetimeSeconds, 1) else { return }
        uses.sweptAt = now
        uses.counts = uses.counts.filter { issuer.verify($0.key.bytes.prefix(NonceIssuer.length), at: now) != .stale }
    }

    // MARK: - Binding

    private func bindingCode(for nonce: ArraySlice<UInt8>, _ context: ScriptContext) -> [UInt8] {
        let binding = binding(of: context.message)
        guard !binding.isEmpty else { return [] }
        var parts = [nonce]
        if binding.contains(.requestURI) { parts.append((context.message.requestURI ?? "").bytes) }
        if binding.contains(.callID) { parts.append((context.message.callID ?? "").bytes) }
        if binding.contains(.fromTag) { parts.append((context.message.from?.tag ?? "").bytes) }
        if binding.contains(.source), let source = context.received?.source.address { parts.append(source.octets[...]) }
        return hexadecimal(bindingHash.code(of: parts).prefix(8))
    }

    private func binding(of message: SIPMessage) -> Binding {
        if message.method == .register { return settings.register }
        return message.to?.tag == nil ? settings.outsideDialog : settings.insideDialog
    }
}
