import ModuleInterface
import SIPMessage
import ScriptEngine

/// Which of the two address headers is meant.
enum AddressHeader {
    case from, to
}

/// Other addresses in From and To, and their way back: the difference of both URIs travels in Record-Route
/// (Kamailio: uac `replace_uri()`, `restore_uri()`).
struct AddressReplacement: Sendable {
    let fromParameter: ByteString
    let toParameter: ByteString
    /// Hides the difference from others when it is not empty.
    let password: ByteString

    /// The attribute that tells that the replies of a transaction have to be changed.
    private static let mark: ByteString = "uac=>restore"

    /// The edits of one header of one message, so that a second replacement takes the place of the first.
    private final class Done {
        static let fromKey = ContextKey<Done>()
        static let toKey = ContextKey<Done>()

        var edits: [MessageEdits.Identifier] = []
    }

    // MARK: - Replacing

    /// Replaces the URI unless it is nil, and the display name unless it is nil; an empty one is taken out.
    ///
    /// - Returns: false when the header cannot be read.
    func replace(
        _ header: AddressHeader, display: ByteString?, uri: ByteString?, stores: Bool, in context: ScriptContext
    ) -> Bool {
        guard let address = header == .from ? context.message.from : context.message.to else { return false }
        let key = header == .from ? Done.fromKey : Done.toKey
        let done = context[key] ?? Done()
        for edit in done.edits { context.edits.cancel(edit) }
        done.edits = Self.edit(address, display: display, uri: uri, &context.edits)
        context[key] = done
        guard stores, let uri else { return true }
        store(Self.parameter(from: address.uri, to: uri, password: password), header, in: context)
        context.attributes.values[Self.mark] = [.integer(1)]
        return true
    }

    private static func edit(
        _ address: NameAddress, display: ByteString?, uri: ByteString?, _ edits: inout MessageEdits
    ) -> [MessageEdits.Identifier] {
        var made: [MessageEdits.Identifier] = []
        if let display {
            if address.displayName.isEmpty {
                let text = display.isEmpty ? display : display + " "
                made.append(edits.insert(text, before: address.text.range.lowerBound))
            } else {
                made.append(edits.replace(address.displayNameRange, with: display))
            }
        }
        if address.isBracketed {
            if let uri { made.append(edits.replace(address.uriRange, with: uri)) }
        } else {
            made.append(edits.replace(address.uriRange, with: "<" + (uri ?? address.uri) + ">"))
        }
        return made
    }

    private func store(_ value: ByteString, _ header: AddressHeader, in context: ScriptContext) {
        let name = header == .from ? fromParameter : toParameter
        var others: ByteString = ""
        for parameter in ParameterList(context.recordRoute.parameters) where parameter.name != name {
            others += ";" + parameter.name + (parameter.value.map { "=" + $0 } ?? "")
        }
        context.recordRoute.parameters = others + ";" + name + "=" + value
    }

    // MARK: - Putting back

    /// Changes a request of a dialog as the parameters of its Route say.
    func follow(_ parameters: ByteString, in context: ScriptContext) {
        for header in [AddressHeader.from, .to] { follow(header, parameters, in: context) }
    }

    /// Changes one header as the parameters of the Route say; false when they say nothing of it.
    @discardableResult
    func follow(_ header: AddressHeader, _ parameters: ByteString, in context: ScriptContext) -> Bool {
        let list = ParameterList(parameters)
        let tag = list.value(named: "ftag").text
        let isUpstream = tag != nil && tag != context.message.from?.tag
        // The From of the request that made the dialog is the To of requests that come back.
        let name = (header == .from) != isUpstream ? fromParameter : toParameter
        guard let value = list.value(named: name).text,
            let address = header == .from ? context.message.from : context.message.to,
            let other = Self.counterpart(of: address.uri, parameter: value, password: password)
        else { return false }
        _ = replace(header, display: nil, uri: other, stores: false, in: context)
        context.attributes.values[Self.mark] = [.integer(1)]
        return true
    }

    /// Gives a response the From and To that the request had when it came in.
    func restore(_ response: ScriptContext, to request: ScriptContext) {
        guard request.attributes.values[Self.mark] != nil else { return }
        restore(response.message.from, to: request.message.from, &response.edits)
        restore(response.message.to, to: request.message.to, &response.edits)
    }

    private func restore(_ current: NameAddress?, to original: NameAddress?, _ edits: inout MessageEdits) {
        guard let current, let original, let place = Self.name(in: current), let name = Self.name(in: original),
            place != name
        else { return }
        edits.replace(place.range, with: name)
    }

    /// Display name and URI of a header, with the brackets.
    private static func name(in address: NameAddress) -> ByteString? {
        let text = address.text
        let end = address.parameters.isEmpty ? text.range.upperBound : address.parameters.range.lowerBound
        guard end > text.range.lowerBound else { return nil }
        return ByteString(text.bytes[text.range.lowerBound..<end]).trimmed()
    }

    // MARK: - The difference of two URIs

    /// The value of the Record-Route parameter: both URIs combined by exclusive or, in Base64 with `-` as padding.
    static func parameter(from old: ByteString, to new: ByteString, password: ByteString) -> ByteString {
        ByteString(Base64.encode(combine(old.array, new.array, password.array)))
    }

    /// One of both URIs from the other and the parameter; nil when the parameter is broken or belongs to others.
    static func counterpart(of uri: ByteString, parameter: ByteString, password: ByteString) -> ByteString? {
        guard let difference = Base64.decode(parameter.array), difference.count >= uri.count else { return nil }
        var result = combine(uri.array, unhidden(difference, password.array), [])
        while result.last == 0 { result.removeLast() }
        let other = ByteString(result)
        guard (try? SIPURI.parse(other)) != nil, !result.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            return nil
        }
        return other
    }

    private static func combine(_ left: [UInt8], _ right: [UInt8], _ password: [UInt8]) -> [UInt8] {
        let count = max(left.count, right.count)
        let combined = (0..<count).map { index -> UInt8 in
            (index < left.count ? left[index] : 0) ^ (index < right.count ? right[index] : 0)
        }
        return unhidden(combined, password)
    }

    private static func unhidden(_ bytes: [UInt8], _ password: [UInt8]) -> [UInt8] {
        guard !password.isEmpty else { return bytes }
        return bytes.enumerated().map { $1 ^ password[$0 % password.count] }
    }
}
