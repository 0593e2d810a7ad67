import SIPMessage
import ScriptEngine

/// The flags of rtpproxy's functions, one letter each.
struct ProxyFlags {
    /// Which Via's branch belongs to the name of the call.
    enum Branch {
        case none, first, second, byDirection, extra
    }

    private(set) var branch = Branch.none
    /// What rtpproxy is told behind the letter of the command.
    private(set) var options: ByteString = ""
    private(set) var trustsSession = false
    private(set) var replacesOrigin = false
    private(set) var replacesSessionConnection = false
    private(set) var forcesLookup = false
    private(set) var ignoresMark = false
    private(set) var bridgesFamilies = false
    private(set) var omitsToTag = false

    /// Reads flags; letters of either case.
    init(parsing text: ByteString) throws(ScriptError) {
        var bytes = text.bytes
        var isAsymmetric = false
        var isSymmetric = false
        var repacketization: ByteString = ""
        while let byte = bytes.popFirst() {
            switch byte | (byte > 0x3F ? 0x20 : 0) {
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "1"): branch = .first
            case UInt8(ascii: "2"): branch = .second
            case UInt8(ascii: "3"): branch = .byDirection
            case UInt8(ascii: "b"): branch = .extra
            case UInt8(ascii: "a"):
                isAsymmetric = true
                trustsSession = true
            case UInt8(ascii: "i"): options += "I"
            case UInt8(ascii: "e"): options += "E"
            case UInt8(ascii: "l"): forcesLookup = true
            case UInt8(ascii: "f"): ignoresMark = true
            case UInt8(ascii: "r"): trustsSession = true
            case UInt8(ascii: "c"): replacesSessionConnection = true
            case UInt8(ascii: "o"): replacesOrigin = true
            case UInt8(ascii: "x"): bridgesFamilies = true
            case UInt8(ascii: "w"): isSymmetric = true
            case UInt8(ascii: "t"): omitsToTag = true
            case UInt8(ascii: "z"):
                let digits = bytes.prefix { (0x30...0x39).contains($0) }.prefix(3)
                bytes = bytes.dropFirst(digits.count)
                if !digits.isEmpty { repacketization = "Z" + ByteString(digits) }
            default:
                throw ScriptError("'\(ByteString([byte]))' is no flag of rtpproxy")
            }
        }
        if isAsymmetric { options += "A" } else if isSymmetric { options += "S" }
        options += repacketization
    }
}
