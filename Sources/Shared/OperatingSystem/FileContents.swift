import Glibc

/// Whole small files.
package enum FileContents {
    /// Why a file could not be read.
    package enum Failure: Error, Sendable, Equatable {
        /// There is no such file.
        case notFound
        /// It holds more than the caller allows.
        case tooLarge(bytesMax: Int)
        /// The system's words.
        case failed(reason: String)
    }

    /// Reads a file.
    ///
    /// - Throws: when it is missing, unreadable or larger than `bytesMax`.
    package static func read(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        // SAFETY: the path is a Swift string, valid for the call.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .notFound : .failed(reason: ErrorText.of(errno))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            // SAFETY: read fills at most the bytes of the array it is given.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .failed(reason: ErrorText.of(errno)) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
        }
    }

    /// Replaces a file's content; false with `errno` set when that fails.
    package static func write(_ text: String, to path: String) -> Bool {
        // SAFETY: the path is a Swift string, valid for the call.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return StandardStream.write(Array(text.utf8), to: descriptor)
    }
}
