import Glibc

/// How much memory this process uses, and the machine has; in bytes.
package struct ProcessMemory: Sendable {
    /// The memory of the machine.
    package var total = 0
    /// What of it may still be had.
    package var free = 0
    /// What this process has resident.
    package var used = 0
    /// The most that it has had.
    package var usedMax = 0

    /// The numbers at this moment; 0 where the kernel does not tell.
    package static var now: ProcessMemory {
        let process = kilobytes("/proc/self/status")
        let machine = kilobytes("/proc/meminfo")
        var memory = ProcessMemory()
        memory.total = machine["MemTotal", default: 0] << 10
        memory.free = machine["MemAvailable", default: 0] << 10
        memory.used = process["VmRSS", default: 0] << 10
        memory.usedMax = process["VmHWM", default: 0] << 10
        return memory
    }

    /// The lines `Name:   123 kB` of a file.
    private static func kilobytes(_ path: String) -> [String: Int] {
        guard let bytes = try? FileContents.read(path, bytesMax: 1 << 16) else { return [:] }
        var values: [String: Int] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
            guard words.count == 3, words[2] == "kB", let value = Int(words[1]) else { continue }
            values[String(words[0].dropLast())] = value
        }
        return values
    }
}
