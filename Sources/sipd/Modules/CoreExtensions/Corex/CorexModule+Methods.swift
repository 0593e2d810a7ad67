import ControlProtocol
import ModuleInterface

extension CorexModule {
    /// `corex.*`.
    static var methods: [ModuleMethod<CorexModule>] {
        [debug, aliases, sockets, memory("corex.shm_status"), memory("corex.shm_summary"), memory("corex.pkg_summary")]
    }

    private static var debug: ModuleMethod<CorexModule> {
        ModuleMethod(
            MethodDescription(
                "corex.debug", parameters: [.init("level", .integer, optional: true, doc: "the new level, -5 to 4")],
                summary: "Tells or sets the log level.",
                doc: "An object: debug, or old and new. log.set sets it for a while, and by module.",
                example: "sipcmd corex.debug 2", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let levels = module.server.logLevels
                guard try call.optionalInteger(0, named: "level") != nil else {
                    return .value(["debug": JSONValue(levels.configured)])
                }
                let level = Int(try call.integer(0, named: "level", in: -5...4))
                let old = levels.configured
                levels.configured = level
                return .value(["old": JSONValue(old), "new": JSONValue(level)])
            }
        }
    }

    private static var aliases: ModuleMethod<CorexModule> {
        ModuleMethod(
            MethodDescription(
                "corex.list_aliases", summary: "Lists the names that mean this server.",
                doc: "An array of objects with PROTO, ADDR and PORT.", example: "sipcmd corex.list_aliases", lists: true
            )
        ) { module in
            { _ in
                .value(
                    .array(
                        module.server.settings.aliases.map { alias in
                            [
                                "PROTO": .string(alias.transport.map { "\($0)" } ?? "*"),
                                "ADDR": .string(alias.host.string), "PORT": JSONValue(alias.port),
                            ]
                        }))
            }
        }
    }

    private static var sockets: ModuleMethod<CorexModule> {
        ModuleMethod(
            MethodDescription(
                "corex.list_sockets", summary: "Lists the sockets that SIP is served on.",
                doc: """
                    An array of objects with PROTO, NAME, ADDRLIST (ADDR), PORT, MCAST, MHOMED, VIRTUAL, SOCKNAME and \
                    ADVERTISE ("-" for none).
                    """,
                example: "sipcmd corex.list_sockets", lists: true)
        ) { module in
            { _ in
                .value(
                    .array(
                        module.server.transport.sockets.map { socket in
                            let address = JSONValue.string("\(socket.endpoint.address)")
                            return [
                                "PROTO": .string("\(socket.transport)"), "NAME": address, "ADDRLIST": ["ADDR": address],
                                "PORT": .string("\(socket.endpoint.port.value)"), "MCAST": "no", "MHOMED": "no",
                                "VIRTUAL": "no", "SOCKNAME": .string(socket.name ?? "-"),
                                "ADVERTISE": .string(socket.advertised?.host ?? "-"),
                            ]
                        }))
            }
        }
    }

    /// Kamailio writes these to its log; there are no pools to report on here.
    private static func memory(_ name: String) -> ModuleMethod<CorexModule> {
        ModuleMethod(
            MethodDescription(
                name,
                parameters: [
                    .init("selector", .any, optional: true, doc: "accepted; there is one process"),
                    .init("value", .any, optional: true, doc: "accepted; there is one process"),
                ],
                summary: "Nothing to report: memory comes from the operating system; shm.stats tells how much.",
                doc: "Answers an empty object.", example: "sipcmd \(name)")
        ) { _ in { _ in .value(.object([])) } }
    }
}
