import Glibc
import OperatingSystem

/// An IPv4 or IPv6 address with a port, as the socket calls want it.
struct InternetAddress {
    let family: Int32
    private let storage: sockaddr_storage
    private let length: socklen_t

    /// Takes an address, or a name of `/etc/hosts`: sipcmd has no resolver, for the sake of its start-up time.
    init(host: String, port: UInt16) throws(ControlClientError) {
        guard let found = Self.parse(host, port) ?? Self.hostsEntry(host).flatMap({ Self.parse($0, port) }) else {
            throw .unknownHost(host)
        }
        self = found
    }

    private init(family: Int32, storage: sockaddr_storage, length: Int) {
        self.family = family
        self.storage = storage
        self.length = socklen_t(length)
    }

    private static func parse(_ text: String, _ port: UInt16) -> InternetAddress? {
        var storage = sockaddr_storage()
        var four = sockaddr_in()
        // SAFETY: the call fills the field, whose size belongs to the family.
        if unsafe inet_pton(AF_INET, text, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage) { target in
                unsafe withUnsafeBytes(of: four) { unsafe target.copyMemory(from: $0) }
            }
            return InternetAddress(family: AF_INET, storage: storage, length: MemoryLayout<sockaddr_in>.size)
        }
        var six = sockaddr_in6()
        // SAFETY: as above; the storage is larger than either structure.
        guard unsafe inet_pton(AF_INET6, text, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe withUnsafeBytes(of: six) { unsafe target.copyMemory(from: $0) }
        }
        return InternetAddress(family: AF_INET6, storage: storage, length: MemoryLayout<sockaddr_in6>.size)
    }

    private static func hostsEntry(_ name: String) -> String? {
        if name == "localhost" { return "127.0.0.1" }
        guard let bytes = try? FileContents.read("/etc/hosts", bytesMax: 1 << 20) else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
            let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
            if words.dropFirst().contains(name) { return words.first }
        }
        return nil
    }

    /// Connects a socket; answers the error number, 0 for none.
    func connect(_ descriptor: Int32) -> Int32 {
        var storage = storage
        // SAFETY: the storage outlives the call, and the length is that of the structure in it.
        let result = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, length)
            }
        }
        return result == 0 ? 0 : errno
    }
}
