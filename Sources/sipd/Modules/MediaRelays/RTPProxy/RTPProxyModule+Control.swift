import ControlProtocol
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension RTPProxyModule {
    /// Functions that choose a set, record, play and ask.
    static var controlFunctions: [Function] {
        [
            Function(
                "set_rtp_proxy_set", [.format],
                summary: "Chooses the set of nodes for the functions that follow.", example: "set_rtp_proxy_set(\"2\");"
            ) { module, arguments in
                { context in
                    guard let set = arguments[0].text(in: context).integerValue, module.pool.sets.members[set] != nil
                    else { return .failure }
                    context[SelectedSets.key] = SelectedSets(set, nil)
                    return .success
                }
            },
            Function("start_recording", summary: "Starts to record the media.", example: "start_recording();") {
                module, _ in
                { module.tell("R ", medium: nil, isSwapped: false, $0) }
            },
            Function("rtpproxy_query", summary: "Asks for $rtpstat.", example: "rtpproxy_query();") { module, _ in
                { module.tell("Q ", medium: 1, isSwapped: false, $0) { $0[ProxyStatistics.key] = ProxyStatistics($1) } }
            },
            play("rtpproxy_stream2uac", toCaller: true), play("rtpproxy_stream2uas", toCaller: false),
            stop("rtpproxy_stop_stream2uac", toCaller: true), stop("rtpproxy_stop_stream2uas", toCaller: false),
        ]
    }

    private static func play(_ name: String, toCaller: Bool) -> Function {
        Function(
            name, [.format, .integer], summary: "Plays a file to one side; -1 times is for ever.",
            example: "\(name)(\"/var/prompts/welcome\", \"1\");"
        ) { module, arguments in
            { context in
                let file = arguments[0].text(in: context)
                guard let count = arguments[1].integer(in: context), !file.isEmpty,
                    file.bytes.allSatisfy({ $0 > 0x20 })
                else { return .failure }
                let text = ByteString("P\(count) ")
                return module.tell(text, " " + file + " session", medium: 1, isSwapped: !toCaller, context)
            }
        }
    }

    private static func stop(_ name: String, toCaller: Bool) -> Function {
        Function(name, summary: "Stops what is played to one side.", example: "\(name)();") { module, _ in
            { module.tell("S ", medium: 1, isSwapped: !toCaller, $0) }
        }
    }

    /// Sends a command about the call of a message: letter, name, perhaps more, tags.
    private func tell(
        _ letter: ByteString, _ more: ByteString = "", medium: Int?, isSwapped: Bool, _ context: ScriptContext,
        then: @escaping (ScriptContext, ByteString) -> Void = { _, _ in }
    ) -> FunctionResult {
        guard let flags = try? ProxyFlags(parsing: ""), let call = call(context, flags, isSwapped: isSwapped) else {
            return .failure
        }
        let text = letter + call.name + more + " " + call.tags(medium: medium, withTo: true)
        return context.suspending { done in
            send(text, call, context) { answer, _ in
                guard let answer, !answer.hasPrefix("E") else { return done(-1) }
                then(context, answer.trimmed())
                done(1)
            }
        }
    }

    // MARK: - Methods

    static var listMethod: ModuleMethod<RTPProxyModule> {
        ModuleMethod(
            MethodDescription(
                "rtpproxy.list", summary: "The nodes with their state.",
                doc: "An array of url, set, index, weight, disabled, recheck_ticks.", example: "sipcmd rtpproxy.list")
        ) { module in
            { _ throws(MethodFault) in
                var positions: [Int: Int] = [:]
                let now = WallClock.now.seconds
                let rows = module.pool.sets.all.map { set, member -> JSONValue in
                    let index = positions[set, default: 0]
                    positions[set] = index + 1
                    return member.row(set: set, index: index, at: now)
                }
                return .value(.array(rows))
            }
        }
    }

    static var enableMethod: ModuleMethod<RTPProxyModule> {
        ModuleMethod(
            MethodDescription(
                "rtpproxy.enable",
                parameters: [
                    .init("url", .string, doc: "control socket as configured"),
                    .init("flag", .integer, doc: "0 takes the node out, 1 puts it back"),
                ],
                summary: "Takes a node out of use, or puts it back.",
                doc: "An empty object; fault 404 for no such node.",
                example: "sipcmd rtpproxy.enable udp:127.0.0.1:7722 0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let url = try? call.optionalString(0, named: "url"),
                    let flag = try? call.optionalInteger(1, named: "flag")
                else { throw MethodFault(500, "Not enough parameters") }
                let chosen = module.pool.sets.all.filter { $0.member.node.url == url }
                guard !chosen.isEmpty else { throw MethodFault(404, "Instance not found") }
                for (_, member) in chosen { member.node.setOut(flag == 0) }
                return .value([:])
            }
        }
    }
}
