import ModuleInterface
import SIPMessage
import ScriptEngine

extension SQLOperationsModule {
    /// `{sql.val}`, `{sql.val.int}`, `{sql.val.str}`.
    static var valueTransformation: TransformationDescription<SQLOperationsModule> {
        TransformationDescription("sql", summary: "Values as they stand in an SQL statement.") {
            module, operation, arguments, _ throws(ScriptError) in
            guard arguments == nil else { throw ScriptError("'{sql.\(operation)}' takes no arguments") }
            let undefined: ByteString
            switch operation {
            case "val": undefined = "NULL"
            case "val.int": undefined = "0"
            case "val.str": undefined = "''"
            default:
                throw ScriptError(
                    "unknown transformation '{sql.\(operation)}'", hint: "write 'val', 'val.int' or 'val.str'")
            }
            let quotesWithBackslash = module.quotesWithBackslash
            return { _, value in
                switch value {
                case .null: .string(undefined)
                case .integer: .string(value.text)
                case .string(let text): .string(SQLText.literal(text, quotesWithBackslash: quotesWithBackslash))
                case .both(let number, let text):
                    text == ByteString(integer: number)
                        ? .string(text)
                        : .string(SQLText.literal(text, quotesWithBackslash: quotesWithBackslash))
                }
            }
        }
    }
}

/// Texts in SQL statements.
enum SQLText {
    /// The text as a literal.
    ///
    /// DIFFERS: where all connections are SQLite's, quotes are doubled, which is what SQLite understands; Kamailio's
    /// backslash would end the literal there and let the text go on as SQL.
    static func literal(_ text: ByteString, quotesWithBackslash: Bool) -> ByteString {
        let quote = UInt8(ascii: "'")
        var result: [UInt8] = [quote]
        result.reserveCapacity(text.count + 2)
        for byte in text.bytes {
            switch (byte, quotesWithBackslash) {
            case (quote, true), (UInt8(ascii: "\""), true), (UInt8(ascii: "\\"), true):
                result.append(UInt8(ascii: "\\"))
                result.append(byte)
            case (0, true): result.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "0")])
            case (quote, false): result.append(contentsOf: [quote, quote])
            // A NUL ends a statement for SQLite; no text of a message needs it.
            case (0, false): break
            default: result.append(byte)
            }
        }
        result.append(quote)
        return ByteString(result)
    }
}
