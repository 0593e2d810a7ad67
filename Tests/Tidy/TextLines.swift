/// The lines of a text, with a quick search: the rules look for a few words in a few million bytes.
struct TextLines {
    private let bytes: [UInt8]
    /// Where each line starts, and one more for the end.
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { starts.append(index + 1) }
        starts.append(bytes.count + 1)
        self.starts = starts
    }

    var count: Int { starts.count - 1 }

    /// A line by its index from 0, without its end.
    subscript(line: Int) -> String {
        String(decoding: bytes[starts[line]..<(starts[line + 1] - 1)], as: UTF8.self)
    }

    var all: [String] { (0..<count).map { self[$0] } }

    /// The indices of the lines that contain a word, each once.
    func containing(_ word: String) -> [Int] {
        let word = Array(word.utf8)
        guard let first = word.first, bytes.count >= word.count else { return [] }
        var found: [Int] = []
        var line = 0
        for index in 0...(bytes.count - word.count)
        where bytes[index] == first && bytes[index..<(index + word.count)].elementsEqual(word) {
            while starts[line + 1] <= index { line += 1 }
            if found.last != line { found.append(line) }
        }
        return found
    }

    /// The indices of the lines that contain one of the words, in order.
    func containing(anyOf words: [String]) -> [Int] {
        Set(words.flatMap { containing($0) }).sorted()
    }
}
