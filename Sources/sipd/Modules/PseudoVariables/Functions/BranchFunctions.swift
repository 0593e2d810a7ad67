import ModuleInterface
import SIPMessage
import ScriptEngine

/// `sbranch_set_ruri`, `sbranch_append`, `sbranch_reset`: the branch of `$sbranch()`.
enum BranchFunctions {
    static let all: [Function] = [
        Function(
            "sbranch_set_ruri", summary: "Takes the branch of $sbranch() over as Request-URI.",
            example: "sbranch_set_ruri();"
        ) { _, _ in
            { context in
                guard let pending = context[PendingBranch.key] else { return .failure }
                context.target = pending.target
                return .success
            }
        },
        Function(
            "sbranch_append", summary: "Adds the branch of $sbranch() to the destination set.",
            example: "sbranch_append();"
        ) { _, _ in
            { context in
                guard let pending = context[PendingBranch.key], pending.target.uri != nil else { return .failure }
                context.branches.append(pending.target)
                return .success
            }
        },
        Function("sbranch_reset", summary: "Empties the branch of $sbranch().", example: "sbranch_reset();") { _, _ in
            { context in
                context[PendingBranch.key] = nil
                return .success
            }
        },
    ]
}
