import CSockets
import Glibc
import NetworkAddress

/// Called with nil when a message has been handed to the system, otherwise with the reason why not.
package typealias SendCompletion = (SendError?) -> Void

/// Collects the datagrams that one worker sends from one socket, and passes them to the system in one call.
///
/// Writes go past the channel: it would close the whole socket when one datagram cannot be sent for a reason that
/// lies in its destination (port 0, a broadcast address, an unreachable network, a firewall rule), which every sender
/// of a request can provoke. A packet costs less this way, too: see docs/decisions/0003. Datagrams of one size that
/// follow each other to one address, as in answers to a trunk, take the system's way only once: see docs/decisions/0006.
/// Confined to its event loop.
// SAFETY: the pointers are allocated in init, freed in deinit and never leave the class.
@safe final class DatagramWriter {
    /// The most datagrams that wait; Linux takes up to 1024 in one call (`UIO_MAXIOV`).
    private static let slotCount = 128
    /// The largest payload of a UDP packet: 65,535 bytes less the headers of IPv4 and UDP.
    private static let payloadLengthMax = 65_507
    /// The longest datagrams that are sent together: what each must fit is the smallest MTU of IPv6, less the headers.
    private static let segmentLengthMax = 1232
    /// The most datagrams that are sent together (Linux: `UDP_MAX_SEGMENTS`).
    private static let segmentCountMax = 64

    private let descriptor: Int32
    private let family: IPAddress.Family
    private let headers: UnsafeMutablePointer<datagram_header>
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_in6>
    private let controls: UnsafeMutablePointer<segment_control>
    /// Whether the system can cut one buffer into datagrams (Linux 4.18).
    private let canSegment: Bool
    private var lengths: [Int] = []
    /// Whether a datagram goes to the same address as the one in front of it.
    private var repeatsAddress: [Bool] = []
    private var lastRemote: Endpoint?
    /// How many datagrams each of the headers stands for.
    private var groups: [Int] = []
    private var completions: [(slot: Int, completion: SendCompletion)] = []
    private var payload: [UInt8] = []
    /// Set by the owner while another flush is due because the last one was blocked.
    var isRetryScheduled = false

    /// What became of datagrams since the caller last looked.
    struct Outcome {
        var sent = 0
        var errors = 0
        var tooLarge = 0
        /// Datagrams remain because the system's buffer is full; try again soon.
        var isBlocked = false
    }

    /// Writes to `descriptor`, which must stay open as long as the writer is used.
    init(descriptor: Int32, family: IPAddress.Family) {
        self.descriptor = descriptor
        self.family = family
        // SAFETY: freed in deinit; every element is set before it is read.
        unsafe headers = .allocate(capacity: DatagramWriter.slotCount)
        unsafe vectors = .allocate(capacity: DatagramWriter.slotCount)
        unsafe addresses = .allocate(capacity: DatagramWriter.slotCount)
        unsafe controls = .allocate(capacity: DatagramWriter.slotCount)
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: both are local variables of the types that the option has.
        canSegment = unsafe getsockopt(descriptor, Int32(segment_level), Int32(segment_type), &size, &length) == 0
        lengths.reserveCapacity(DatagramWriter.slotCount)
    }

    deinit {
        // SAFETY: allocated in init and never given away; the elements are plain data.
        unsafe headers.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe controls.deallocate()
    }

    var isEmpty: Bool { lengths.isEmpty }
    var isFull: Bool { lengths.count == DatagramWriter.slotCount }

    /// Copies a datagram behind those that wait; there must be room for it.
    ///
    /// - Returns: the reason when it can never be sent; `completion` is not called then.
    func append(_ bytes: Span<UInt8>, to remote: Endpoint, completion: SendCompletion?) -> SendError? {
        guard !isFull else { return .queueFull }
        guard bytes.count <= DatagramWriter.payloadLengthMax else { return .messageTooLarge }
        guard remote.address.family == family else { return .noSocket(.udp) }
        let slot = lengths.count
        // SAFETY: slot is below the capacity of all three arrays; a sockaddr_in fits into the place of a sockaddr_in6.
        switch family {
        case .v4:
            unsafe (addresses + slot).withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe $0.initialize(to: sockaddr_in())
                unsafe remote.fill(&$0.pointee)
            }
        case .v6:
            unsafe (addresses + slot).initialize(to: sockaddr_in6())
            unsafe remote.fill(&addresses[slot])
        }
        payload.append(span: bytes)
        lengths.append(bytes.count)
        repeatsAddress.append(lastRemote == remote)
        lastRemote = remote
        if let completion { completions.append((slot, completion)) }
        return nil
    }

    /// Passes all that waits to the system.
    ///
    /// Completions are called last, when the writer may be used again.
    func flush() -> Outcome {
        guard !lengths.isEmpty else { return Outcome() }
        var outcome = Outcome()
        var failures: [(slot: Int, error: SendError)] = []
        let done = sendAll(&outcome, &failures)
        var finished: [(SendCompletion, SendError?)] = []
        for entry in completions where entry.slot < done {
            finished.append((entry.completion, failures.first { $0.slot == entry.slot }?.error))
        }
        removeFirst(done)
        for (completion, error) in finished { completion(error) }
        return outcome
    }

    /// Fails all that waits, at the end of the layer.
    func cancel() {
        let cancelled = completions
        removeFirst(lengths.count)
        for entry in cancelled { entry.completion(.stopped) }
    }

    /// The number of datagrams that are done with, sent or failed.
    private func sendAll(_ outcome: inout Outcome, _ failures: inout [(slot: Int, error: SendError)]) -> Int {
        // SAFETY: the payload stays in place until the closure ends, and nothing refers to it afterwards.
        unsafe payload.withUnsafeMutableBufferPointer { buffer in
            // Without a byte there is no base; then no message refers to it either.
            let base = UnsafeMutableRawPointer(buffer.baseAddress)
            unsafe prepareHeaders(from: 0, singles: 0, base: base)
            var slot = 0
            var header = 0
            while header < groups.count {
                // SAFETY: the headers up to the count were set just now, and refer to memory that stays in place.
                let result = unsafe send_datagrams(descriptor, headers + header, UInt32(groups.count - header), 0)
                if result > 0 {
                    let sent = groups[header..<(header + Int(result))].reduce(0, +)
                    header += Int(result)
                    slot += sent
                    outcome.sent += sent
                    continue
                }
                let errorNumber = result == 0 ? EIO : errno
                if errorNumber == EINTR { continue }
                if errorNumber == EAGAIN {
                    outcome.isBlocked = true
                    break
                }
                if groups[header] > 1 {
                    // Not every route takes them together (a small MTU, IPsec), and each may have its own error.
                    unsafe prepareHeaders(from: slot, singles: groups[header], base: base)
                    header = 0
                    continue
                }
                if errorNumber == EMSGSIZE { outcome.tooLarge += 1 }
                outcome.errors += 1
                failures.append((slot, SendError(errorNumber: errorNumber)))
                slot += 1
                header += 1
            }
            return slot
        }
    }

    /// Sets the headers for the datagrams from a slot on, the first ones of which go each alone.
    private func prepareHeaders(from first: Int, singles: Int, base: UnsafeMutableRawPointer?) {
        groups.removeAll(keepingCapacity: true)
        var slot = first
        var offset = lengths[..<first].reduce(0, +)
        let addressLength = family == .v4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        while slot < lengths.count {
            let group = slot < first + singles ? (count: 1, length: lengths[slot]) : group(at: slot)
            let header = groups.count
            // SAFETY: there are not more headers than slots, and slot is below the capacity of the arrays; the lengths
            // add up to the size of the payload.
            unsafe (vectors + header).initialize(
                to: iovec(iov_base: base.map { unsafe $0 + offset }, iov_len: group.length))
            var message = unsafe msghdr()
            unsafe message.msg_name = UnsafeMutableRawPointer(addresses + slot)
            unsafe message.msg_namelen = socklen_t(addressLength)
            unsafe message.msg_iov = vectors + header
            unsafe message.msg_iovlen = 1
            if group.count > 1 {
                unsafe (controls + header).initialize(
                    to: segment_control(
                        length: Int(segment_control_length), level: Int32(segment_level), type: Int32(segment_type),
                        size: UInt16(truncatingIfNeeded: lengths[slot])))
                unsafe message.msg_control = UnsafeMutableRawPointer(controls + header)
                unsafe message.msg_controllen = MemoryLayout<segment_control>.size
            }
            unsafe (headers + header).initialize(to: datagram_header(message: message, sent_length: 0))
            groups.append(group.count)
            slot += group.count
            offset += group.length
        }
    }

    /// How many datagrams from a slot on can be sent together, and the length of all: those to the same address and of
    /// the same length, behind which a shorter one may stand.
    private func group(at slot: Int) -> (count: Int, length: Int) {
        let size = lengths[slot]
        var count = 1
        var total = size
        guard canSegment, size > 0, size <= DatagramWriter.segmentLengthMax else { return (count, total) }
        while count < DatagramWriter.segmentCountMax, slot + count < lengths.count, repeatsAddress[slot + count] {
            let next = lengths[slot + count]
            guard next > 0, next <= size, total + next <= DatagramWriter.payloadLengthMax else { break }
            count += 1
            total += next
            if next < size { break }
        }
        return (count, total)
    }

    private func removeFirst(_ count: Int) {
        guard count < lengths.count else {
            lengths.removeAll(keepingCapacity: true)
            repeatsAddress.removeAll(keepingCapacity: true)
            lastRemote = nil
            payload.removeAll(keepingCapacity: payload.capacity <= 1 << 18)
            completions.removeAll(keepingCapacity: true)
            return
        }
        payload.removeFirst(lengths[..<count].reduce(0, +))
        lengths.removeFirst(count)
        repeatsAddress.removeFirst(count)
        completions = completions.compactMap { $0.slot < count ? nil : ($0.slot - count, $0.completion) }
        // SAFETY: moves the addresses of the datagrams that remain to the front; both places are within the array.
        unsafe addresses.update(from: addresses + count, count: lengths.count)
    }
}

extension [UInt8] {
    /// Appends the bytes of a span.
    mutating func append(span: Span<UInt8>) {
        // SAFETY: the bytes are copied within the closure.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
