import ControlProtocol
import Glibc

/// Feeds changed copies of the corpus to the parsers of the control plane, until the time is over or one crashes.
///
///     swift run -c release ControlFuzz json|framing|binrpc [SECONDS] [SEED]
///
/// What is being tried is in `FUZZ_INPUT` of the working folder when the program crashes.
@main
struct Main {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        guard let target = words.first.flatMap(FuzzTarget.init(rawValue:)) else {
            print("usage: ControlFuzz json|framing|binrpc [SECONDS] [SEED]")
            exit(64)
        }
        let seconds = words.count > 1 ? Int(words[1]) ?? 60 : 60
        let seed = words.count > 2 ? UInt64(words[2]) ?? 1 : UInt64.random(in: 1...UInt64.max)
        print("\(target.rawValue): \(seconds) s, seed \(seed)")
        var mutator = Mutator(seed: seed)
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while ContinuousClock.now < end {
            for _ in 0..<1000 {
                let input = mutator.next(target.corpus)
                LastInput.keep(input)
                target.run(input, &mutator)
                count += 1
            }
        }
        print("\(target.rawValue): \(count) inputs, nothing found")
    }
}

/// What is fed.
enum FuzzTarget: String {
    case json
    case framing
    case binrpc

    /// Inputs to begin with.
    var corpus: [[UInt8]] {
        switch self {
        case .json: Corpus.documents.map { Array($0.utf8) }
        case .framing: Corpus.streams.map { Array($0.utf8) }
        case .binrpc: Corpus.packets
        }
    }

    /// Parses the input; what a parser accepts has to print and parse to the same.
    func run(_ input: [UInt8], _ mutator: inout Mutator) {
        switch self {
        case .json:
            guard let value = try? JSONParser.parse(input) else { return }
            let text = value.text()
            guard let again = try? JSONParser.parse(text) else { fatalError("what was printed does not parse") }
            precondition(again.text() == text, "what was printed parses to something else")
            _ = JSONRPCInput(document: value)
        case .framing:
            var scanner = FrameScanner(limitBytes: 1 << 16)
            var rest = input[...]
            while !rest.isEmpty {
                let piece = rest.prefix(mutator.number(below: 64) + 1)
                rest = rest.dropFirst(piece.count)
                scanner.append(piece)
                do {
                    while let frame = try scanner.next() { _ = JSONRPCInput(text: frame.bytes.span) }
                } catch {
                    return
                }
            }
        case .binrpc:
            var scanner = BinRPCScanner(limitBytes: 1 << 16)
            scanner.append(input)
            while let packet = try? scanner.next() {
                guard let records = try? BinRPCDecoder.records(in: packet.body) else { continue }
                var encoder = BinRPCEncoder()
                for record in records { encoder.append(record) }
                precondition((try? BinRPCDecoder.records(in: encoder.bytes)) != nil, "what was written cannot be read")
            }
        }
    }
}
