/// Swift source with comments and string literals replaced by blanks, line by line.
///
/// So that a word in a text is not taken for code. Interpolations inside of strings are blanked with them; regular
/// expression literals are not known.
struct CodeText {
    let lines: [String]

    init(_ source: String) {
        var blanker = Blanker(characters: Array(source))
        lines = blanker.run().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

private struct Blanker {
    let characters: [Character]
    var position = 0
    var output = ""

    mutating func run() -> String {
        while position < characters.count {
            if starts(with: "//") {
                blank(while: { $0 != "\n" })
            } else if starts(with: "/*") {
                blankComment()
            } else if let hashes = openingQuote() {
                blankString(hashes: hashes)
            } else {
                output.append(characters[position])
                position += 1
            }
        }
        return output
    }

    private func starts(with text: String) -> Bool {
        characters[position...].starts(with: text)
    }

    /// The number of `#` before a quote that opens here.
    private func openingQuote() -> Int? {
        var ahead = position
        while ahead < characters.count, characters[ahead] == "#" { ahead += 1 }
        return ahead < characters.count && characters[ahead] == "\"" ? ahead - position : nil
    }

    private mutating func blankOne() {
        guard position < characters.count else { return }
        output.append(characters[position] == "\n" ? "\n" : " ")
        position += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count { blankOne() }
    }

    private mutating func blank(while holds: (Character) -> Bool) {
        while position < characters.count, holds(characters[position]) { blankOne() }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blankOne()
            }
        } while depth > 0 && position < characters.count
    }

    private mutating func blankString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        blank(hashes)
        let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        blank(quote.count)
        while position < characters.count {
            if starts(with: quote + marks) {
                blank(quote.count + hashes)
                return
            }
            if starts(with: "\\\(marks)(") {
                blank(2 + hashes)
                blankInterpolation()
            } else if starts(with: "\\\(marks)") {
                blank(2 + hashes)
            } else if quote == "\"", characters[position] == "\n" {
                return
            } else {
                blankOne()
            }
        }
    }

    private mutating func blankInterpolation() {
        var depth = 1
        while position < characters.count, depth > 0 {
            if let hashes = openingQuote() {
                blankString(hashes: hashes)
                continue
            }
            if characters[position] == "(" { depth += 1 }
            if characters[position] == ")" { depth -= 1 }
            blankOne()
        }
    }
}
