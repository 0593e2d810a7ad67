import SIPMessage

/// A hash of texts that is the same in every process (FNV-1a).
enum NameHash {
    static func hash(_ text: ByteString) -> UInt32 {
        text.bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
