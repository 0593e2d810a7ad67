import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension DialogsModule {
    private typealias Function = FunctionDescription<DialogsModule>

    static var functions: [FunctionDescription<DialogsModule>] {
        [
            Function(
                "dlg_manage", routes: .request, summary: "Follows the call that this INVITE begins, or is part of.",
                example: "if (is_method(\"INVITE\")) dlg_manage();"
            ) { _, _ in
                { context in
                    DialogTracker.of(context)?.manage(context) == true ? .success : .failure
                }
            },
            Function(
                "is_known_dlg", summary: "Whether the message belongs to a call that is followed.",
                example: "if (!is_known_dlg()) sl_send_reply(\"481\", \"Unknown\");"
            ) { _, _ in
                { context in dialog(context) == nil ? .failure : .success }
            },
            Function(
                "dlg_get", [.format, .format, .format],
                summary: "Takes another dialog for that of the message, by Call-ID, From-tag and To-tag.",
                example: "dlg_get(\"$avp(ci)\", \"$avp(ft)\", \"$avp(tt)\");"
            ) { _, arguments in
                { context in
                    let texts = arguments.map { $0.text(in: context) }
                    return get(texts[0], texts[1], texts[2], context) ? .success : .failure
                }
            },
        ] + flagFunctions + timeFunctions + requestFunctions
    }

    /// The dialog of a message, if it is followed.
    static func dialog(_ context: ScriptContext) -> Dialog? {
        DialogTracker.of(context)?.dialog(of: context)
    }

    private static func get(
        _ callID: ByteString, _ fromTag: ByteString, _ toTag: ByteString, _ context: ScriptContext
    ) -> Bool {
        // DIFFERS: a dialog of another worker cannot be taken; the same Call-ID always comes to the same one.
        guard let tracker = DialogTracker.of(context) else { return false }
        for dialog in tracker.table.dialogs(of: callID) where dialog.record.state != .deleted {
            guard let side = dialog.sender(fromTag: fromTag, toTag: toTag.isEmpty ? nil : toTag) else { continue }
            let state = DialogContext.of(context)
            state.dialog = dialog
            state.sender = side
            return true
        }
        return false
    }

    // MARK: - Flags

    private static var flagFunctions: [Function] {
        [
            flag("dlg_setflag", "Sets a flag of the dialog.") { flags, bit in
                flags |= bit
                return true
            },
            flag("dlg_resetflag", "Clears a flag of the dialog.") { flags, bit in
                flags &= ~bit
                return true
            },
            flag("dlg_isflagset", "Whether a flag of the dialog is set.") { flags, bit in flags & bit != 0 },
        ]
    }

    private static func flag(
        _ name: String, _ summary: String, _ act: @escaping @Sendable (inout UInt32, UInt32) -> Bool
    ) -> Function {
        Function(name, [.integer], summary: summary, example: "\(name)(\"1\");") { _, arguments in
            { context in
                guard let number = arguments[0].integer(in: context), (0...31).contains(number) else {
                    return .failure
                }
                let bit = UInt32(1) << UInt32(number)
                if let dialog = dialog(context) { return act(&dialog.record.flags, bit) ? .success : .failure }
                return act(&DialogContext.of(context).flags, bit) ? .success : .failure
            }
        }
    }

    // MARK: - Time

    private static var timeFunctions: [Function] {
        [
            Function(
                "dlg_set_timeout", [.integer, .integer, .integer], required: 1,
                summary: "Sets the seconds that the call may last from now on; another one by h_entry and h_id.",
                example: "dlg_set_timeout(3600);"
            ) { _, arguments throws(ScriptError) in
                guard arguments.count != 2 else { throw ScriptError("h_entry needs h_id behind it") }
                return { context in
                    guard let seconds = arguments[0].integer(in: context), seconds > 0,
                        seconds <= Int(Int32.max), let tracker = DialogTracker.of(context)
                    else { return .failure }
                    guard arguments.count == 3 else {
                        guard let dialog = dialog(context) else {
                            DialogContext.of(context).lifetime = seconds
                            return .success
                        }
                        tracker.setLifetime(seconds, of: dialog)
                        return .success
                    }
                    guard let entry = arguments[1].integer(in: context), let number = arguments[2].integer(in: context),
                        let other = tracker.table[number], other.record.identifier.entry == entry
                    else { return .failure }
                    tracker.setLifetime(seconds, of: other)
                    return .success
                }
            },
            property("dlg_set_property", true), property("dlg_reset_property", false),
        ]
    }

    private static func property(_ name: String, _ value: Bool) -> Function {
        Function(
            name, [.format],
            summary: "\(value ? "Sets" : "Clears") properties of the dialog: ka-src, ka-dst, timeout-noreset.",
            example: "\(name)(\"ka-src;ka-dst\");"
        ) { _, arguments in
            { context in
                guard let dialog = dialog(context) else { return .failure }
                for part in arguments[0].text(in: context).split(on: UInt8(ascii: ";")).map({ $0.trimmed() })
                where !part.isEmpty {
                    switch part.string {
                    case "ka-src": dialog.record.keepsCallerAlive = value
                    case "ka-dst": dialog.record.keepsCalleeAlive = value
                    case "timeout-noreset": dialog.record.keepsTimeout = value
                    default: return .failure
                    }
                }
                return .success
            }
        }
    }

    // MARK: - Requests inside the dialog

    private static var requestFunctions: [Function] {
        [
            Function(
                "dlg_bye", [.text], summary: "Sends BYE to `caller`, `callee` or `all`; the latter ends the dialog.",
                example: "dlg_bye(\"all\");"
            ) { _, arguments throws(ScriptError) in
                let side = try sides(arguments[0], allowsAll: true)
                return { context in
                    guard let tracker = DialogTracker.of(context), let dialog = dialog(context),
                        dialog.record.state.isActive
                    else { return .failure }
                    if let side {
                        tracker.sendBye(dialog, to: side, headers: "")
                    } else {
                        tracker.hangUp(dialog, headers: "")
                    }
                    return .success
                }
            },
            Function(
                "dlg_refer", [.text, .format],
                summary: "Sends REFER to `caller` or `callee`: it shall call the address.",
                example: "dlg_refer(\"callee\", \"sip:music@example.com\");"
            ) { _, arguments throws(ScriptError) in
                let side = try sides(arguments[0], allowsAll: false) ?? .callee
                return { context in
                    guard let tracker = DialogTracker.of(context), let dialog = dialog(context),
                        dialog.record.state.isActive
                    else { return .failure }
                    let address = arguments[1].text(in: context)
                    guard (try? SIPURI.parse(address)) != nil else { return .failure }
                    let own = side == .caller ? dialog.record.toURI : dialog.record.fromURI
                    let headers =
                        "Contact: <" + own + ">\r\nReferred-By: <" + own + ">\r\nRefer-To: <" + address + ">\r\n"
                    tracker.send(tracker.request(.refer, dialog, to: side, headers: headers)) { _ in }
                    return .success
                }
            },
            Function(
                "dlg_bridge", [.format, .format, .format], required: 2, summary: "Not supported: fails at start.",
                example: "dlg_refer(\"callee\", \"sip:bob@example.com\");"
            ) { _, _ throws(ScriptError) in
                throw ScriptError("dlg_bridge() is not supported", hint: "let a third party call both sides")
            },
            Function(
                "dlg_set_ruri", routes: .request,
                summary: "Sets the Request-URI to the Contact of the side that the request goes to.",
                example: "dlg_set_ruri();"
            ) { _, _ in
                { context in
                    guard let dialog = dialog(context) else { return .failure }
                    let contact = dialog.record[DialogContext.of(context).sender.other].contact
                    guard !contact.isEmpty else { return .failure }
                    context.target.uri = contact
                    return .success
                }
            },
        ]
    }

    private static func sides(_ argument: Argument, allowsAll: Bool) throws(ScriptError) -> DialogSide? {
        switch argument.source.string {
        case "caller": return .caller
        case "callee": return .callee
        case "all" where allowsAll: return nil
        default:
            throw ScriptError(
                "'\(argument.source)' is no side of a dialog",
                hint: allowsAll ? "write caller, callee or all" : "write caller or callee")
        }
    }
}
