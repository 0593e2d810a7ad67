import Glibc

/// Addresses of this machine and of names, asked of the system.
///
/// Blocking: for the start only.
package enum HostAddresses {
    /// The addresses of an interface (`eth0`), or of all interfaces that are up when the name is nil, as text without
    /// scope.
    ///
    /// Loopback addresses are included.
    package static func ofInterface(_ name: String?) -> [String] {
        // SAFETY: getifaddrs fills the list, which is freed once at the end of this function and not kept.
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let isUp = unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0
            guard isUp, let address = unsafe entry.pointee.ifa_addr else { continue }
            let entryName = unsafe String(cString: entry.pointee.ifa_name)
            guard name == nil || name == entryName else { continue }
            if let text = unsafe numeric(address), !found.contains(text) { found.append(text) }
        }
        return found
    }

    /// The addresses a host name resolves to, in the system's order; empty when it resolves to none.
    package static func resolve(_ name: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: getaddrinfo fills the list, which is freed once at the end of this function and not kept.
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            guard let address = unsafe entry.pointee.ai_addr else { continue }
            if let text = unsafe numeric(address), !found.contains(text) { found.append(text) }
        }
        return found
    }

    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let length: Int
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        // SAFETY: the family says how long the address is; the buffer's size is passed along.
        let text: String? = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress,
                unsafe getnameinfo(
                    address, socklen_t(length), base, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
            else { return nil }
            return unsafe String(cString: base)
        }
        return text?.split(separator: "%").first.map(String.init)
    }
}
