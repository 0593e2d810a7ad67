import Testing

@testable import Transport

@Suite struct WebSocketFramerTests {
    private func masked(_ opcode: UInt8, _ payload: [UInt8], length: [UInt8]? = nil) -> [UInt8] {
        let key: [UInt8] = [1, 2, 3, 4]
        let length = length ?? [UInt8(payload.count)]
        return [0x80 | opcode, 0x80 | length[0]] + length.dropFirst() + key
            + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    private func frames(_ bytes: [UInt8], pieces: Int = 1, max: Int = 1000) -> Result<
        [WebSocketFrame], WebSocketFailure
    > {
        var framer = WebSocketFramer(payloadLengthMax: max)
        var found: [WebSocketFrame] = []
        do throws(WebSocketFailure) {
            var rest = bytes[...]
            while !rest.isEmpty {
                framer.append(rest.prefix(pieces))
                rest = rest.dropFirst(pieces)
                while let frame = try framer.next() { found.append(frame) }
            }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 4096])
    func `frames are found however the stream is cut`(pieces: Int) {
        let long = [UInt8](repeating: 0x41, count: 300)
        let stream = masked(1, Array("hello".utf8)) + masked(9, []) + masked(2, long, length: [126, 1, 44])
        #expect(
            frames(stream, pieces: pieces)
                == .success([
                    WebSocketFrame(opcode: .text, payload: Array("hello".utf8)),
                    WebSocketFrame(opcode: .ping, payload: []), WebSocketFrame(opcode: .binary, payload: long),
                ]))
    }

    @Test(
        arguments: [
            [0x81, 0x05, 1, 2, 3], [0x01, 0x80], [0x80, 0x80], [0xC1, 0x80], [0x83, 0x80], [0x8B, 0x80],
            [0x89, 0xFE, 0, 126], [0x09, 0x80], [0x81, 0xFE, 0, 125], [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `a frame that breaks the protocol is refused by its header`(bytes: [UInt8]) {
        guard case .failure(let failure) = frames(bytes) else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.code == 1002)
    }

    @Test func `a frame that is too long is refused before its payload comes`() {
        guard case .failure(let failure) = frames([0x81, 0xFE, 0x03, 0xE9]) else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.code == 1009)
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536])
    func `the length of what is sent is in its shortest form`(length: Int) {
        let header = WebSocketFrame.header(.text, length: length)
        #expect(header.count == (length < 126 ? 2 : length < 65_536 ? 4 : 10))
        let number = header.count == 2 ? Int(header[1]) : header.dropFirst(2).reduce(0) { $0 << 8 | Int($1) }
        #expect(number == length)
    }
}
