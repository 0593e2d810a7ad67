import CXML
import Glibc

/// Why a text is no XML document that is accepted.
package enum XMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is longer than is read.
    case tooLong
    /// It is not well formed; the line, if it is known.
    case malformed(line: Int)
    /// It declares a document type: entities could make it grow without end.
    case documentType
    /// Elements nest too deep, or there are too many.
    case tooComplex

    package var description: String {
        switch self {
        case .tooLong: "the document is longer than \(XMLElement.bytesMax) bytes"
        case .malformed(let line): "the document is not well formed (line \(line))"
        case .documentType: "a document type is not accepted"
        case .tooComplex: "the document nests too deep or has too many elements"
        }
    }
}

extension XMLElement {
    /// Longer documents are not read.
    package static let bytesMax = 262_144
    private static let depthMax = 64
    private static let nodesMax = 20_000
    /// libxml2 wants to be made ready once before several threads use it.
    private static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    /// Reads a document by libxml2, without network, external files or entities of its own.
    ///
    /// - Throws: why it is refused.
    package init(parsing bytes: some Sequence<UInt8>) throws(XMLError) {
        let bytes = Array(bytes)
        guard Self.isReady, bytes.count <= Self.bytesMax else { throw .tooLong }
        let options =
            Int32(XML_PARSE_NONET.rawValue) | Int32(XML_PARSE_NOERROR.rawValue) | Int32(XML_PARSE_NOWARNING.rawValue)
            | Int32(XML_PARSE_NOCDATA.rawValue)
        // SAFETY: the parser reads within the count that is given, and only during the call.
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            unsafe xmlReadMemory(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil, options)
        }
        guard let parsed = unsafe parsed else {
            // SAFETY: the last error belongs to this thread and is only read.
            throw .malformed(line: Int(unsafe xmlGetLastError()?.pointee.line ?? 0))
        }
        // SAFETY: the tree belongs to this call alone; nothing of it is kept.
        defer { unsafe xmlFreeDoc(parsed) }
        guard unsafe parsed.pointee.intSubset == nil else { throw .documentType }
        guard let root = unsafe xmlDocGetRootElement(parsed) else { throw .malformed(line: 0) }
        var count = 0
        self = try unsafe Self.copy(root, depth: 0, &count)
    }

    // SAFETY: the node belongs to a tree that lives during the call.
    private static func copy(
        _ node: xmlNodePtr, depth: Int, _ count: inout Int
    ) throws(XMLError) -> XMLElement {
        count += 1
        guard depth < depthMax, count <= nodesMax else { throw .tooComplex }
        // SAFETY: as above, for all that follows.
        var element = unsafe XMLElement(qualified(node.pointee.ns, node.pointee.name))
        var declaration = unsafe node.pointee.nsDef
        while let current = unsafe declaration {
            let prefix = unsafe text(current.pointee.prefix)
            let name = prefix.isEmpty ? "xmlns" : "xmlns:" + prefix
            element.attributes.append(Attribute(name, unsafe text(current.pointee.href)))
            unsafe declaration = current.pointee.next
        }
        var attribute = unsafe node.pointee.properties
        while let current = unsafe attribute {
            let value = unsafe xmlNodeListGetString(node.pointee.doc, current.pointee.children, 1)
            element.attributes.append(
                Attribute(unsafe qualified(current.pointee.ns, current.pointee.name), unsafe text(value)))
            // SAFETY: libxml2 allocates by malloc unless told otherwise, which nobody here does.
            if let value = unsafe value { unsafe free(value) }
            unsafe attribute = current.pointee.next
        }
        var child = unsafe node.pointee.children
        while let current = unsafe child {
            switch unsafe current.pointee.type {
            case XML_ELEMENT_NODE: element.children.append(.element(try unsafe copy(current, depth: depth + 1, &count)))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                element.children.append(.text(unsafe text(current.pointee.content)))
            default: break
            }
            unsafe child = current.pointee.next
        }
        return element
    }

    // SAFETY: both belong to a tree that lives during the call.
    private static func qualified(_ space: xmlNsPtr?, _ name: UnsafePointer<xmlChar>?) -> String {
        let prefix = unsafe text(space?.pointee.prefix)
        return prefix.isEmpty ? unsafe text(name) : prefix + ":" + (unsafe text(name))
    }

    // SAFETY: libxml2's texts end with a zero and live as long as their tree.
    private static func text(_ bytes: UnsafePointer<xmlChar>?) -> String {
        guard let bytes = unsafe bytes else { return "" }
        return unsafe String(cString: bytes)
    }
}
