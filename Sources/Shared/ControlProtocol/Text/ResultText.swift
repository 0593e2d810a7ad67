/// Renders records as kamcmd prints them.
///
/// One value a line, one TAB a level, `name: value`, structures between `{` and `}`. Texts are printed raw: a line
/// break inside one is a line break in the output.
package struct ResultText {
    /// Appends records in kamcmd's default layout.
    package static func write(_ records: [ResultRecord], to output: inout [UInt8]) {
        for record in records { write(record, name: nil, level: 0, to: &output) }
    }

    static func write(_ record: ResultRecord, name: String?, level: Int, to output: inout [UInt8]) {
        switch record {
        case .structure(let members):
            beginLine(name, level: level, to: &output)
            output.append(contentsOf: "{\n".utf8)
            for member in members { write(member.value, name: member.name, level: level + 1, to: &output) }
            beginLine(nil, level: level, to: &output)
            output.append(contentsOf: "}\n".utf8)
        case .array(let elements):
            // kamcmd indents the opening bracket one level deeper than the closing one.
            beginLine(name, level: level + 1, to: &output)
            output.append(contentsOf: "[\n".utf8)
            for element in elements { write(element, name: nil, level: level + 1, to: &output) }
            beginLine(nil, level: level, to: &output)
            output.append(contentsOf: "]\n".utf8)
        case .integer, .number, .text:
            beginLine(name, level: level, to: &output)
            output.append(contentsOf: scalar(record).utf8)
            output.append(UInt8(ascii: "\n"))
        }
    }

    static func beginLine(_ name: String?, level: Int, to output: inout [UInt8]) {
        output.append(contentsOf: repeatElement(UInt8(ascii: "\t"), count: level))
        guard let name else { return }
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: ": ".utf8)
    }

    private static func scalar(_ record: ResultRecord) -> String {
        switch record {
        case .integer(let integer): String(integer)
        case .number(let number): DecimalText.text(of: number)
        case .text(let text): text
        case .structure, .array: ""
        }
    }

    /// The values that `-f` puts in place of `%v`, in order: what each line of the default layout says, less its TABs.
    package static func values(of records: [ResultRecord]) -> [String] {
        var values: [String] = []
        for record in records { collect(record, name: nil, into: &values) }
        return values
    }

    private static func collect(_ record: ResultRecord, name: String?, into values: inout [String]) {
        let prefix = name.map { "\($0): " } ?? ""
        switch record {
        case .structure(let members):
            values.append(prefix + "{")
            for member in members { collect(member.value, name: member.name, into: &values) }
            values.append("}")
        case .array(let elements):
            values.append(prefix + "[")
            for element in elements { collect(element, name: nil, into: &values) }
            values.append("]")
        case .integer, .number, .text: values.append(prefix + scalar(record))
        }
    }
}

/// Prints numbers as C's `%f` does, or without decimals when they are whole.
package enum DecimalText {
    /// The number as kamcmd prints it: `1`, `0.500000`, `-1.500000`.
    package static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        let magnitude = number.magnitude
        let sign = number < 0 ? "-" : ""
        let whole = magnitude.rounded(.towardZero)
        // Beyond 2^53 there is no fraction, and beyond 128 bits nobody counts the digits.
        guard let integer = UInt128(exactly: whole) else { return number.description }
        if whole == magnitude { return sign + String(integer) }
        let millionths = roundedMillionths(magnitude - whole)
        let carry: UInt128 = millionths == 1_000_000 ? 1 : 0
        let digits = String(millionths % 1_000_000)
        return sign + String(integer + carry) + "." + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// A fraction in 0..<1 times a million, rounded half to even on its exact value.
    private static func roundedMillionths(_ fraction: Double) -> Int {
        // fraction = significand / 2^shift exactly, with significand below 2^53.
        let shift = 52 - Int(fraction.exponent)
        // Then the fraction is below 2^-50, and rounds to nothing.
        guard fraction > 0, shift < 104 else { return 0 }
        let significand = UInt128(fraction.significandBitPattern | 1 << 52)
        let product = significand * 1_000_000
        let quotient = product >> shift
        let rest = product - quotient << shift
        let half = UInt128(1) << (shift - 1)
        let roundsUp = rest > half || (rest == half && quotient & 1 == 1)
        return Int(quotient) + (roundsUp ? 1 : 0)
    }
}
