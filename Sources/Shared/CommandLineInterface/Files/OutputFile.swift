import Glibc
import OperatingSystem

/// A file that appears whole or not at all: it is written under another name and gets its own when it is complete.
package final class OutputFile {
    private let path: String
    private let unfinishedPath: String
    private let descriptor: Int32
    private var isFinished = false

    /// Begins a file that only its owner may read, for what is exported may hold passwords.
    package init(path: String) throws(CommandFailure) {
        self.path = path
        unfinishedPath = "\(path).\(getpid()).part"
        // SAFETY: the path is a NUL-terminated copy for the length of the call.
        descriptor = unsafe open(unfinishedPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.inputOutput, "cannot write '\(path)': \(ErrorText.of(errno))")
        }
    }

    deinit {
        close(descriptor)
        // SAFETY: as above.
        if !isFinished { unsafe unlink(unfinishedPath) }
    }

    /// Where the bytes go.
    package var destination: Console.Destination { .descriptor(descriptor) }

    /// Gives the file its name, once its bytes are on the disk.
    package func finish() throws(CommandFailure) {
        // SAFETY: both paths are NUL-terminated copies for the length of the call.
        guard fsync(descriptor) == 0 || errno == EINVAL, unsafe rename(unfinishedPath, path) == 0 else {
            throw CommandFailure(.inputOutput, "cannot write '\(path)': \(ErrorText.of(errno))")
        }
        isFinished = true
    }
}

/// The names in a folder.
package enum FolderListing {
    /// The names of all entries but hidden ones, sorted; nil when it is no folder, or not readable.
    package static func names(_ path: String) -> [String]? {
        // SAFETY: the stream is closed on every way out, and each entry is read before the next call.
        guard let stream = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // SAFETY: as above; d_name ends with NUL.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
