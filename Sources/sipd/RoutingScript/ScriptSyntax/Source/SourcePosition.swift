/// A place in one of the files of a configuration.
///
/// Lines and columns count from 1 and a column is one byte, so a tab counts one. Text that comes out of a
/// `#!define` has the position of the name that was replaced, not of the directive.
package struct SourcePosition: Sendable, Hashable, Comparable {
    /// Index into `Configuration.files`; 0 is the file that was asked for, the others are includes.
    package var file: Int32
    /// The line, from 1.
    package var line: Int32
    /// The byte in the line, from 1.
    package var column: Int32

    package init(file: Int32 = 0, line: Int32, column: Int32) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// The first and the last byte of a piece of a configuration.
package struct SourceRange: Sendable, Hashable {
    /// The first byte of the piece.
    package var start: SourcePosition
    /// The last byte that belongs to the piece; lies in another file when an include ends inside of it.
    package var end: SourcePosition

    package init(_ start: SourcePosition, _ end: SourcePosition) {
        self.start = start
        self.end = end
    }

    package init(_ position: SourcePosition) {
        self.init(position, position)
    }

    /// The range from the start of this piece to the end of another that follows it.
    package func through(_ other: SourceRange) -> SourceRange {
        SourceRange(start, other.end)
    }
}

/// A position with the name of its file, printed as `file:line:column`.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The path as it was given, or as an include found it.
    package var file: String
    /// The line, from 1.
    package var line: Int32
    /// The byte in the line, from 1.
    package var column: Int32

    package init(file: String, line: Int32, column: Int32) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}
