import CMariaDB

/// Translates the error numbers of MariaDB's client library (2000 to 2999) and server.
enum MariaDBError {
    // SAFETY: the text is a NUL-terminated string that the caller's handle owns; it is copied before this returns.
    static func make(
        _ url: DatabaseURL, _ code: UInt32, _ text: UnsafePointer<CChar>?, isConnecting: Bool = false
    ) -> DatabaseError {
        let text = unsafe text.map { unsafe String(cString: $0) } ?? ""
        let reason = isConnecting && code == 2013 ? DatabaseError.Reason.unreachable : self.reason(code, text)
        return DatabaseError(
            reason, database: url.description, code: Int(code), detail: text.isEmpty ? "error \(code)" : text)
    }

    private static func reason(_ code: UInt32, _ text: String) -> DatabaseError.Reason {
        switch code {
        case 2006, 2013, 2055, 1053, 1927, 4031: .connectionLost
        case 2000...2999: .unreachable
        case 1049: .databaseMissing
        case 1040, 1203, 1226: .exhausted
        case 1205, 1213, 1969, 3024, 1317: .locked
        case 1036, 1290, 1792, 1836: .readOnly
        case 1044, 1045, 1130, 1131, 1142, 1143, 1227, 1370, 1396, 1410, 1419, 1698: .denied
        case 1021, 1026, 1030, 1114: .storage
        case 1146: .tableMissing(quoted(text))
        case 1054: .columnMissing(quoted(text))
        case 1062, 1586: .duplicate
        case 1048, 1364, 1216, 1217, 1451, 1452, 4025: .constraint
        case 1264, 1265, 1267, 1292, 1366, 1367, 1406, 1411, 1690, 3854: .invalidValue
        case 1007, 1050, 1061, 1359: .alreadyExists
        case 1064, 1065, 1149: .syntax
        default: .other
        }
    }

    /// The first name in quotes, without the database's name: `Table 'sipd.address' doesn't exist`.
    private static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return text }
        return String(parts[1].split(separator: ".").last ?? parts[1])
    }
}
