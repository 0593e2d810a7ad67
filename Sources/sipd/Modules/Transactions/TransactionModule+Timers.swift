import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction

extension TransactionModule {
    private static let timerRoutes: RouteMask = [.request, .failure, .branch, .onReply, .branchFailure, .event]

    /// Functions that change timers and options of one transaction.
    static var timerFunctions: [Function] {
        [
            setting(
                "t_set_fr", "Sets fr_inv_timer and fr_timer of this transaction, in milliseconds; 0 keeps.", required: 1
            ) {
                $0.inviteFinalResponse = $1 ?? $0.inviteFinalResponse
                $0.finalResponse = $2 ?? $0.finalResponse
            },
            setting("t_set_max_lifetime", "Sets the longest life of an INVITE and of another request, in milliseconds.")
            {
                $0.inviteLifetime = $1 ?? $0.inviteLifetime
                $0.nonInviteLifetime = $2 ?? $0.nonInviteLifetime
            },
            setting("t_set_retr", "Sets the first and the longest retransmission interval, in milliseconds.") {
                $0.retransmissionInitial = $1 ?? $0.retransmissionInitial
                $0.retransmissionLongest = $2 ?? $0.retransmissionLongest
            },
            resetting("t_reset_fr", "Takes t_set_fr() back.") { overrides, timers in
                overrides.finalResponse = timers.finalResponse
                overrides.inviteFinalResponse = timers.inviteFinalResponse
            },
            resetting("t_reset_max_lifetime", "Takes t_set_max_lifetime() back.") { overrides, timers in
                overrides.inviteLifetime = timers.inviteLifetime
                overrides.nonInviteLifetime = timers.nonInviteLifetime
            },
            resetting("t_reset_retr", "Takes t_set_retr() back.") { overrides, timers in
                overrides.retransmissionInitial = timers.retransmissionInitial
                overrides.retransmissionLongest = timers.retransmissionLongest
            },
            switching("t_set_auto_inv_100", "Whether a 100 is sent when this INVITE is forwarded.") { state, isOn in
                state.sendsTrying = isOn
            },
            switching("t_set_disable_6xx", "Whether a 6xx leaves the other branches of this request alone.") {
                state, isOn in
                state.disables6xxBlock = isOn
                state.transaction?.request.settings.disables6xxBlock = isOn
            },
            switching("t_set_disable_failover", "Whether only the first address of a host is tried.") { state, isOn in
                state.disablesFailover = isOn
            },
            switching("t_set_disable_internal_reply", "Whether a failed t_relay() is left without a reply of its own.")
            {
                state, isOn in state.disablesInternalReply = isOn
            },
            switching("t_set_no_e2e_cancel_reason", "Whether the Reason headers of a CANCEL are kept back.") {
                state, isOn in
                state.keepsCancelReason = isOn
            },
        ]
    }

    private static func setting(
        _ name: String, _ summary: String, required: Int = 2,
        _ set: @escaping @Sendable (inout TimerOverrides, UInt32?, UInt32?) -> Void
    ) -> Function {
        Function(
            name, [.integer, .integer], required: required, routes: timerRoutes, summary: summary,
            example: "\(name)(\"10000\", \"2000\");"
        ) { _, arguments in
            { context in
                let values = arguments.map { $0.integer(in: context) }
                guard !values.contains(nil) else { return .failure }
                let numbers = values.map { $0.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 } }
                update(MessageState.of(context)) { set(&$0, numbers[0], numbers.count > 1 ? numbers[1] : nil) }
                return .success
            }
        }
    }

    private static func resetting(
        _ name: String, _ summary: String,
        _ reset: @escaping @Sendable (inout TimerOverrides, TransactionTimers) -> Void
    ) -> Function {
        Function(name, routes: timerRoutes, summary: summary, example: "\(name)();") { module, _ in
            { context in
                update(MessageState.of(context)) { reset(&$0, module.settings.timers) }
                return .success
            }
        }
    }

    private static func update(_ state: MessageState, _ change: (inout TimerOverrides) -> Void) {
        change(&state.timers)
        state.transaction?.setTimers(state.timers)
    }

    private static func switching(
        _ name: String, _ summary: String, _ set: @escaping @Sendable (MessageState, Bool) -> Void
    ) -> Function {
        Function(name, [.integer], routes: timerRoutes, summary: summary, example: "\(name)(1);") { _, arguments in
            { context in
                guard let number = arguments[0].integer(in: context) else { return .failure }
                set(MessageState.of(context), number != 0)
                return .success
            }
        }
    }
}
