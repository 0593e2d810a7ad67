package import ScriptEngine

/// The status code in a call like `send_reply(code, reason)`.
package enum ReplyCode {
    /// The code that an argument gives for this message; nil for none of 100...699.
    ///
    /// A variable has to hold a number: Kamailio answers its default code for one that holds text, digits or not.
    package static func value(of argument: Argument, in context: ScriptContext) -> Int? {
        let code: Int?
        if let variable = argument.variable {
            switch variable.read(context) {
            case .integer(let number), .both(let number, _): code = number
            case .string, .null: code = nil
            }
        } else {
            code = argument.integer(in: context)
        }
        return code.flatMap { (100...699).contains($0) ? $0 : nil }
    }
}
