/// kamcmd's `-f FORMAT`: how the values of a result are laid out.
///
/// `%v` is the next value, `%%` a percent sign, `\n \r \t \\` what they are in C. The format is repeated until the
/// values end; what is left of it then is printed with empty values. A format without `%v` has one at its end.
package struct ResultFormat: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case text(String)
        case value
    }

    private let pieces: [Piece]

    /// Reads a format.
    package init(_ format: String) {
        var pieces: [Piece] = []
        var text = ""
        var characters = format.unicodeScalars.makeIterator()
        while let character = characters.next() {
            guard character == "%" || character == "\\" else {
                text.unicodeScalars.append(character)
                continue
            }
            guard let next = characters.next() else {
                text.unicodeScalars.append(character)
                break
            }
            switch (character, next) {
            case ("%", "v"):
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.value)
            case ("%", "%"): text += "%"
            case ("\\", "n"): text += "\n"
            case ("\\", "r"): text += "\r"
            case ("\\", "t"): text += "\t"
            case ("\\", "\\"): text += "\\"
            default:
                text.unicodeScalars.append(character)
                text.unicodeScalars.append(next)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces.contains(.value) ? pieces : pieces + [.value]
    }

    /// Lays the values out.
    package func text(of values: [String]) -> String {
        var output = ""
        var rest = values[...]
        repeat {
            for piece in pieces {
                switch piece {
                case .text(let text): output += text
                case .value: output += rest.popFirst() ?? ""
                }
            }
        } while !rest.isEmpty
        return output
    }
}
