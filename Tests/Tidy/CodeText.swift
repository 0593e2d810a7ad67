/// Swift source with comments and string literals replaced by blanks; every line keeps its length.
///
/// So that a word in a text is not taken for code. Interpolations inside of strings are blanked with them; regular
/// expression literals are not known.
struct CodeText {
    let bytes: [UInt8]

    init(_ source: [UInt8]) {
        var blanker = Blanker(bytes: source)
        blanker.run()
        bytes = blanker.output
    }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")
private let backslash = UInt8(ascii: "\\")

private struct Blanker {
    let bytes: [UInt8]
    var position = 0
    var output: [UInt8] = []

    mutating func run() {
        output.reserveCapacity(bytes.count)
        while position < bytes.count {
            let byte = bytes[position]
            if byte == slash, next() == slash {
                while position < bytes.count, bytes[position] != newline { blankOne() }
            } else if byte == slash, next() == star {
                blankComment()
            } else if byte == quote || byte == hash, let hashes = openingQuote() {
                blankString(hashes: hashes)
            } else {
                output.append(byte)
                position += 1
            }
        }
    }

    private func next() -> UInt8? {
        position + 1 < bytes.count ? bytes[position + 1] : nil
    }

    /// The number of `#` before a quote that opens here.
    private func openingQuote() -> Int? {
        let hashes = count(of: hash, from: position)
        return position + hashes < bytes.count && bytes[position + hashes] == quote ? hashes : nil
    }

    private func count(of byte: UInt8, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] == byte { end += 1 }
        return end - start
    }

    private mutating func blankOne() {
        guard position < bytes.count else { return }
        output.append(bytes[position] == newline ? newline : space)
        position += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count { blankOne() }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if bytes[position] == slash, next() == star {
                depth += 1
                blank(2)
            } else if bytes[position] == star, next() == slash {
                depth -= 1
                blank(2)
            } else {
                blankOne()
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func blankString(hashes: Int) {
        blank(hashes)
        let quotes = count(of: quote, from: position) >= 3 ? 3 : 1
        blank(quotes)
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote, count(of: quote, from: position) >= quotes,
                count(of: hash, from: position + quotes) >= hashes
            {
                blank(quotes + hashes)
                return
            }
            if byte == backslash, count(of: hash, from: position + 1) >= hashes {
                let isInterpolation =
                    position + 1 + hashes < bytes.count && bytes[position + 1 + hashes] == UInt8(ascii: "(")
                blank(2 + hashes)
                if isInterpolation { blankInterpolation() }
            } else if quotes == 1, byte == newline {
                return
            } else {
                blankOne()
            }
        }
    }

    private mutating func blankInterpolation() {
        var depth = 1
        while position < bytes.count, depth > 0 {
            if let hashes = openingQuote() {
                blankString(hashes: hashes)
                continue
            }
            if bytes[position] == UInt8(ascii: "(") { depth += 1 }
            if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
            blankOne()
        }
    }
}
