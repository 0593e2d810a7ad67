/// Lets one reload run at a time; who asks meanwhile joins the one that runs next.
///
/// The one that is running may have read its rows before the caller changed them, so its answer would not do.
package actor ReloadQueue<Answer: Sendable> {
    private var running: Task<Answer, any Error>?
    private var waiting: Task<Answer, any Error>?

    /// Nothing runs.
    package init() {}

    /// Runs the work, or joins a run of the same that begins after this call.
    ///
    /// - Returns: the answer, and whether it is that of somebody else's run.
    package func run(
        _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> (answer: Answer, isJoined: Bool) {
        if let waiting { return (try await waiting.value, true) }
        let task: Task<Answer, any Error>
        if let before = running {
            task = Task {
                _ = await before.result
                begin()
                return try await work()
            }
            waiting = task
        } else {
            task = Task { try await work() }
            running = task
        }
        defer { if running == task { running = nil } }
        return (try await task.value, false)
    }

    private func begin() {
        running = waiting
        waiting = nil
    }
}
