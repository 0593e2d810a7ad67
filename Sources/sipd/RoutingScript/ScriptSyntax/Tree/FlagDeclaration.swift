/// One name of `flags a, b:3`.
package struct FlagDeclaration: Sendable {
    /// What the flag belongs to.
    package enum Kind: String, Sendable {
        case message = "flags"
        case attribute = "avpflags"
    }

    /// The directive that declares the flag.
    package var kind: Kind
    /// The name, without quotes.
    package var name: String
    /// The number after the colon; nil leaves the choice to the daemon.
    package var number: Int32?
    /// The name with its number.
    package var range: SourceRange

    package init(kind: Kind, name: String, number: Int32?, range: SourceRange) {
        self.kind = kind
        self.name = name
        self.number = number
        self.range = range
    }
}
