import Glibc

/// The programs of this package, as they were built together with the tests.
package enum BuiltProgram {
    /// The absolute path of a program, or nil when it was not built.
    package static func path(_ name: String) -> String? {
        // The test bundle lies in the folder that the programs were linked into, and this code is part of it.
        let maps = ChildProcess.run("/bin/cat", ["/proc/\(getpid())/maps"]).output
        let bundles = maps.split(separator: "\n").compactMap { line -> Substring? in
            guard line.hasSuffix(".xctest"), let start = line.firstIndex(of: "/") else { return nil }
            return line[start...]
        }
        guard let bundle = bundles.first, let slash = bundle.lastIndex(of: "/") else { return nil }
        let path = String(bundle[...slash]) + name
        return ChildProcess.run("/usr/bin/test", ["-x", path]).exitCode == 0 ? path : nil
    }
}
