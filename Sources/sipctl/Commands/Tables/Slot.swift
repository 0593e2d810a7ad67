import CommandLineInterface
import Database

/// A positional argument of a command on a table, and the columns it stands for.
struct Slot: Sendable {
    /// What the word is.
    enum Target: Sendable {
        /// The value of a column.
        case column(String)
        /// `user@domain` for two columns; the domain may come from `--domain`.
        case addressOfRecord(user: String, domain: String)
        /// `user@domain` for two columns, or a word without `@` for a third.
        case userOrID(user: String, domain: String, id: String)
    }

    let name: String
    let summary: String
    let target: Target
    var presence: CommandArgument.Presence = .required
    var isSecret = false

    static func column(_ column: String, _ name: String, _ summary: String) -> Slot {
        Slot(name: name, summary: summary, target: .column(column))
    }

    static func user(_ name: String = "USER", _ summary: String = "user@domain", prefix: String = "") -> Slot {
        Slot(
            name: name, summary: summary,
            target: .addressOfRecord(user: prefix + "username", domain: prefix + "domain"))
    }

    /// The same word, which may be left out.
    var optional: Slot {
        var copy = self
        copy.presence = .optional
        return copy
    }

    /// The same word, kept out of process list and audit.
    var secret: Slot {
        var copy = self
        copy.isSecret = true
        return copy
    }

    /// The same word, any number of times.
    var repeated: Slot {
        var copy = self
        copy.presence = .repeated(minimum: presence == .optional ? 0 : 1)
        return copy
    }

    var argument: CommandArgument {
        let argument: CommandArgument =
            switch presence {
            case .required: .required(name, summary)
            case .optional: .optional(name, summary)
            case .repeated(let minimum): .repeated(name, summary, minimum: minimum)
            }
        return isSecret ? argument.secret : argument
    }

    /// The columns the word stands for, with their texts.
    func texts(_ word: String, _ invocation: Invocation) throws(CommandFailure) -> [(column: String, text: String)] {
        switch target {
        case .column(let column): return [(column, word)]
        case .addressOfRecord(let user, let domain):
            let address = try AddressOfRecord(word, invocation)
            return [(user, address.username), (domain, address.domain)]
        case .userOrID(let user, let domain, let id):
            guard word.contains("@") else { return [(id, word)] }
            let address = try AddressOfRecord(word, invocation)
            return [(user, address.username), (domain, address.domain)]
        }
    }
}

extension [Slot] {
    /// Every slot as one that may be left out.
    var allOptional: [Slot] { map(\.optional) }

    /// Gives the words of a command line to the slots; a repeated slot takes the rest, one word each time.
    ///
    /// - Returns: for each word of the repeated slot, or once when there is none, the texts of all columns.
    func rows(
        _ words: ArraySlice<String>, _ invocation: Invocation
    ) throws(CommandFailure) -> [[(column: String, text: String)]] {
        var common: [(column: String, text: String)] = []
        var rest = words
        for slot in self {
            if case .repeated = slot.presence {
                if rest.isEmpty { return [common] }
                var rows: [[(column: String, text: String)]] = []
                for word in rest { rows.append(common + (try slot.texts(word, invocation))) }
                return rows
            }
            guard let word = rest.popFirst() else { break }
            if word.isEmpty, slot.presence == .optional { continue }
            common += try slot.texts(word, invocation)
        }
        return [common]
    }
}
