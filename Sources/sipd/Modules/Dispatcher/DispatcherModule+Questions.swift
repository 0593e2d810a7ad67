import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

extension DispatcherModule {
    /// What does not count when an address is compared with destinations.
    struct Comparison: OptionSet, Sendable {
        let rawValue: Int

        static let withoutPort = Comparison(rawValue: 1)
        static let withoutTransport = Comparison(rawValue: 2)
        /// Only destinations that get requests count.
        static let activeOnly = Comparison(rawValue: 4)
    }

    /// An address that is compared with destinations.
    struct Origin {
        let address: IPAddress
        let port: UInt16
        let transport: TransportProtocol?
    }

    static var questions: [FunctionDescription<DispatcherModule>] {
        [
            FunctionDescription(
                "ds_is_from_list", [.integer, .integer, .format], required: 0,
                summary: """
                    Whether the source, or a URI, is a destination of a set, or of any (-1). \
                    Mode 1: any port, 2: any transport, 4: active ones only.
                    """,
                example: "if (ds_is_from_list(\"1\", \"3\")) { … }"
            ) { module, arguments in
                { context in
                    let set = arguments.isEmpty ? -1 : arguments[0].integer(in: context)
                    let mode = arguments.count > 1 ? arguments[1].integer(in: context) : 2
                    guard let set, let mode, let origin = origin(arguments, context) else { return .failure }
                    return module.isFromList(origin, set, Comparison(rawValue: mode), context) ? .success : .failure
                }
            },
            FunctionDescription(
                "ds_list_exists", [.integer], summary: "Whether there is a set.",
                example: "if (ds_list_exists(\"1\")) { … }"
            ) { module, arguments in
                { context in
                    guard let set = arguments[0].integer(in: context) else { return .failure }
                    return module.store.list.sets[set] == nil ? .failure : .success
                }
            },
            FunctionDescription(
                "ds_is_active", [.integer, .format], required: 1,
                summary: "Whether a set has a destination that gets requests, or whether that of a URI does.",
                example: "if (!ds_is_active(\"1\")) { … }"
            ) { module, arguments in
                { context in
                    guard let number = arguments[0].integer(in: context), let set = module.store.list.sets[number]
                    else {
                        return .failure
                    }
                    let uri = arguments.count > 1 ? arguments[1].text(in: context) : nil
                    let isActive = zip(set.destinations, set.runtime).contains { destination, runtime in
                        (uri == nil || destination.uri == uri) && !runtime.state.isSkipped
                    }
                    return isActive ? .success : .failure
                }
            }, reloadFunction,
        ]
    }

    private static var reloadFunction: FunctionDescription<DispatcherModule> {
        FunctionDescription(
            "ds_reload", summary: "Reads the list again and puts it in use.", example: "ds_reload();"
        ) { module, _ in
            { context in
                let worker = context.worker
                worker.eventLoop.makeFutureWithTask { _ = try await module.reload() }.assumeIsolated().whenComplete {
                    result in
                    if case .failure(let error) = result {
                        worker.server.logger.error("destinations not reloaded", metadata: ["error": "\(error)"])
                        return context.resume(returning: -1)
                    }
                    context.resume(returning: 1)
                }
                return .suspended
            }
        }
    }

    /// Reads the list again, and finds the addresses of its names.
    func reload() async throws {
        _ = try await store.reload()
        server.onWorker(0) { [store] worker in HostAddressResolver.resolve(store.list, worker.server) }
    }

    private static func origin(_ arguments: [Argument], _ context: ScriptContext) -> Origin? {
        guard arguments.count > 2 else {
            guard let received = context.received else { return nil }
            return Origin(
                address: received.source.address, port: received.source.port.value, transport: received.transport)
        }
        guard let uri = try? SIPURI.parse(arguments[2].text(in: context)),
            let address = IPAddress(LocalHost.withoutBrackets(uri.host).bytes)
        else { return nil }
        return Origin(
            address: address, port: uri.port ?? 0,
            transport: uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) })
    }

    private func isFromList(
        _ origin: Origin, _ number: Int, _ comparison: Comparison, _ context: ScriptContext
    ) -> Bool {
        let sets = number == -1 ? store.list.ordered : store.list.sets[number].map { [$0] } ?? []
        for set in sets {
            for (destination, runtime) in zip(set.destinations, set.runtime)
            where Self.matches(origin, destination, runtime, comparison) {
                variables.tell(set: number == -1 ? set.number : nil, destination.attributes.body, in: context)
                return true
            }
        }
        return false
    }

    private static func matches(
        _ origin: Origin, _ destination: Destination, _ runtime: DestinationRuntime, _ comparison: Comparison
    ) -> Bool {
        if comparison.contains(.activeOnly), runtime.state.isSkipped { return false }
        guard comparison.contains(.withoutPort) || destination.port == 0 || destination.port == origin.port,
            comparison.contains(.withoutTransport) || destination.transport == origin.transport
        else { return false }
        return runtime.addresses.contains(origin.address.unmapped)
    }
}
