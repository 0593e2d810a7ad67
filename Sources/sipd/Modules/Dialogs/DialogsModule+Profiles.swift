import ModuleInterface
import SIPMessage
import ScriptEngine

extension DialogsModule {
    private typealias Function = FunctionDescription<DialogsModule>

    /// Functions that count dialogs in profiles.
    static var profileFunctions: [FunctionDescription<DialogsModule>] {
        [
            changing("set_dlg_profile", "Counts the dialog in a profile, with a value if it has them.") {
                tracker, dialog, membership, context in
                guard let dialog else {
                    DialogContext.of(context).profiles.append(membership)
                    return true
                }
                // Being in it already is no failure.
                return tracker.enter(dialog, membership) || dialog.record.profiles.contains(membership)
            },
            changing("unset_dlg_profile", "Takes the dialog out of a profile.") { tracker, dialog, membership, _ in
                dialog.map { tracker.leave($0, membership) } ?? false
            },
            Function(
                "is_in_profile", [.text, .format], required: 1,
                summary: "Whether the dialog is in a profile, with the value or with any.",
                example: "if (is_in_profile(\"caller\", \"$fu\")) { … }"
            ) { module, arguments throws(ScriptError) in
                let profile = arguments[0].source
                try module.profiles.check(profile, hasValue: arguments.count > 1)
                return { context in
                    guard let dialog = dialog(context) else { return .failure }
                    let value = arguments.count > 1 ? arguments[1].text(in: context) : nil
                    let isIn = dialog.record.profiles.contains {
                        $0.profile == profile && (value == nil || $0.value == value)
                    }
                    return isIn ? .success : .failure
                }
            },
            sizeFunction,
            Function(
                "dlg_set_timeout_by_profile", [.text, .format, .integer], required: 2,
                summary: "Sets the seconds that all calls of a profile on this worker may last from now on.",
                example: "dlg_set_timeout_by_profile(\"caller\", \"$fu\", 3600);"
            ) { module, arguments throws(ScriptError) in
                let profile = arguments[0].source
                try module.profiles.check(profile, hasValue: arguments.count > 2)
                let seconds = arguments[arguments.count - 1]
                return { context in
                    guard let seconds = seconds.integer(in: context), seconds > 0, seconds <= Int(Int32.max) else {
                        return .failure
                    }
                    let value = arguments.count > 2 ? arguments[1].text(in: context).compacted() : nil
                    module.setLifetimes(seconds, profile: profile, value: value)
                    return .success
                }
            },
        ]
    }

    /// Each worker looks at its own dialogs.
    private func setLifetimes(_ seconds: Int, profile: ByteString, value: ByteString?) {
        for index in 0..<server.workerCount {
            server.onWorker(index) { worker in
                guard let tracker = worker[DialogTracker.key] else { return }
                for number in tracker.table.numbers {
                    guard let dialog = tracker.table[number],
                        dialog.record.profiles.contains(where: {
                            $0.profile == profile && (value == nil || $0.value == value)
                        })
                    else { continue }
                    tracker.setLifetime(seconds, of: dialog)
                }
            }
        }
    }

    private static func changing(
        _ name: String, _ summary: String,
        _ act: @escaping @Sendable (DialogTracker, Dialog?, ProfileMembership, ScriptContext) -> Bool
    ) -> Function {
        Function(name, [.text, .format], required: 1, summary: summary, example: "\(name)(\"caller\", \"$fu\");") {
            module, arguments throws(ScriptError) in
            let profile = arguments[0].source
            try module.profiles.check(profile, hasValue: arguments.count > 1)
            guard arguments.count > 1 || module.profiles.names[profile] == false else {
                throw ScriptError("dialog profile '\(profile)' needs a value")
            }
            return { context in
                guard let tracker = DialogTracker.of(context) else { return .failure }
                let value = arguments.count > 1 ? arguments[1].text(in: context).compacted() : nil
                let membership = ProfileMembership(profile: profile, value: value)
                return act(tracker, dialog(context), membership, context) ? .success : .failure
            }
        }
    }

    /// `get_profile_size(profile, variable)` and `get_profile_size(profile, value, variable)`.
    private static var sizeFunction: Function {
        Function(
            "get_profile_size", [.text, .format, .variable], required: 2,
            summary: "Puts the number of dialogs in a profile, with a value or with any, into a variable.",
            example: "get_profile_size(\"caller\", \"$fu\", \"$var(size)\");"
        ) { module, arguments throws(ScriptError) in
            let profile = arguments[0].source
            try module.profiles.check(profile, hasValue: arguments.count > 2)
            guard let write = arguments[arguments.count - 1].variable?.write else {
                throw ScriptError("'\(arguments[arguments.count - 1].source)' is no variable that can be written")
            }
            return { context in
                let value = arguments.count > 2 ? arguments[1].text(in: context) : nil
                let size = module.profiles.size(of: profile, value: value)
                return write(context, .integer(size)) ? .success : .failure
            }
        }
    }
}
