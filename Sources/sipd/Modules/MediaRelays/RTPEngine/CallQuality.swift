import SIPMessage
import ScriptEngine

/// The quality of a call as rtpengine tells it with an answer to "delete" or "query": mean opinion scores and what goes
/// with them, for the whole call or for one side.
struct CallQuality {
    /// One report.
    struct Report: Equatable {
        /// Mean opinion score in tenths.
        var score = 0
        /// Seconds after the start of the call.
        var second = 0
        var packetLoss = 0
        var jitter = 0
        var roundTrip = 0
        var roundTripLeg = 0
        var samples = 0
    }

    private(set) var lowest: Report?
    private(set) var highest: Report?
    private(set) var average: Report?

    /// Reads the streams of a call, or those of the side with a label; nil when there are none.
    init?(_ answer: BencodeValue, label: ByteString?) {
        let wanted = label.map { Self.streams(of: $0, answer) }
        var averages: [Report] = []
        for stream in answer["SSRC"]?.members ?? [] {
            if let wanted, !wanted.contains(stream.key) { continue }
            if let report = Self.report(stream.value["lowest MOS"]), lowest.map({ report.score < $0.score }) ?? true {
                lowest = report
            }
            if let report = Self.report(stream.value["highest MOS"]), highest.map({ report.score > $0.score }) ?? true {
                highest = report
            }
            if let report = Self.report(stream.value["average MOS"]) { averages.append(report) }
        }
        guard lowest != nil || highest != nil || !averages.isEmpty else { return nil }
        average = Self.mean(averages)
    }

    private static func streams(of label: ByteString, _ answer: BencodeValue) -> Set<ByteString> {
        var streams: Set<ByteString> = []
        for tag in answer["tags"]?.members ?? [] where tag.value["label"]?.text == label {
            for medium in tag.value["medias"]?.elements ?? [] {
                for stream in medium["streams"]?.elements ?? [] {
                    if let source = stream["SSRC"]?.number { streams.insert(ByteString(integer: source)) }
                }
            }
        }
        return streams
    }

    private static func report(_ value: BencodeValue?) -> Report? {
        guard let value, let score = value["MOS"]?.number else { return nil }
        func number(_ name: String) -> Int { value[name]?.number ?? 0 }
        return Report(
            score: score, second: number("reported at"), packetLoss: number("packet loss"), jitter: number("jitter"),
            roundTrip: number("round-trip time"), roundTripLeg: number("round-trip time leg"),
            samples: number("samples"))
    }

    private static func mean(_ reports: [Report]) -> Report? {
        guard !reports.isEmpty else { return nil }
        func mean(_ part: (Report) -> Int) -> Int {
            reports.reduce(0) { $0.addingReportingOverflow(part($1)).partialValue } / reports.count
        }
        return Report(
            score: mean(\.score), packetLoss: mean(\.packetLoss), jitter: mean(\.jitter), roundTrip: mean(\.roundTrip),
            roundTripLeg: mean(\.roundTripLeg), samples: reports.reduce(0) { $0 &+ $1.samples })
    }
}

/// The variables that take the quality of calls (`mos_…_pv`).
struct QualityVariables: Sendable {
    private static let sides = ["", "_A", "_B"]
    private static let values = ["", "_packetloss", "_jitter", "_roundtrip", "_roundtrip_leg"]

    private let targets: [String: ScriptTarget]

    /// The names of the parameters.
    static var names: [String] {
        var names = ["mos_A_label_pv", "mos_B_label_pv"]
        for side in sides {
            for value in values + ["_at"] { names += ["mos_min\(value)\(side)_pv", "mos_max\(value)\(side)_pv"] }
            for value in values + ["_samples"] { names.append("mos_average\(value)\(side)_pv") }
        }
        return names
    }

    init(_ value: (String) -> ByteString?) {
        var targets: [String: ScriptTarget] = [:]
        for name in Self.names {
            let target = ScriptTarget(name, value(name))
            if target.isSet { targets[name] = target }
        }
        self.targets = targets
    }

    func compile(_ formats: FormatCompiler) throws(ScriptError) {
        for (name, target) in targets { try target.compile(formats, writes: !name.hasSuffix("_label_pv")) }
    }

    /// Fills the variables from an answer.
    func fill(from answer: BencodeValue, _ context: ScriptContext) {
        guard !targets.isEmpty else { return }
        for side in Self.sides {
            let label = side.isEmpty ? nil : targets["mos\(side)_label_pv"]?.read(context).text
            if !side.isEmpty, label?.isEmpty ?? true { continue }
            guard let quality = CallQuality(answer, label: label) else { continue }
            write(quality.lowest, "min", side, context)
            write(quality.highest, "max", side, context)
            write(quality.average, "average", side, context)
        }
    }

    private func write(_ report: CallQuality.Report?, _ kind: String, _ side: String, _ context: ScriptContext) {
        guard let report else { return }
        func set(_ value: String, _ text: String) {
            targets["mos_\(kind)\(value)\(side)_pv"]?.write(.string(ByteString(text)), context)
        }
        set("", "\(report.score / 10).\(abs(report.score % 10))")
        let seconds = max(0, report.second)
        set("_at", "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)")
        set("_packetloss", "\(report.packetLoss)")
        set("_jitter", "\(report.jitter)")
        set("_roundtrip", "\(report.roundTrip)")
        set("_roundtrip_leg", "\(report.roundTripLeg)")
        set("_samples", "\(report.samples)")
    }
}
