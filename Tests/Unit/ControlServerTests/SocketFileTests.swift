import ControlProtocol
import ControlServer
import Glibc
import Logging
import OperatingSystem
import Testing

@Suite struct SocketFileTests {
    private func server() -> ControlServer {
        ControlServer(registry: MethodRegistry(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = TestServer.folder()
        defer { TestServer.remove(folder) }
        try await body(folder + "/control.sock")
    }

    /// Leaves a socket file behind that nobody listens on.
    private func leaveStaleSocket(at path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is shorter than the field, which was zeroed; the pointers are valid for the calls.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
    }

    @Test func `a second daemon is refused and the first goes on`() async throws {
        try await TestServer.run { first in
            let second = server()
            await #expect(throws: ControlServerError.alreadyRunning(path: first.path)) {
                try await second.start(path: first.path)
            }
            let answer = try await first.client { try $0.ask(#"{"jsonrpc":"2.0","method":"core.version","id":1}"#) }
            #expect(answer?["result"] != nil)
        }
    }

    @Test func `a server without our lock is respected too`() async throws {
        try await TestServer.run { first in
            _ = FileEntry.rename(first.path, to: first.folder + "/other.sock")
            let second = server()
            let path = first.folder + "/other.sock"
            await #expect(throws: ControlServerError.alreadyRunning(path: path)) { try await second.start(path: path) }
            _ = FileEntry.remove(path)
            _ = FileEntry.remove(path + ".lock")
        }
    }

    @Test func `a stale socket is replaced`() async throws {
        try await withFolder { path in
            leaveStaleSocket(at: path)
            #expect(FileEntry.kind(of: path) == .socket)
            let server = server()
            try await server.start(path: path)
            await server.stop()
            #expect(FileEntry.kind(of: path) == nil)
        }
    }

    @Test func `a file that is no socket is left alone`() async throws {
        try await withFolder { path in
            #expect(FileContents.write("precious", to: path))
            let server = server()
            await #expect(throws: ControlServerError.notASocket(path: path)) { try await server.start(path: path) }
            let content = try FileContents.read(path, bytesMax: 100)
            #expect(content == Array("precious".utf8))
        }
    }

    @Test func `a folder that is missing is named`() async throws {
        let server = server()
        let path = "/nonexistent/control.sock"
        await #expect(throws: ControlServerError.folderMissing(path: path)) { try await server.start(path: path) }
    }

    @Test func `a path that is too long is named`() async throws {
        let server = server()
        let path = "/tmp/" + String(repeating: "x", count: 110)
        await #expect(throws: ControlServerError.pathTooLong(path: path)) { try await server.start(path: path) }
    }

    @Test func `a server may try again after a failure, and starts once`() async throws {
        try await withFolder { path in
            let server = server()
            await #expect(throws: ControlServerError.self) { try await server.start(path: "/nonexistent/x") }
            try await server.start(path: path)
            await #expect(throws: ControlServerError.notIdle) { try await server.start(path: path) }
            await server.stop()
            await server.stop()
        }
    }

    @Test func `the socket has its mode and nothing else is left`() async throws {
        try await withFolder { path in
            let server = server()
            try await server.start(path: path)
            var status = stat()
            // SAFETY: the structure is valid for the call, which fills it.
            let result = unsafe stat(path, &status)
            #expect(result == 0)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(FileEntry.kind(of: path + "~") == nil)
            await server.stop()
        }
    }
}
