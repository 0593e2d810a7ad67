package import ScriptEngine

extension ScriptContext {
    /// Suspends the script while blocking work runs on a database thread, then goes on with the code that `then`
    /// makes of the result, on this worker's loop.
    ///
    ///     return context.waiting({ try pool.withConnection { … } }) { result in … }
    ///
    /// - Returns: `.suspended`, which the function returns at once.
    package func waiting<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value, then: @escaping (Result<Value, any Error>) -> Int
    ) -> FunctionResult {
        worker.server.databases.run(on: worker.eventLoop, work) { result in
            self.resume(returning: then(result))
        }
        return .suspended
    }
}
