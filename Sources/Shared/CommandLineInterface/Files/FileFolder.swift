import OperatingSystem

/// The folder that relative names start from.
package enum FileFolder {
    /// Its absolute path; nil when it is gone.
    package static var working: String? { FileEntry.workingFolder }
}
