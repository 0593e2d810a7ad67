import ControlProtocol
import OperatingSystem
import SIPMessage

/// A dialog as the control socket shows it, with Kamailio's names.
enum DialogRow {
    /// Kamailio's internal flags, as far as they have a meaning here.
    static func flags(of record: DialogRecord, isStored: Bool) -> Int {
        let base = record.startedAt > 0 ? 1536 : record.state == .unconfirmed ? 128 : 1664
        return base | (isStored ? 0 : 3) | (record.state == .deleted && record.startedAt > 0 ? 4 : 0)
    }

    /// All there is to know.
    static func full(_ record: DialogRecord, isStored: Bool) -> JSONValue {
        [
            "h_entry": .integer(Int64(record.identifier.entry)), "h_id": .integer(Int64(record.identifier.number)),
            "ref": record.state.isActive ? 2 : 1, "call-id": text(record.callID), "from_uri": text(record.fromURI),
            "to_uri": text(record.toURI), "state": .integer(Int64(record.state.rawValue)),
            "start_ts": .integer(Int64(record.startedAt)), "init_ts": .integer(Int64(record.createdAt)),
            "end_ts": .integer(Int64(record.endedAt)),
            "duration": .integer(Int64(record.duration(at: WallClock.now.seconds))),
            "timeout": .integer(Int64(record.timeout)), "lifetime": .integer(Int64(record.lifetime)),
            "dflags": .integer(Int64(flags(of: record, isStored: isStored))), "sflags": .integer(Int64(record.flags)),
            "iflags": .integer(Int64(record.internalFlags)), "caller": leg(record.caller), "callee": leg(record.callee),
            "profiles": .array(record.profiles.reversed().map(profile)),
            "variables": .array(
                record.variables.sorted { $0.key < $1.key }
                    .map { .object([JSONMember($0.key.string, text($0.value))]) }),
        ]
    }

    private static func text(_ text: ByteString) -> JSONValue { .string(text.string) }

    private static func leg(_ leg: DialogLeg?) -> JSONValue {
        guard let leg else {
            return ["tag": .null, "contact": .null, "cseq": .null, "route_set": .null, "socket": .null]
        }
        return [
            "tag": text(leg.tag), "contact": text(leg.contact), "cseq": .string("\(leg.sequenceNumber)"),
            "route_set": text(leg.routeSet), "socket": text(leg.socket),
        ]
    }

    private static func profile(_ membership: ProfileMembership) -> JSONValue {
        guard let value = membership.value else { return text(membership.profile) }
        return .object([JSONMember(membership.profile.string, text(value))])
    }

    /// The fields that letters choose, as `dlg.briefing` takes them.
    static func brief(_ record: DialogRecord, fields: String) -> JSONValue {
        var members = [
            JSONMember("h_entry", .integer(Int64(record.identifier.entry))),
            JSONMember("h_id", .integer(Int64(record.identifier.number))),
        ]
        let choices: [(Character, String, JSONValue)] = [
            ("f", "from_uri", text(record.fromURI)), ("t", "to_uri", text(record.toURI)),
            ("c", "call-id", text(record.callID)), ("F", "from_tag", text(record.caller.tag)),
            // DIFFERS: Kamailio shows the From-tag here again.
            ("T", "to_tag", text(record.callee?.tag ?? "")), ("R", "req_uri", text(record.requestURI)),
            ("D", "dflags", .integer(Int64(flags(of: record, isStored: true)))),
            ("S", "start_ts", .integer(Int64(record.startedAt))),
        ]
        for (letter, name, value) in choices where fields.contains(letter) { members.append(JSONMember(name, value)) }
        return .object(members)
    }
}
