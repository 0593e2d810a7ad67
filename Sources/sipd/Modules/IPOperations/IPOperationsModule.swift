package import ModuleInterface
import NetworkAddress
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `ipops`: questions about addresses, and names looked up in the DNS.
package struct IPOperationsModule: ScriptModule {
    /// Takes no parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<IPOperationsModule> {
        ModuleDescription(
            name: "ipops", summary: "Questions about addresses, and names looked up in the DNS.",
            functions: kindFunctions + comparingFunctions + lookupFunctions, variables: [hostName, answers])
    }

    private typealias Function = FunctionDescription<IPOperationsModule>

    // MARK: - Kinds

    private static func test(
        _ name: String, _ summary: String, _ condition: @escaping @Sendable (AddressText) -> Bool
    ) -> Function {
        Function(name, [.format], summary: summary, example: "if (\(name)(\"$rd\")) { … }") { _, arguments in
            { context in
                AddressText(arguments[0].text(in: context)).map(condition) == true ? .success : .failure
            }
        }
    }

    private static let kindFunctions: [Function] =
        [
            test("is_ip", "Whether a text is an address, also IPv6 in brackets.") { _ in true },
            test("is_pure_ip", "Whether a text is an address without brackets.") { !$0.isReference },
            test("is_ipv4", "Whether a text is an IPv4 address.") { $0.address.isIPv4 },
            test("is_ipv6", "Whether a text is an IPv6 address without brackets.") {
                $0.address.isIPv6 && !$0.isReference
            },
            test("is_ipv6_reference", "Whether a text is an IPv6 address in brackets.") { $0.isReference },
            test("is_ip_rfc1918", "Whether a text is an IPv4 address for private networks.") {
                $0.address.isIPv4 && $0.address.isPrivate
            },
            Function(
                "ip_type", [.format], summary: "1 for IPv4, 2 for IPv6, 3 for IPv6 in brackets, -1 for anything else.",
                example: "ip_type(\"$rd\");"
            ) { _, arguments in
                { context in
                    guard let text = AddressText(arguments[0].text(in: context)) else { return .failure }
                    return .code(text.address.isIPv4 ? 1 : text.isReference ? 3 : 2)
                }
            },
            detailed("detailed_ip_type") { _ in true }, detailed("detailed_ipv4_type") { $0.address.isIPv4 },
            detailed("detailed_ipv6_type") { $0.address.isIPv6 },
        ]

    private static func detailed(
        _ name: String, _ condition: @escaping @Sendable (AddressText) -> Bool
    ) -> Function {
        Function(
            name, [.format, .variable], summary: "Puts what an address is for into a variable: PRIVATE, PUBLIC, ….",
            example: "\(name)(\"$si\", \"$var(kind)\");"
        ) { _, arguments throws(ScriptError) in
            guard let write = arguments[1].variable?.write else {
                throw ScriptError("'\(arguments[1].source)' is no variable that can be written")
            }
            return { context in
                guard let text = AddressText(arguments[0].text(in: context)), condition(text) else { return .failure }
                let kind = AddressKind.name(of: text.address)
                return write(context, .string(ByteString(kind))) ? .success : .failure
            }
        }
    }

    // MARK: - Comparing

    private static let comparingFunctions: [Function] = [
        comparing("compare_ips", "Whether two texts are the same address, with or without brackets.") { first, second in
            guard let first = AddressText(first), let second = AddressText(second) else { return false }
            return first.address == second.address
        },
        comparing("compare_pure_ips", "Whether two texts without brackets are the same address.") { first, second in
            guard let first = AddressText(first), let second = AddressText(second), !first.isReference,
                !second.isReference
            else { return false }
            return first.address == second.address
        },
        comparing("is_in_subnet", "Whether an address lies in one of several subnets: `10.0.0.0/8,192.0.2.1`.") {
            AddressText.lies($0, in: $1)
        },
    ]

    private static func comparing(
        _ name: String, _ summary: String, _ condition: @escaping @Sendable (ByteString, ByteString) -> Bool
    ) -> Function {
        Function(name, [.format, .format], summary: summary, example: "if (\(name)(\"$si\", \"10.0.0.0/8\")) { … }") {
            _, arguments in
            { context in
                condition(arguments[0].text(in: context), arguments[1].text(in: context)) ? .success : .failure
            }
        }
    }
}
