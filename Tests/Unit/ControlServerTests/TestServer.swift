import ControlProtocol
import ControlServer
import Dispatch
import Glibc
import Logging
import OperatingSystem
import Synchronization

/// A control server on a socket of its own in a temporary folder, with methods made for tests.
struct TestServer {
    let folder: String
    let path: String
    let server: ControlServer
    let records: LogRecords

    /// How many rows the last listing has handed out.
    static func rowsMethod(_ handedOut: HandedOut) -> MethodImplementation {
        { call throws(MethodFault) in
            let count = Int(try call.integer(0, named: "count"))
            let failing = try call.optionalInteger(1, named: "failing")
            return .rows(
                LazyRows { position throws(MethodFault) in
                    handedOut.note(position)
                    if position == failing.map(Int.init) { throw .failed("row \(position) is broken") }
                    guard position < count else { return nil }
                    return ["position": JSONValue(position), "name": "a row of some length, as contacts have"]
                })
        }
    }

    static func folder() -> String {
        let path = "/tmp/sipd-control-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // SAFETY: the text lives for the length of the call.
        _ = unsafe mkdir(path, 0o700)
        return path
    }

    static func remove(_ folder: String) {
        for name in ["control.sock", "control.sock.lock", "control.sock~"] { _ = FileEntry.remove("\(folder)/\(name)") }
        // SAFETY: the text lives for the length of the call.
        _ = unsafe rmdir(folder)
    }

    /// Runs a client that blocks, on a thread of its own: the server needs the shared ones.
    func client<Value: Sendable>(_ body: @escaping @Sendable (Client) throws -> Value) async throws -> Value {
        try await Self.client(path: path, body)
    }

    static func client<Value: Sendable>(
        path: String, _ body: @escaping @Sendable (Client) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            // A queue of its own gets a thread of its own, however many others wait.
            DispatchQueue(label: "client").async {
                continuation.resume(with: Result { try body(try Client(path: path)) })
            }
        }
    }

    /// Runs a client of the library against a server whose method `test.answer` answers with a result.
    static func answer<Value: Sendable>(
        _ result: JSONValue, _ body: @escaping @Sendable (ControlClient) throws -> Value
    ) async throws -> Value {
        let folder = folder()
        defer { remove(folder) }
        let registry = MethodRegistry()
        try BuiltInMethods.register(in: registry, DaemonInformation(version: "0.1.0"))
        try registry.register(MethodDescription("test.answer", summary: "s", doc: "d", example: "e")) { _ in
            .value(result)
        }
        let server = ControlServer(registry: registry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let path = folder + "/control.sock"
        try await server.start(path: path)
        do {
            let value = try await client(path: path) { try body(try ControlClient(path: $0.path)) }
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Runs the body with a server that listens, and stops it behind.
    static func run(
        _ configuration: ControlServer.Configuration = .init(), handedOut: HandedOut = HandedOut(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let folder = folder()
        defer { remove(folder) }
        let registry = MethodRegistry()
        try BuiltInMethods.register(in: registry, DaemonInformation(version: "0.1.0"))
        try registry.register(
            MethodDescription("test.rows", summary: "s", doc: "d", example: "e", lists: true), rowsMethod(handedOut))
        try registry.register(
            MethodDescription("test.change", summary: "s", doc: "d", example: "e", mutates: true)
        ) { call throws(MethodFault) in
            if call.positional == ["fail"] { throw .notFound("nothing there") }
            return .value("done")
        }
        let records = LogRecords()
        let logger = Logger(label: "test") { _ in records }
        let server = ControlServer(registry: registry, logger: logger, configuration: configuration)
        let path = folder + "/control.sock"
        try await server.start(path: path)
        do {
            try await body(TestServer(folder: folder, path: path, server: server, records: records))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}

/// How far a listing has come.
final class HandedOut: Sendable {
    private let highest = Mutex(0)

    func note(_ position: Int) { highest.withLock { $0 = max($0, position) } }

    var rows: Int { highest.withLock { $0 } }
}

/// A connection that sends and receives lines.
final class Client {
    let path: String
    private let socket: StreamSocket
    private var buffer: [UInt8] = []

    init(path: String) throws {
        self.path = path
        socket = try StreamSocket(path: path, silenceMax: .seconds(20))
    }

    func send(_ text: String) throws { try socket.write(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws { try socket.write(bytes) }

    /// The next line without its break, nil when the server closed.
    func line() throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                return line
            }
            guard try socket.read(into: &buffer, max: 1 << 16) else { return nil }
        }
    }

    func document() throws -> JSONValue? {
        try line().map { try JSONParser.parse($0, limits: .answer) }
    }

    /// Sends a line and waits for one.
    func ask(_ text: String) throws -> JSONValue? {
        try send(text + "\n")
        return try document()
    }

    /// Reads some bytes, false at the end.
    func read(_ bytes: inout [UInt8], max: Int) throws -> Bool {
        guard buffer.isEmpty else {
            bytes += buffer
            buffer = []
            return true
        }
        return try socket.read(into: &bytes, max: max)
    }
}

/// What was logged, as `message key=value …` with the keys in order.
struct LogRecords: LogHandler {
    private final class Storage: Sendable {
        let lines = Mutex<[String]>([])
    }

    private let storage = Storage()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    var lines: [String] { storage.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        storage.lines.withLock { $0.append("\(event.level) \(event.message) \(pairs.joined(separator: " "))") }
    }
}
