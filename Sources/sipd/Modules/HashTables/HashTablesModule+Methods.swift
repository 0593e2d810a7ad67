import ControlProtocol
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension HashTablesModule {
    private typealias Method = ModuleMethod<HashTablesModule>
    private typealias Parameter = MethodDescription.Parameter

    private static let tableParameter = Parameter("htable", .string, doc: "name of the table")
    private static let keyParameter = Parameter("key", .string, doc: "name of the item")
    private static let expireParameter = Parameter("expire", .integer, doc: "life in seconds, 0 for ever")

    /// `htable.*` of one item.
    static var itemMethods: [ModuleMethod<HashTablesModule>] {
        [
            getMethod, deleteMethod, setMethod("htable.sets", .string), setMethod("htable.seti", .integer),
            setMethod("htable.setxs", .string, withLife: true), setMethod("htable.setxi", .integer, withLife: true),
            setLifeMethod,
        ]
    }

    private static var getMethod: Method {
        Method(
            MethodDescription(
                "htable.get", parameters: [tableParameter, keyParameter], summary: "One item of a table.",
                doc:
                    "An object `item`: name, value, flags (2 for a text, 0 for a number), expire (local time or NEVER).",
                example: "sipcmd htable.get ipban 192.0.2.1")
        ) { module in
            { call throws(MethodFault) in
                let missing = "Not enough parameters (htable name and key name)"
                let (table, key) = try module.tableAndKey(call, missing)
                guard let item = table.item(key, now: HashTableSet.now) else {
                    throw MethodFault(500, "Key name doesn't exist in htable.")
                }
                let (value, flags) = Self.shown(item.value)
                return .value([
                    "item": [
                        "name": .string(item.key.string), "value": value, "flags": .integer(flags),
                        "expire": .string(
                            item.expires == 0 ? "NEVER" : CalendarTime.text(Int64(item.expires), in: .local)),
                    ]
                ])
            }
        }
    }

    private static var deleteMethod: Method {
        Method(
            MethodDescription(
                "htable.delete", parameters: [tableParameter, keyParameter], summary: "Removes an item.",
                doc: "The text `Ok. Key deleted.`; fault 404 when there is no such item.",
                example: "sipcmd htable.delete ipban 192.0.2.1", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (table, key) = try module.tableAndKey(call, "Not enough parameters (htable name & key name")
                guard table.remove(key) else { throw MethodFault(404, "Key not found in htable.") }
                return .value("Ok. Key deleted.")
            }
        }
    }

    private static func setMethod(_ name: String, _ kind: MethodDescription.Kind, withLife: Bool = false) -> Method {
        var parameters = [tableParameter, keyParameter, Parameter("value", kind, doc: "the value")]
        if withLife { parameters.append(expireParameter) }
        let missing = "Not enough parameters (htable name, key name\(withLife ? ", value and expire)" : " and value)")"
        return Method(
            MethodDescription(
                name, parameters: parameters,
                summary: "Sets an item to a \(kind == .string ? "text" : "number")\(withLife ? " with its life" : "").",
                doc: "The text `Ok. Key set to new value.`; a value that is no number is a fault, Kamailio stores 0.",
                example: "sipcmd \(name) ipban 192.0.2.1 1\(withLife ? " 60" : "")", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (table, key) = try module.tableAndKey(call, missing)
                let fault = MethodFault(500, missing)
                let value: HashTableValue
                if kind == .string {
                    guard let text = try? call.optionalString(2, named: "value") else { throw fault }
                    value = .string(ByteString(text))
                } else {
                    guard let number = try? call.optionalInteger(2, named: "value"), Int32(exactly: number) != nil
                    else { throw fault }
                    value = .integer(Int(number))
                }
                var seconds: Int?
                if withLife {
                    guard let given = try? call.optionalInteger(3, named: "expire"), given >= 0,
                        Int32(exactly: given) != nil
                    else { throw fault }
                    seconds = Int(given)
                }
                guard table.set(key, to: value, now: HashTableSet.now, seconds: seconds) else {
                    throw MethodFault(500, "Failed to set the item")
                }
                return .value("Ok. Key set to new value.")
            }
        }
    }

    private static var setLifeMethod: Method {
        Method(
            MethodDescription(
                "htable.setex", parameters: [tableParameter, keyParameter, expireParameter],
                summary: "Sets the life of an item.",
                doc: "The text `Ok`, also when there is no such item or the table's items live for ever.",
                example: "sipcmd htable.setex ipban 192.0.2.1 60", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let missing = "Not enough parameters (htable name, item name and expire)"
                let (table, key) = try module.tableAndKey(call, missing)
                guard let seconds = try? call.optionalInteger(2, named: "expire"), Int32(exactly: seconds) != nil else {
                    throw MethodFault(500, missing)
                }
                table.setSeconds(Int(seconds), of: key, now: HashTableSet.now)
                return .value("Ok")
            }
        }
    }

    // MARK: - Parameters and values

    private func tableAndKey(_ call: MethodCall, _ missing: String) throws(MethodFault) -> (HashTable, ByteString) {
        guard let name = try? call.optionalString(0, named: "htable"), call.value(1, named: "key") != nil,
            let key = try? call.optionalString(1, named: "key")
        else { throw MethodFault(500, missing) }
        guard let table = tables[ByteString(name)] else { throw MethodFault(500, "No such htable") }
        return (table, ByteString(key))
    }

    /// The value as JSON, and Kamailio's flag for texts.
    static func shown(_ value: HashTableValue) -> (JSONValue, flags: Int64) {
        switch value {
        case .integer(let number): (.integer(Int64(number)), 0)
        case .string(let text): (.string(text.string), 2)
        }
    }
}
