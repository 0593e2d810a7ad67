package import SIPMessage
package import ScriptEngine

/// The status code in a call like `send_reply(code, reason)`.
package enum ReplyCode {
    /// Refuses a constant that is no number, and a text that is more than one variable.
    ///
    /// - Throws: `ScriptError` that quotes the argument.
    package static func check(_ argument: Argument) throws(ScriptError) {
        if argument.variable != nil { return }
        if argument.format == nil, argument.source.isEmpty || argument.source.integerValue != nil { return }
        throw ScriptError(
            "'\(argument.source)' is not a status code", hint: "write a number, or one variable that holds a number")
    }

    /// The code that an argument gives for this message; nil for a variable that holds none.
    ///
    /// A variable has to hold a number: Kamailio answers its default code for one that holds text, digits or not.
    /// Of a number that no status code is the last three digits count, as Kamailio writes them.
    package static func value(of argument: Argument, in context: ScriptContext) -> Int? {
        guard let variable = argument.variable else { return constant(of: argument) }
        switch variable.read(context) {
        case .integer(let number), .both(let number, _): return lastDigits(number)
        case .string, .null: return nil
        }
    }

    /// The code that is the same for each message; nil for a variable.
    package static func constant(of argument: Argument) -> Int? {
        guard argument.variable == nil, argument.format == nil else { return nil }
        return argument.source.isEmpty ? 0 : argument.source.integerValue.map(lastDigits)
    }

    private static func lastDigits(_ number: Int) -> Int {
        Int(UInt32(truncatingIfNeeded: number) % 1000)
    }

    /// The reason phrase that an argument gives; nil when it is an undefined variable.
    package static func reason(of argument: Argument, in context: ScriptContext) -> ByteString? {
        if let variable = argument.variable, variable.read(context).isNull { return nil }
        return argument.text(in: context)
    }
}
