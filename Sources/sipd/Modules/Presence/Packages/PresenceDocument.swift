import SIPMessage
import XMLDocuments

/// Presence documents (RFC 3863, RFC 4479) put together from several sources.
enum PresenceDocument {
    static let namespace = "urn:ietf:params:xml:ns:pidf"

    /// Why a body is no presence document, or nil.
    static func problem(_ body: ByteString) -> String? {
        do throws(XMLError) {
            let root = try XMLElement(parsing: body.bytes)
            return root.localName == "presence" ? nil : "the root is '\(root.name)', not 'presence'"
        } catch {
            return error.description
        }
    }

    /// The newest document with what only older ones have, and what was withdrawn as closed; nil when there is nothing.
    static func compose(_ state: PackageState) -> ByteString? {
        var documents = state.bodies.compactMap { try? XMLElement(parsing: $0.bytes) }
        if let withdrawn = state.withdrawn, let gone = try? XMLElement(parsing: withdrawn.bytes) {
            documents.append(closed(gone))
        }
        guard documents.count > 1 else {
            // One that stands alone goes on as it was published.
            return state.bodies.first ?? documents.first.map { ByteString($0.document) }
        }
        return ByteString(merge(documents).document)
    }

    /// The document of somebody who is not there.
    static func closed(for key: PresentityKey) -> ByteString {
        let status = XMLElement("status", [], [.element(XMLElement("basic", [], [.text("closed")]))])
        let tuple = XMLElement("tuple", [.init("id", "closed")], [.element(status)])
        return ByteString(
            XMLElement(
                "presence", [.init("xmlns", namespace), .init("entity", key.uri.string)], [.element(tuple)]
            ).document)
    }

    /// The tuples of a document, all closed and without anything else.
    static func closed(_ document: XMLElement) -> XMLElement {
        var root = document
        root.children = document.elements.filter { $0.localName == "tuple" }.map { tuple in
            let prefix = tuple.name.dropLast(tuple.localName.count)
            let basic = XMLElement("\(prefix)basic", [], [.text("closed")])
            var closed = tuple
            closed.children = [.element(XMLElement("\(prefix)status", [], [.element(basic)]))]
            return .element(closed)
        }
        return root
    }

    /// The first document with the elements of the others whose id it does not have.
    static func merge(_ documents: [XMLElement]) -> XMLElement {
        guard var root = documents.first else { return XMLElement("presence") }
        root.children.removeAll { if case .text = $0 { true } else { false } }
        var known = Set(root.elements.map(identity))
        for document in documents.dropFirst() {
            let declarations = document.attributes.filter { $0.name.hasPrefix("xmlns") }
            for var element in document.elements where known.insert(identity(element)).inserted {
                // A prefix means what its own document says.
                for declaration in declarations where element[attribute: declaration.name] == nil {
                    if root[attribute: declaration.name] != declaration.value {
                        element.attributes.insert(declaration, at: 0)
                    }
                }
                root.children.append(.element(element))
            }
        }
        return root
    }

    private static func identity(_ element: XMLElement) -> String {
        element.localName + "\n" + (element[attribute: "id"] ?? element.text)
    }
}
