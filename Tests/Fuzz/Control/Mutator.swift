import Glibc

/// Changes inputs at random, the same way for the same seed.
struct Mutator {
    private static let inputBytesMax = 4096
    private static let words = ["{", "}", "[", "]", "\"", ":", ",", "\\u", "\\", "null", "1e999", "-", "\n", "\r\n"]

    private var state: UInt64

    /// Starts with a seed.
    init(seed: UInt64) {
        state = seed
    }

    /// A number from 0 up to the bound.
    mutating func number(below bound: Int) -> Int {
        // The generator of SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(bound, 1)))
    }

    /// A changed copy of one of the inputs.
    mutating func next(_ corpus: [[UInt8]]) -> [UInt8] {
        var input = corpus[number(below: corpus.count)]
        for _ in 0..<number(below: 8) {
            let position = number(below: input.count + 1)
            switch number(below: 6) {
            case 0: input.insert(UInt8(number(below: 256)), at: position)
            case 1 where position < input.count: input[position] = UInt8(number(below: 256))
            case 2 where position < input.count: input[position] ^= 1 << UInt8(number(below: 8))
            case 3: input.removeSubrange(position..<min(input.count, position + number(below: 16)))
            case 4: input.insert(contentsOf: Self.words[number(below: Self.words.count)].utf8, at: position)
            default:
                let other = corpus[number(below: corpus.count)]
                input.insert(contentsOf: other.prefix(number(below: other.count + 1)), at: position)
            }
        }
        return Array(input.prefix(Self.inputBytesMax))
    }
}

/// Where the input that is being tried can be found after a crash.
enum LastInput {
    // SAFETY: the text lives for the length of the call.
    private static let descriptor = unsafe creat("FUZZ_INPUT", 0o600)

    static func keep(_ input: [UInt8]) {
        _ = ftruncate(descriptor, 0)
        // SAFETY: the array outlives the call, and the length is its own.
        _ = unsafe input.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
