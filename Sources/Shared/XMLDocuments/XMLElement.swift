/// An element of an XML document, with its names as they are written.
package struct XMLElement: Sendable, Hashable {
    /// An attribute, also one that declares a namespace (`xmlns`, `xmlns:p`).
    package struct Attribute: Sendable, Hashable {
        /// The name with its prefix.
        package var name: String
        /// The value, without escapes.
        package var value: String

        /// Makes an attribute.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What stands between the tags.
    package enum Child: Sendable, Hashable {
        /// An element.
        case element(XMLElement)
        /// Text, without escapes.
        case text(String)
    }

    /// The name with its prefix: `pr:sub-handling`.
    package var name: String
    /// The attributes, declarations of namespaces first.
    package var attributes: [Attribute]
    /// Elements and text in order.
    package var children: [Child]

    /// Makes an element.
    package init(_ name: String, _ attributes: [Attribute] = [], _ children: [Child] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }

    /// The name without its prefix.
    package var localName: String {
        name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// The value of an attribute, or nil; setting nil removes it.
    package subscript(attribute name: String) -> String? {
        get { attributes.first { $0.name == name }?.value }
        set {
            guard let index = attributes.firstIndex(where: { $0.name == name }) else {
                if let newValue { attributes.append(Attribute(name, newValue)) }
                return
            }
            if let newValue { attributes[index].value = newValue } else { attributes.remove(at: index) }
        }
    }

    /// The elements in it.
    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The first element with a name, whatever its prefix.
    package func first(_ localName: String) -> XMLElement? {
        elements.first { $0.localName == localName }
    }

    /// The text directly in it, without blanks at its ends.
    package var text: String {
        let parts = children.map { if case .text(let text) = $0 { text } else { "" } }
        let bytes = parts.joined().utf8
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        let trimmed = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return String(decoding: Array(trimmed), as: UTF8.self)
    }
}
