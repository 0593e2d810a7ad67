import DigestAuthentication
import Testing

@Suite struct HashFunctionTests {
    @Test(arguments: [
        (HashFunction.md5, "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (.sha512t256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
    ])
    func `abc has the hash of FIPS 180-4 and RFC 1321`(function: HashFunction, expected: String) {
        #expect(function.isAvailable)
        #expect(text(function.hexadecimal(of: "abc")) == expected)
        #expect(hexadecimal(function.digest(of: slice("abc"))) == Array(expected.utf8))
        #expect(text(function.hexadecimal(of: slice("xabcx").dropFirst().dropLast())) == expected)
    }

    @Test func `nothing has a hash`() {
        #expect(text(HashFunction.md5.hexadecimal(of: "")) == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(text(HashFunction.md5.hexadecimal(joining: [])) == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test func `joined texts hash like the whole`() {
        let long = String(repeating: "x", count: 100_000)
        #expect(
            HashFunction.sha256.hexadecimal(joining: [slice("a"), [], slice(long)])
                == HashFunction.sha256.hexadecimal(of: "a::" + long))
    }

    @Test(arguments: [
        (HashFunction.md5, "Jefe", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (
            .sha256, "Jefe", "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            .sha256, String(repeating: "\u{0B}", count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (.sha1, "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ])
    func `keyed hashes are those of RFC 2202 and RFC 4231`(
        function: HashFunction, key: String, message: String, expected: String
    ) {
        let parts = [slice(message).prefix(3), slice(message).dropFirst(3)]
        #expect(text(hexadecimal(KeyedHash(function, key: slice(key)).code(of: parts))) == expected)
    }

    @Test func `a key longer than a block is hashed first`() {
        let key = Array(repeating: UInt8(0xAA), count: 131)
        let code = KeyedHash(.sha256, key: key[...]).code(of: [
            slice("Test Using Larger Than Block-Size Key - Hash Key First")
        ])
        #expect(text(hexadecimal(code)) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `hexadecimal text is read in either case`() {
        #expect(bytes(hexadecimal: slice("00fFaB")) == [0, 255, 171])
        #expect(bytes(hexadecimal: []) == [])
        for bad in ["0", "0g", "0x", " 0", "00 "] { #expect(bytes(hexadecimal: slice(bad)) == nil) }
    }

    @Test func `random bytes differ`() {
        #expect(randomBytes(32).count == 32)
        #expect(randomBytes(32) != randomBytes(32))
        #expect(randomBytes(0).isEmpty && randomBytes(-1).isEmpty)
    }

    @Test func `comparison in constant time compares`() {
        #expect(isEqualInConstantTime([], []))
        #expect(isEqualInConstantTime(slice("abc"), slice("xabc").dropFirst()))
        #expect(!isEqualInConstantTime(slice("abc"), slice("abd")))
        #expect(!isEqualInConstantTime(slice("abc"), slice("ab")))
    }
}
