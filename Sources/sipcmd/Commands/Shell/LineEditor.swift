/// The line that is being typed, and what keys do to it; without a terminal, so that it can be tested.
struct LineEditor {
    /// What has to happen outside of the line.
    enum Action: Equatable {
        case none
        /// The line is done.
        case enter(String)
        /// Candidates for the word before the cursor are wanted.
        case complete
        /// The shell ends.
        case end
    }

    // Our own: a session of a long day.
    private static let historyMax = 1000

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private(set) var history: [String] = []
    private var position = 0
    private var pending: [UInt8] = []

    /// Takes lines of an earlier session.
    mutating func load(history lines: [String]) {
        history = Array(lines.suffix(Self.historyMax))
        position = history.count
    }

    /// Takes one byte of the terminal.
    mutating func take(_ byte: UInt8) -> Action {
        if !pending.isEmpty || byte == 0x1B { return escape(byte) }
        switch byte {
        case 0x0D, 0x0A: return enter()
        case 0x09: return .complete
        case 0x04: return text.isEmpty ? .end : remove(at: cursor)
        case 0x7F, 0x08: return cursor > 0 ? remove(at: cursor - 1) : .none
        case 0x01: cursor = 0
        case 0x05: cursor = text.count
        case 0x15: replace("")
        case 0x17: removeWord()
        case 0x20...0x7E: insert(String(Character(UnicodeScalar(byte))))
        case 0x80...0xFF: return more(byte)
        default: break
        }
        return .none
    }

    /// Puts text in at the cursor.
    mutating func insert(_ addition: String) {
        text.insert(contentsOf: addition, at: cursor)
        cursor += addition.count
    }

    /// The words before the cursor; the last one is that which is being typed, perhaps empty.
    var wordsBeforeCursor: [String] {
        var words = String(text[..<cursor]).split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        if cursor == 0 || text[cursor - 1] == " " { words.append("") }
        return words
    }

    private mutating func enter() -> Action {
        let line = String(text)
        if !line.isEmpty, history.last != line { history.append(line) }
        if history.count > Self.historyMax { history.removeFirst() }
        position = history.count
        text = []
        cursor = 0
        return .enter(line)
    }

    private mutating func remove(at index: Int) -> Action {
        guard text.indices.contains(index) else { return .none }
        text.remove(at: index)
        cursor = index
        return .none
    }

    private mutating func removeWord() {
        while cursor > 0, text[cursor - 1] == " " { _ = remove(at: cursor - 1) }
        while cursor > 0, text[cursor - 1] != " " { _ = remove(at: cursor - 1) }
    }

    private mutating func replace(_ line: String) {
        text = Array(line)
        cursor = text.count
    }

    /// Gathers the bytes of one character beyond ASCII.
    private mutating func more(_ byte: UInt8) -> Action {
        pending = [byte]
        return .none
    }

    private mutating func escape(_ byte: UInt8) -> Action {
        pending.append(byte)
        guard pending[0] == 0x1B else {
            let expected = pending[0] >= 0xF0 ? 4 : pending[0] >= 0xE0 ? 3 : 2
            guard pending.count >= expected else { return .none }
            insert(String(decoding: pending, as: UTF8.self))
            pending = []
            return .none
        }
        guard pending.count > 1 else { return .none }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else {
            pending = []
            return .none
        }
        guard pending.count > 2, (0x40...0x7E).contains(byte) else {
            if pending.count > 8 { pending = [] }
            return .none
        }
        let sequence = pending[2...]
        pending = []
        return key(Array(sequence))
    }

    private mutating func key(_ sequence: [UInt8]) -> Action {
        switch sequence {
        case [UInt8(ascii: "A")]: recall(position - 1)
        case [UInt8(ascii: "B")]: recall(position + 1)
        case [UInt8(ascii: "C")]: cursor = min(cursor + 1, text.count)
        case [UInt8(ascii: "D")]: cursor = max(cursor - 1, 0)
        case [UInt8(ascii: "H")]: cursor = 0
        case [UInt8(ascii: "F")]: cursor = text.count
        case Array("3~".utf8): return remove(at: cursor)
        default: break
        }
        return .none
    }

    private mutating func recall(_ index: Int) {
        guard (0...history.count).contains(index) else { return }
        position = index
        replace(index < history.count ? history[index] : "")
    }
}
