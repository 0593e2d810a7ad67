import CommandLineInterface
import ControlProtocol

/// The parameters of a call, as they were typed.
enum CallParameters {
    /// Words behind the method.
    case words([TypedWord])
    /// `--params` with an array or an object.
    case document(JSONRPCRequest.Parameters)

    /// Reads the words, or the document.
    init(words: [String], document text: String?) throws(CommandFailure) {
        guard let text else {
            var typed: [TypedWord] = []
            for word in words { typed.append(try TypedWord(word)) }
            self = .words(typed)
            return
        }
        guard words.isEmpty else {
            throw CommandFailure(.usage, "--params and '\(words[0])' both give parameters", hint: "choose one")
        }
        switch Result(catching: { () throws(JSONParseError) in try JSONParser.parse(text) }) {
        case .success(.array(let values)): self = .document(.positional(values))
        case .success(.object(let members)): self = .document(.named(members))
        case .success(let other):
            throw CommandFailure(.usage, "--params is \(other.kindDescription), expected an array or an object")
        case .failure(let error): throw CommandFailure(.usage, "--params is not JSON: \(error)")
        }
    }

    /// For the native socket: the method's own description decides what digits mean, so nothing may be lost here.
    var native: JSONRPCRequest.Parameters {
        switch self {
        case .words(let words): .positional(words.map(\.lossless))
        case .document(let parameters): parameters
        }
    }

    /// For jsonrpcs of Kamailio, typed as kamctl types them: digits are a number, all else is a text.
    var kamailio: JSONRPCRequest.Parameters {
        switch self {
        case .words(let words): .positional(words.map(\.kamctl))
        case .document(let parameters): parameters
        }
    }

    /// The same with an object behind them, as listings of sipd take their options.
    func adding(options: [JSONMember]) -> CallParameters {
        guard !options.isEmpty else { return self }
        switch native {
        case .positional(let values): return .document(.positional(values + [.object(options)]))
        case .named(let members): return .document(.named(members + options))
        }
    }

    /// For a `ctl` socket, typed as kamcmd types them.
    ///
    /// An object gives its values in order, as in Kamailio.
    var records: [ResultRecord] {
        switch self {
        case .words(let words): words.map { ResultRecord($0.kamcmd) }
        case .document(.positional(let values)): values.map { ResultRecord($0) }
        case .document(.named(let members)): members.map { ResultRecord($0.value) }
        }
    }
}

/// One argument: kamcmd's rules make numbers of some texts, `s:` keeps a text, `i:` wants a number (kamctl's word).
struct TypedWord: Equatable {
    /// The value with nothing lost: a number only when it prints as it was typed, so `007` and `+49` stay texts.
    let lossless: JSONValue
    /// The value as kamcmd sends it: `007` is 7, an empty word 0.
    let kamcmd: JSONValue
    /// The value as kamctl sends it: only digits are a number, `i:` makes one of anything else.
    var kamctl: JSONValue {
        switch lossless {
        case .integer(let integer) where integer >= 0 || isForced: lossless
        case .integer(let integer): .string(String(integer))
        case .number(let number): .string(number.description)
        case .string, .null, .bool, .array, .object: lossless
        }
    }
    private let isForced: Bool

    init(_ word: String) throws(CommandFailure) {
        isForced = word.hasPrefix("i:")
        if word.hasPrefix("s:") {
            lossless = .string(String(word.dropFirst(2)))
            kamcmd = lossless
        } else if word.hasPrefix("i:") {
            guard let integer = Int64(word.dropFirst(2)) else {
                throw CommandFailure(.badData, "'\(word)' is not an integer", hint: "write s:\(word) for a text")
            }
            lossless = .integer(integer)
            kamcmd = lossless
        } else {
            lossless = Self.lossless(word)
            kamcmd = Self.kamcmd(word)
        }
    }

    private static func lossless(_ word: String) -> JSONValue {
        if let integer = Int64(word), String(integer) == word { return .integer(integer) }
        if let number = Double(word), number.isFinite, number.description == word { return .number(number) }
        return .string(word)
    }

    /// As `strtol` and then `strtod` read a whole word (Kamailio: kamcmd).
    private static func kamcmd(_ word: String) -> JSONValue {
        let trimmed = word.drop { $0 == " " || ("\t"..."\r").contains($0) }
        if word.isEmpty { return .integer(0) }
        if let integer = Int64(trimmed) { return .integer(integer) }
        if let number = Double(trimmed) { return .number(number) }
        return .string(word)
    }
}
