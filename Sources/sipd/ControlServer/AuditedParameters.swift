import ControlProtocol

/// The parameters of a call as an audit line may hold them: short, on one line, without secrets.
enum AuditedParameters {
    // Our own: enough to recognise a record by.
    private static let valueCharactersMax = 200
    private static let valuesMax = 32

    /// The parameters as JSON, by position or by name as they were given.
    static func text(of call: MethodCall, _ description: MethodDescription) -> String {
        if call.positional.isEmpty {
            let secret = Set(description.parameters.filter(\.isSecret).map(\.name))
            let members = call.named.prefix(valuesMax).map { member in
                JSONMember(
                    member.name,
                    shown(
                        member.value,
                        isSecret: secret.contains(member.name)
                            || SecretName.matches(member.name)))
            }
            return JSONValue.object(members).text()
        }
        let values = call.positional.prefix(valuesMax).enumerated().map { position, value in
            // Behind the last described one it repeats; what nobody described may be anything.
            let parameter =
                description.parameters.indices.contains(position)
                ? description.parameters[position] : description.parameters.last
            return shown(value, isSecret: parameter?.isSecret ?? true)
        }
        return JSONValue.array(values).text()
    }

    private static func shown(_ value: JSONValue, isSecret: Bool) -> JSONValue {
        if isSecret { return "***" }
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let text):
            return .string(String(DaemonInformation.maskingPasswords(text).prefix(valueCharactersMax)))
        case .array, .object: return .string(String(value.text().prefix(valueCharactersMax)))
        }
    }
}
