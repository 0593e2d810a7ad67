import CommandLineInterface

/// The syntax of host names (RFC 1123 §2.1, RFC 3261 §25.1).
enum HostName {
    private static let labelLengthMax = 63

    /// Whether a text is meant as a name and not as an address: its last label begins with a letter.
    static func isIntended(_ text: String) -> Bool {
        !text.contains(":") && text.split(separator: ".").last?.first?.isLetter == true
    }

    static func check(_ text: String, field: String) throws(CommandFailure) {
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.last?.isEmpty == true, labels.count > 1 { labels.removeLast() }
        for label in labels {
            guard !label.isEmpty else { throw ValueRefusal.failure(field, text, "has an empty part between dots") }
            guard label.utf8.count <= labelLengthMax else {
                throw ValueRefusal.failure(
                    field, text, "has a part of more than \(labelLengthMax) characters between dots")
            }
            if let wrong = label.unicodeScalars.first(where: { !isLabelCharacter($0) }) {
                throw ValueRefusal.failure(
                    field, text, "contains '\(wrong)'", fix: "a host name has letters, digits, '-' and dots only")
            }
            guard label.first != "-", label.last != "-" else {
                throw ValueRefusal.failure(field, text, "has a part that begins or ends with '-'")
            }
        }
        guard labels.last?.first?.isLetter == true else {
            throw ValueRefusal.failure(
                field, text, "is neither an address nor a host name", fix: "its last part has to begin with a letter")
        }
    }

    private static func isLabelCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-": true
        default: false
        }
    }
}
