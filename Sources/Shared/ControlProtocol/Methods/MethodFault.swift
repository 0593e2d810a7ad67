/// The negative answer of a method: a code, a message, and data for programs.
///
/// Codes below zero are JSON-RPC's; 400, 404, 500 and their like are Kamailio's, and scripts know them.
package struct MethodFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code.
    package var code: Int
    /// The message in Kamailio's words where Kamailio has some, otherwise lower case and without a full stop.
    package var message: String
    /// More for programs, `{"kind": "parameter", "name": "table", "hint": "…"}`.
    package var data: JSONValue?

    /// Makes a fault.
    package init(_ code: Int, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// Makes a fault that tells the user what to do next.
    package init(_ code: Int, _ message: String, kind: String, hint: String? = nil) {
        var data = [JSONMember("kind", .string(kind))]
        if let hint { data.append(JSONMember("hint", .string(hint))) }
        self.init(code, message, data: .object(data))
    }

    package var description: String { "\(message) (\(code))" }

    /// The advice in `data`, when there is some.
    package var hint: String? { data?["hint"]?.stringValue }

    /// The kind in `data`, when there is one.
    package var kind: String? { data?["kind"]?.stringValue }
}

extension MethodFault {
    /// The codes that JSON-RPC 2.0 section 5.1 and Kamailio give a meaning.
    package enum Code {
        /// The text is not JSON.
        package static let parseError = -32700
        /// The JSON is no request.
        package static let invalidRequest = -32600
        /// There is no such method.
        package static let methodNotFound = -32601
        /// A parameter is missing or wrong.
        package static let invalidParameters = -32602
        /// Our bug.
        package static let internalError = -32603
        /// The request or the answer is beyond a bound (our own, in the range left to servers).
        package static let tooLarge = -32001
        /// The server has no room for another request or connection (our own).
        package static let busy = -32002
        /// The caller's role does not allow it; Kamailio has no such fault.
        package static let denied = 403
        /// A parameter is missing or wrong, in Kamailio's words.
        package static let badRequest = 400
        /// The record asked for does not exist.
        package static let notFound = 404
        /// The method failed; Kamailio also uses it for much else.
        package static let failed = 500
    }

    /// 400: the caller's mistake, in Kamailio's way.
    package static func badRequest(_ message: String, data: JSONValue? = nil) -> MethodFault {
        MethodFault(Code.badRequest, message, data: data)
    }

    /// 404: the record asked for does not exist.
    package static func notFound(_ message: String, data: JSONValue? = nil) -> MethodFault {
        MethodFault(Code.notFound, message, data: data)
    }

    /// 500: the method failed.
    package static func failed(_ message: String, data: JSONValue? = nil) -> MethodFault {
        MethodFault(Code.failed, message, data: data)
    }

    /// -32603: our bug.
    package static func internalError(_ message: String) -> MethodFault {
        MethodFault(Code.internalError, message, kind: "internal")
    }

    /// -32601: there is no such method, but perhaps one of a similar name.
    package static func unknownMethod(_ name: String, nearest: String?) -> MethodFault {
        MethodFault(
            Code.methodNotFound, "method '\(name)' not found", kind: "method",
            hint: nearest.map { "did you mean '\($0)'?" } ?? "'system.listMethods' lists all methods")
    }

    /// 403: the caller's role does not suffice.
    package static func denied(_ method: String, needed: ControlRole, has: ControlRole) -> MethodFault {
        MethodFault(
            Code.denied, "'\(method)' needs the role \(needed.rawValue), you have \(has.rawValue)", kind: "role",
            hint: "run it as root, as the daemon's user, or as a member of the group that has the role")
    }

    /// 403: the caller's role is limited to other methods.
    package static func notAllowed(_ method: String, role: ControlRole) -> MethodFault {
        MethodFault(
            Code.denied, "'\(method)' is not among the methods allowed to the role \(role.rawValue)", kind: "role",
            hint: "modparam(\"control\", \"allow\", …) lists them")
    }

    /// -32602: a parameter that must be given is not.
    package static func missingParameter(_ position: Int, _ name: String, wanted: String) -> MethodFault {
        parameterFault(position, name, "parameter '\(name)' is missing, expected \(wanted)", wanted, isMissing: true)
    }

    /// -32602: a parameter is of the wrong kind or out of range.
    package static func wrongParameter(
        _ position: Int, _ name: String, _ value: JSONValue, wanted: String
    ) -> MethodFault {
        let found =
            switch value {
            case .string(let text): "'\(text.prefix(64))'"
            case .integer, .number, .bool, .null: value.text()
            case .array, .object: value.kindDescription
            }
        return parameterFault(position, name, "parameter '\(name)' is \(found), expected \(wanted)", wanted)
    }

    private static func parameterFault(
        _ position: Int, _ name: String, _ message: String, _ wanted: String, isMissing: Bool = false
    ) -> MethodFault {
        MethodFault(
            Code.invalidParameters, message,
            data: [
                "kind": "parameter", "name": .string(name), "position": .integer(Int64(position)),
                "wanted": .string(wanted), "missing": .bool(isMissing),
            ])
    }
}
