import NetworkAddress
import SIPMessage
import ScriptSyntax

/// Compiles comparisons of the old message fields: `uri == myself`, `src_ip == 10.0.0.0/8`, `src_port > 1024`.
struct LegacyAnalyzer {
    let state: CompilerState

    func node(_ comparison: LegacyComparison, _ range: SourceRange) -> Node {
        switch comparison.field {
        case .method: return text(comparison, range) { LegacyField.method($0) }
        case .uri: return uri(comparison, range) { LegacyField.uriOrStatus($0) }
        case .fromURI: return uri(comparison, range) { $0.message.from?.uri }
        case .toURI: return uri(comparison, range) { $0.message.to?.uri }
        case .sourceAddress: return address(comparison, range) { $0.received?.source.address }
        case .destinationAddress: return address(comparison, range) { $0.received?.destination }
        case .sendAddress: return address(comparison, range) { $0.sending?.source.address }
        case .toAddress: return address(comparison, range) { $0.sending?.destination.address }
        case .sourcePort: return number(comparison, range) { $0.received.map { Int($0.source.port.value) } }
        case .destinationPort:
            return number(comparison, range) { $0.received.map { Int($0.socket.endpoint.port.value) } }
        case .sendPort: return number(comparison, range) { $0.sending.map { Int($0.source.port.value) } }
        case .toPort: return number(comparison, range) { $0.sending.map { Int($0.destination.port.value) } }
        case .addressFamily:
            return number(comparison, range) { $0.received.map { LegacyField.family($0.source.address) } }
        case .sendFamily:
            return number(comparison, range) { $0.sending.map { LegacyField.family($0.source.address) } }
        case .transport: return number(comparison, range) { $0.received.map { Int($0.transport.rawValue) } }
        case .sendTransport: return number(comparison, range) { $0.sending.map { Int($0.transport.rawValue) } }
        case .messageLength: return number(comparison, range) { $0.message.buffer.count }
        }
    }

    private typealias TextField = @Sendable (ScriptContext) -> ByteString?
    private typealias AddressField = @Sendable (ScriptContext) -> IPAddress?
    private typealias NumberField = @Sendable (ScriptContext) -> Int?

    private func test(_ range: SourceRange, _ body: @escaping @Sendable (ScriptContext) -> Bool) -> Node {
        Node(.legacy(body), .integer, range)
    }

    private func refused(_ comparison: LegacyComparison, _ message: String) -> Node {
        state.report(at: comparison.valueRange, "bad-comparison", "'\(comparison.field.rawValue)' \(message)")
        return Node(.legacy { _ in false }, .integer, comparison.valueRange)
    }

    // MARK: - Texts

    private func uri(_ comparison: LegacyComparison, _ range: SourceRange, _ field: @escaping TextField) -> Node {
        guard case .myself = comparison.value else { return text(comparison, range, field) }
        let isNegated = comparison.comparison == .notEqual
        return test(range) { context in
            field(context).map { LegacyField.isLocal($0, context) != isNegated } ?? false
        }
    }

    private func text(_ comparison: LegacyComparison, _ range: SourceRange, _ field: @escaping TextField) -> Node {
        let value: Node
        switch comparison.value {
        case .expression(let expression): value = ExpressionAnalyzer(state: state).node(expression)
        case .identifier(let word), .host(let word):
            value = .constant(.string(ByteString(word)), comparison.valueRange)
        case .myself, .address, .transport: return refused(comparison, "is compared with a string")
        }
        guard comparison.comparison == .match else {
            let isNegated = comparison.comparison == .notEqual || comparison.comparison == .stringNotEqual
            return Node(
                .legacyWith(value) { context, value in
                    guard let text = field(context), !value.isNull else { return isNegated }
                    return text.equalsIgnoringCase(value.text) != isNegated
                }, .integer, range)
        }
        guard let pattern = value.constant else {
            return Node(
                .legacyWith(value) { context, value in
                    guard let text = field(context), !value.isNull else { return false }
                    return RegularExpressionCache.shared.expression(value.text)?.matches(text) ?? false
                }, .integer, range)
        }
        do {
            let expression = try RegularExpression(pattern.text, .ignoresCase)
            return test(range) { context in field(context).map { expression.matches($0) } ?? false }
        } catch {
            state.report(error, at: comparison.valueRange, "bad-regular-expression")
            return refused(comparison, "needs a valid regular expression")
        }
    }

    // MARK: - Numbers

    private func number(_ comparison: LegacyComparison, _ range: SourceRange, _ field: @escaping NumberField) -> Node {
        let operation = comparison.comparison
        let value: Node
        switch comparison.value {
        case .expression(let expression): value = ExpressionAnalyzer(state: state).node(expression)
        case .transport(let name):
            guard let transport = TransportProtocol(name.rawValue) else {
                return refused(comparison, "is compared with one transport")
            }
            value = .constant(.integer(Int(transport.rawValue)), comparison.valueRange)
        case .myself, .address, .host, .identifier:
            return refused(comparison, "is compared with a number")
        }
        if let constant = value.constant {
            // Kamailio: a text is no number here, whatever its digits.
            guard case .integer(let number) = constant else { return test(range) { _ in false } }
            return test(range) { context in
                field(context).flatMap { Operators.integer(operation, $0, number) } == 1
            }
        }
        return Node(
            .legacyWith(value) { context, value in
                field(context).flatMap { Operators.integer(operation, $0, value.number) } == 1
            }, .integer, range)
    }

    // MARK: - Addresses

    private func address(
        _ comparison: LegacyComparison, _ range: SourceRange, _ field: @escaping AddressField
    ) -> Node {
        let isNegated = comparison.comparison == .notEqual || comparison.comparison == .stringNotEqual
        switch comparison.value {
        case .myself:
            return test(range) { context in
                guard let address = field(context) else { return false }
                let text = ByteString(address.description)
                return context.host.isLocal(host: text, port: 0, transport: nil) != isNegated
            }
        case .address(let text, let mask):
            return network(comparison, range, mask.map { text + "/" + $0 } ?? text, field)
        case .host(let name), .identifier(let name): return network(comparison, range, name, field)
        case .expression(let expression):
            let value = ExpressionAnalyzer(state: state).node(expression)
            if let constant = value.constant {
                guard case .string(let text) = constant else {
                    return refused(comparison, "is compared with an address")
                }
                if comparison.comparison == .match { return pattern(comparison, range, text, field) }
                return network(comparison, range, text.string, field)
            }
            let isMatch = comparison.comparison == .match
            return Node(
                .legacyWith(value) { context, value in
                    guard let address = field(context), !value.isNull else { return isNegated }
                    guard !isMatch else {
                        let expression = RegularExpressionCache.shared.expression(value.text)
                        return expression?.matches(ByteString(address.description)) ?? false
                    }
                    return (AddressMask(value.text.string)?.contains(address) ?? false) != isNegated
                }, .integer, range)
        case .transport: return refused(comparison, "is compared with an address")
        }
    }

    private func pattern(
        _ comparison: LegacyComparison, _ range: SourceRange, _ text: ByteString, _ field: @escaping AddressField
    ) -> Node {
        guard AddressMask(text.string) == nil else {
            return refused(comparison, "cannot be matched with an address; compare it with ==")
        }
        do {
            let expression = try RegularExpression(text, .ignoresCase)
            return test(range) { context in
                field(context).map { expression.matches(ByteString($0.description)) } ?? false
            }
        } catch {
            state.report(error, at: comparison.valueRange, "bad-regular-expression")
            return refused(comparison, "needs a valid regular expression")
        }
    }

    private func network(
        _ comparison: LegacyComparison, _ range: SourceRange, _ text: String, _ field: @escaping AddressField
    ) -> Node {
        let isNegated = comparison.comparison == .notEqual || comparison.comparison == .stringNotEqual
        guard let mask = AddressMask(text) else {
            // DIFFERS: Kamailio asks the DNS, at start or at each message; a name never equals here, and says so.
            state.report(
                .warning, at: comparison.valueRange, "host-name", "host name '\(text)' is not resolved",
                hint: "write its address")
            return test(range) { _ in isNegated }
        }
        return test(range) { context in
            field(context).map { mask.contains($0) != isNegated } ?? isNegated
        }
    }
}
