import OperatingSystem
import ScriptSyntax

/// Reads configuration files from the disk.
struct FileSourceLoader: SourceLoader {
    /// Larger files are no configuration.
    private static let bytesMax = 16 << 20

    func load(_ path: String) throws(SourceError) -> [UInt8] {
        do {
            return try FileContents.read(path, bytesMax: Self.bytesMax)
        } catch {
            switch error {
            case .notFound: throw .notFound
            case .tooLarge(let bytesMax): throw .tooLarge(bytesMax: bytesMax)
            case .failed(let reason): throw .unreadable(reason: reason)
            }
        }
    }
}
