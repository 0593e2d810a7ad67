import ControlProtocol
import ModuleInterface
import SIPMessage

extension DomainModule {
    static var reloadMethod: ModuleMethod<DomainModule> {
        ModuleMethod(
            MethodDescription(
                "domain.reload", summary: "Reads the tables of domains again and puts them in use.",
                doc: "Answers an empty structure. A row that cannot be used refuses the reload and is named.",
                example: "sipcmd domain.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                do {
                    _ = try await module.store.reload()
                    return .value(.object([]))
                } catch {
                    throw MethodFault(400, "Domain Table Reload Failed. \(error)")
                }
            }
        }
    }

    static var dumpMethod: ModuleMethod<DomainModule> {
        ModuleMethod(
            MethodDescription(
                "domain.dump", summary: "The domains with their ids, and the attributes of the ids.",
                doc: "An object: domains is an array of domain and did, attributes one of did and attrs.",
                example: "sipcmd domain.dump", lists: true)
        ) { module in
            { _ in .value(dump(module.store.set)) }
        }
    }

    /// Names of attributes stand alone, as in Kamailio: their values are the business of scripts.
    private static func dump(_ set: DomainSet) -> JSONValue {
        let domains = set.domains.map { domain -> JSONValue in
            ["domain": .string(domain.name.string), "did": .string(domain.identifier.string)]
        }
        let attributes = set.attributes.sorted { $0.key < $1.key }.map { identifier, list -> JSONValue in
            ["did": .string(identifier.string), "attrs": .array(list.map { .string($0.name.string) })]
        }
        return ["domains": .array(domains), "attributes": .array(attributes)]
    }
}
