import ScriptEngine

extension ScriptContext {
    /// Starts work that ends later by calling its argument with the return code, or at once.
    ///
    /// The script is suspended only when the work has not ended on return.
    func suspending(_ work: (@escaping (Int) -> Void) -> Void) -> FunctionResult {
        let pending = PendingResult()
        work { [self] code in
            if pending.isSuspended { resume(returning: code) } else { pending.code = code }
        }
        if let code = pending.code { return .code(code) }
        pending.isSuspended = true
        return .suspended
    }
}

/// How far work has come that a function waits for.
private final class PendingResult {
    var code: Int?
    var isSuspended = false
}
