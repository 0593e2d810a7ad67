/// Which worker owns a Call-ID.
///
/// All messages of a call meet on one worker, so that its transactions need no lock. The seed differs from process to
/// process: nobody outside can make Call-IDs that all fall on one worker.
package struct CallIDHash: Sendable {
    private let seed: UInt64

    /// Creates the hash with a seed that nobody outside knows.
    package init(seed: UInt64 = .random(in: .min ... .max)) {
        self.seed = seed
    }

    /// The owner among `workerCount` workers; no Call-ID is like an empty one.
    @inline(__always)
    func worker(for callID: ArraySlice<UInt8>, of workerCount: Int) -> Int {
        guard workerCount > 1 else { return 0 }
        // The high half of the product maps the hash to the range without a division.
        return Int(((hash(callID) >> 32) &* UInt64(UInt32(truncatingIfNeeded: workerCount))) >> 32)
    }

    /// Multiply-and-fold over words of eight bytes, as wyhash does it; a Call-ID takes a few nanoseconds.
    func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        let span = bytes.span
        var state = seed ^ 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= span.count {
            var word: UInt64 = 0
            for offset in 0..<8 { word = word << 8 | UInt64(span[index &+ offset]) }
            state = CallIDHash.fold(state ^ word, 0xA076_1D64_78BD_642F)
            index &+= 8
        }
        var word: UInt64 = 0
        while index < span.count {
            word = word << 8 | UInt64(span[index])
            index &+= 1
        }
        state = CallIDHash.fold(state ^ word, 0xE703_7ED1_A0B4_28DB)
        return CallIDHash.fold(state ^ UInt64(span.count), 0x8EBC_6AF0_9C88_C6E3)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
