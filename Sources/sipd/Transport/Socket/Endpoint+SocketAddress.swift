import Glibc
import NIOCore
import NetworkAddress

extension Endpoint {
    /// The endpoint in the form of the event loop library; no text is made.
    var socketAddress: SocketAddress {
        switch address.family {
        case .v4:
            var raw = sockaddr_in()
            fill(&raw)
            return SocketAddress(raw)
        case .v6:
            var raw = sockaddr_in6()
            fill(&raw)
            return SocketAddress(raw)
        }
    }

    /// Takes an address of the event loop library; nil for a Unix domain socket.
    init?(_ socketAddress: SocketAddress) {
        switch socketAddress {
        case .v4(let inner):
            let raw = inner.address
            self.init(
                address: IPAddress(v4: UInt32(bigEndian: raw.sin_addr.s_addr)),
                port: Port(UInt16(bigEndian: raw.sin_port)))
        case .v6(let inner):
            self.init(inner.address)
        case .unixDomainSocket:
            return nil
        }
    }

    init(_ raw: sockaddr_in6) {
        // SAFETY: the 16 octets of the address are copied out as one number.
        let bits = unsafe withUnsafeBytes(of: raw.sin6_addr) { unsafe $0.loadUnaligned(as: UInt128.self) }.bigEndian
        self.init(address: IPAddress(v6: bits), port: Port(UInt16(bigEndian: raw.sin6_port)))
    }

    func fill(_ raw: inout sockaddr_in) {
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = port.value.bigEndian
        raw.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
    }

    func fill(_ raw: inout sockaddr_in6) {
        raw.sin6_family = sa_family_t(AF_INET6)
        raw.sin6_port = port.value.bigEndian
        let bits = address.bits.bigEndian
        unsafe withUnsafeMutableBytes(of: &raw.sin6_addr) { octets in
            // SAFETY: both are 16 bytes of plain data.
            unsafe withUnsafeBytes(of: bits) { unsafe octets.copyMemory(from: $0) }
        }
    }
}

extension SocketAddress {
    fileprivate init(_ raw: sockaddr_in) {
        self.init(raw, host: "")
    }

    fileprivate init(_ raw: sockaddr_in6) {
        self.init(raw, host: "")
    }
}
