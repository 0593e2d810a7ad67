import CommandLineInterface
import ControlProtocol
import Database

/// Reads a backup line by line.
final class BackupReader {
    private static let lineBytesMax = 64 << 20

    private let input: InputFile
    private var line = 0
    private var rows: Int64 = 0

    init(_ path: String) throws(CommandFailure) {
        input = try InputFile(path: path)
        guard let first = try nextValue(), first["sipctl-backup"]?.integerValue == BackupFile.version else {
            throw CommandFailure(.badData, "'\(input.name)' is no backup of sipctl")
        }
    }

    /// The next line; nil behind the last one.
    ///
    /// - Throws: also when the file ends before its last line, as a cut one does.
    func next() throws(CommandFailure) -> BackupFile.Line? {
        guard let value = try nextValue() else {
            throw CommandFailure(
                .badData, "'\(input.name)' is not complete", hint: "its last line has to be {\"end\":...}")
        }
        if let values = value.arrayValue {
            rows += 1
            return .row(values)
        }
        if let end = value["end"]?.integerValue {
            guard end == rows, try nextValue() == nil else {
                throw CommandFailure(.badData, "'\(input.name)' has \(rows) rows where it says \(end)")
            }
            return .end(rows: end)
        }
        guard let name = value["table"]?.stringValue, let list = value["columns"]?.arrayValue else {
            throw CommandFailure(.badData, "\(input.name):\(line): the line is none of a backup")
        }
        let columns = list.map { ($0[0]?.stringValue ?? "", $0[1]?.stringValue ?? "") }
        return .table(name, columns: columns)
    }

    private func nextValue() throws(CommandFailure) -> JSONValue? {
        guard try input.peek() != nil else { return nil }
        var bytes: [UInt8] = []
        line += 1
        while let byte = try input.next(), byte != 0x0A {
            bytes.append(byte)
            guard bytes.count <= Self.lineBytesMax else {
                throw CommandFailure(.badData, "\(input.name):\(line): the line is too long")
            }
        }
        do throws(JSONParseError) {
            return try JSONParser.parse(bytes)
        } catch {
            throw CommandFailure(.badData, "\(input.name):\(line): \(error)")
        }
    }
}
