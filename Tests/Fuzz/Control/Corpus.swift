/// Inputs that the parsers know, to be changed.
enum Corpus {
    static let documents = [
        #"{"jsonrpc":"2.0","method":"core.version","id":1}"#,
        #"[{"jsonrpc":"2.0","method":"a","params":[1,-2.5e3,"x",null,true]},{"jsonrpc":"2.0","id":"y"}]"#,
        #"{"jsonrpc":2.0,"method":5,"params":{"stream":true,"where":{"a":{"lt":5}}},"id":null}"#,
        #"{"a":"\u00e9\ud83d\ude00\n\t\"\\","b":[[[[[]]]]],"c":{"d":{}},"a":1}"#, "[]", "0", "-0.0", "\"\\ud800\"",
        "9223372036854775807", "1e400", "\u{FEFF}{}",
    ]

    static let streams = [
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1}\n", "\r\n\n{}\n",
        "Content-Length: 2\r\n\r\n{}Content-Type: x\r\nContent-Length: 2\r\n\r\n[]", "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n", "content-length:0\n\n", "Content-Type: a\n\n",
    ]

    /// A request for `core.version`, one with parameters, a reply with structures, a fault, and broken ones.
    static let packets: [[UInt8]] = [
        [0xA1, 0x03, 0x0F, 1, 2, 3, 4, 0x91, 0x0D] + Array("core.version".utf8) + [0],
        [0xA1, 0x00, 0x0C, 7, 0x21, 0x61, 0, 0x10, 5, 0x40, 0xFF, 0xFF, 0xFF, 0xFB, 0x22, 0x05, 0xDC],
        [0xA1, 0x10, 0x0B, 1, 0x03, 0x25, 0x73, 0, 0x10, 5, 0x83, 0x04, 0x21, 0x78, 0, 0x84],
        [0xA1, 0x30, 0x08, 1, 0x20, 1, 0xF4, 0x31, 0x6E, 0x6F, 0], [0xA1, 0x00, 0x00, 0x00], [0xA1, 0x0C, 0xFF, 0xFF],
        [0xB1, 0x00], [0xA1, 0x3F, 0xFF, 0xFF, 0xFF, 0xFF],
    ]
}
