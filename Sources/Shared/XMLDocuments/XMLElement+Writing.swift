extension XMLElement {
    /// The document with this element as its root, on one line behind the declaration.
    package var document: [UInt8] {
        var output = Array("<?xml version=\"1.0\"?>\n".utf8)
        append(to: &output)
        output.append(0x0A)
        return output
    }

    private func append(to output: inout [UInt8]) {
        output += Array("<\(name)".utf8)
        for attribute in attributes {
            output += Array(" \(attribute.name)=\"".utf8)
            Self.append(attribute.value, isAttribute: true, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        guard !children.isEmpty else {
            output += Array("/>".utf8)
            return
        }
        output.append(UInt8(ascii: ">"))
        for child in children {
            switch child {
            case .element(let element): element.append(to: &output)
            case .text(let text): Self.append(text, isAttribute: false, to: &output)
            }
        }
        output += Array("</\(name)>".utf8)
    }

    private static func append(_ text: String, isAttribute: Bool, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output += Array("&amp;".utf8)
            case UInt8(ascii: "<"): output += Array("&lt;".utf8)
            case UInt8(ascii: ">"): output += Array("&gt;".utf8)
            case UInt8(ascii: "\"") where isAttribute: output += Array("&quot;".utf8)
            case 0x0A where isAttribute, 0x0D where isAttribute, 0x09 where isAttribute:
                output += Array("&#\(byte);".utf8)
            case 0x0D: output += Array("&#13;".utf8)
            default: output.append(byte)
            }
        }
    }
}
