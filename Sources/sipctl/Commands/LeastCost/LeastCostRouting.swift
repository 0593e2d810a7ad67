import CommandLineInterface
import ControlProtocol
import Database

/// kamctl's `lcr`, which is disabled there: gateways and rules of least-cost routing.
enum LeastCostRouting {
    private static let samples: UInt64 = 100_000

    static let command = Command(
        "lcr", summary: "gateways and rules of least-cost routing", section: Sipctl.kamctlSection,
        subcommands: [
            Command(
                "show_gws", summary: "show the gateways", options: TableOptions.query(.gateway),
                examples: [Example("sipctl lcr show_gws", "kamctl's spelling")],
                run: { try TableList.run(.gateway, $0, $1) }),
            Command(
                "show_routes", aliases: ["show_rules"], summary: "show the rules",
                options: TableOptions.query(.lcrRule),
                examples: [Example("sipctl lcr show_routes", "kamctl's spelling")],
                run: { try TableList.run(.lcrRule, $0, $1) }),
            DaemonReload.command(.gateway, "lcr.reload"), dump("dump_gws", "lcr.dump_gws"),
            dump("dump_routes", "lcr.dump_rules"),
            Command(
                "eval_weights", summary: "show how often each gateway comes first with these weights",
                arguments: [.repeated("WEIGHT", "from 1 to 254", minimum: 1)],
                examples: [Example("sipctl lcr eval_weights 100 10 1", "kamctl's spelling")],
                run: { try evaluate($0, $1) }),
        ])

    private static func dump(_ name: String, _ method: String) -> Command {
        Command(
            name, summary: "show what the daemon has in memory",
            examples: [Example("sipctl lcr \(name)", "kamctl's spelling")],
            run: { try DaemonDump.run([method], $0, $1) })
    }

    /// Each gateway gets a random number shifted right by the base-2 length that its weight leaves; the largest wins.
    private static func evaluate(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var weights: [UInt64] = []
        for text in invocation.arguments {
            weights.append(UInt64(try FieldRule.number(1...254).canonical("weight", text)) ?? 1)
        }
        var wins = Array(repeating: 0, count: weights.count)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<samples {
            var best = (index: 0, value: UInt64.min)
            for (index, weight) in weights.enumerated() {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let value = weight * (state >> 40)
                if value >= best.value { best = (index, value) }
            }
            wins[best.index] += 1
        }
        for (weight, count) in zip(weights, wins) {
            let digits = String(10_000 + UInt64(count) * 10_000 / samples)
            console.write("weight \(weight) probability \(count == Int(samples) ? "1." : "0.")\(digits.dropFirst())\n")
        }
        return .success
    }
}
