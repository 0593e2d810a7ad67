/// Splits a line into words as a shell does: blanks separate, quotes and backslashes keep.
enum CommandWords {
    /// The words of a line; nil when a quote is open.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isInWord = false
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            if character == "\\", quote != "'" {
                word.append(rest.popFirst() ?? "\\")
                isInWord = true
            } else if character == quote {
                quote = nil
            } else if quote != nil {
                word.append(character)
            } else if character == "\"" || character == "'" {
                quote = character
                isInWord = true
            } else if character == " " || character == "\t" {
                if isInWord { words.append(word) }
                word = ""
                isInWord = false
            } else {
                word.append(character)
                isInWord = true
            }
        }
        guard quote == nil else { return nil }
        return isInWord ? words + [word] : words
    }
}
