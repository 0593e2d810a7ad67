/// Gives the parser the contents of files, so that it reads none by itself.
package protocol SourceLoader {
    /// The bytes of a file.
    ///
    /// The path is as written in the configuration, or below the folder of the including file. Implementations
    /// bound the size.
    /// - Throws: `SourceError.notFound` makes the parser look in the next place.
    func load(_ path: String) throws(SourceError) -> [UInt8]
}

/// Why a file of a configuration could not be read.
package enum SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    case notFound
    case unreadable(reason: String)
    case tooLarge(bytesMax: Int)

    package var description: String {
        switch self {
        case .notFound: "no such file"
        case .unreadable(let reason): reason
        case .tooLarge(let bytesMax): "the file is larger than \(bytesMax) bytes"
        }
    }
}
