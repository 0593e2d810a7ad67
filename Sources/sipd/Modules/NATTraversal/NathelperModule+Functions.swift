import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

extension NathelperModule {
    private static let contactRoutes: RouteMask = [
        .branch, .failure, .local, .onReply, .coreReply, .request,
    ]

    static var testFunctions: [FunctionDescription<NathelperModule>] {
        [
            FunctionDescription(
                "nat_uac_test", [.integer], routes: [.branch, .failure, .local, .onReply, .request, .coreReply],
                summary: "Whether one of the given tests tells that the sender is behind an address translator.",
                example: "if (nat_uac_test(\"19\")) { force_rport(); }"
            ) { module, arguments in
                { context in
                    guard let tests = arguments[0].integer(in: context), let received = context.received else {
                        return .failure
                    }
                    let isHit = NATTests(rawValue: tests).hit(context, received, module.privateAddress)
                    return isHit ? .success : .failure
                }
            },
            FunctionDescription(
                "is_rfc1918", [.format],
                summary: "Whether a text is a private IPv4 address (RFC 1918, RFC 6598).",
                example: "if (is_rfc1918(\"$rd\")) { … }"
            ) { module, arguments in
                { module.privateAddress.contains(arguments[0].text(in: $0)) ? .success : .failure }
            },
            FunctionDescription(
                "handle_ruri_alias", [.integer], required: 0,
                routes: [.branch, .local, .request],
                summary: "Takes the alias parameter from the Request-URI and sends the request there; 2 without one.",
                example: "handle_ruri_alias();"
            ) { module, arguments in
                { context in
                    let usesLast = (arguments.first?.integer(in: context) ?? 0) != 0
                    return .code(module.handleAlias(context, usesLast: usesLast))
                }
            },
        ]
    }

    static var contactFunctions: [FunctionDescription<NathelperModule>] {
        [
            FunctionDescription(
                "fix_nated_contact", routes: contactRoutes,
                summary: "Puts the address the message came from into Contact.", example: "fix_nated_contact();"
            ) { _, _ in
                { context in
                    guard let received = context.received, let contact = ContactValue(context.message) else {
                        return .failure
                    }
                    contact.replaceHostPort(with: received, &context.edits)
                    return .success
                }
            },
            FunctionDescription(
                "add_contact_alias", [.format, .format, .format], required: 0,
                routes: contactRoutes,
                summary: "Adds the address the message came from, or a given one, to Contact as alias parameter.",
                example: "add_contact_alias();"
            ) { module, arguments throws(ScriptError) in
                guard arguments.isEmpty || arguments.count == 3 else {
                    throw ScriptError("add_contact_alias takes no arguments, or address, port and transport")
                }
                return { .code(module.addAlias($0, arguments)) }
            },
            FunctionDescription(
                "set_contact_alias", [.integer], required: 0, routes: contactRoutes,
                summary: "As add_contact_alias(), and what comes later in the script sees it; 1 replaces an alias.",
                example: "set_contact_alias();"
            ) { module, arguments in
                { .code(module.setAlias($0, trims: (arguments.first?.integer(in: $0) ?? 0) != 0)) }
            },
            FunctionDescription(
                "set_alias_to_pv", [.variable], routes: contactRoutes.union(.failure),
                summary: "Writes the place that the alias of Contact names into a variable, as a URI.",
                example: "set_alias_to_pv(\"$avp(alias)\");"
            ) { module, arguments throws(ScriptError) in
                guard let write = arguments[0].variable?.write else {
                    throw ScriptError("'\(arguments[0].source)' cannot be written")
                }
                return { context in
                    guard let contact = ContactValue(context.message), let alias = contact.alias(module.aliasName),
                        let destination = ConnectionAlias.destination(alias)
                    else { return .failure }
                    return write(context, .string(destination)) ? .success : .failure
                }
            },
            FunctionDescription(
                "add_rcv_param", [.integer], required: 0, routes: .request,
                summary: "Adds the place the message came from to each Contact as received parameter; 1 to its URI.",
                example: "add_rcv_param();"
            ) { _, arguments in
                { context in
                    guard let received = context.received else { return .failure }
                    let isInURI = (arguments.first?.integer(in: context) ?? 0) != 0
                    return ReceivedParameter(received).add(to: context, inURI: isInURI) ? .success : .failure
                }
            },
        ]
    }

    // MARK: - Alias

    private func handleAlias(_ context: ScriptContext, usesLast: Bool) -> Int {
        guard let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? "") else { return -1 }
        let found = ParameterList(uri.parameters).filter {
            $0.name.equalsIgnoringCase(aliasName) && $0.value?.contains(UInt8(ascii: "~")) == true
        }
        guard let alias = usesLast ? found.last : found.first, let text = alias.value else { return 2 }
        guard let destination = ConnectionAlias.destination(text) else { return -1 }
        // The parameter goes with the semicolon in front of it.
        let whole = uri.raw
        let before = ByteString(whole.bytes[whole.range.lowerBound..<(alias.range.lowerBound - 1)])
        let after = ByteString(whole.bytes[alias.range.upperBound..<whole.range.upperBound])
        context.target.uri = before + after
        context.target.destination = destination
        return 1
    }

    private func addAlias(_ context: ScriptContext, _ arguments: [Argument]) -> Int {
        guard let received = context.received else { return -1 }
        guard context.message.has(.contact) else { return 2 }
        guard let contact = ContactValue(context.message) else { return -1 }
        var alias = parameter(received)
        if arguments.count == 3 {
            let host = arguments[0].text(in: context)
            let transport = TransportProtocol(arguments[2].text(in: context).bytes)
            guard let address = IPAddress(host.bytes), let transport,
                let port = Port(arguments[1].text(in: context).bytes)
            else { return -1 }
            alias = parameter(Endpoint(address: address, port: port), transport)
        } else if contact.isReached(by: received) {
            return 2
        }
        contact.add(alias, .behindHostPort, &context.edits)
        return 1
    }

    /// Without edits that wait, the message is written anew at once, so that `save()` stores the alias; otherwise the
    /// alias waits with them until the message is sent.
    private func setAlias(_ context: ScriptContext, trims: Bool) -> Int {
        guard let received = context.received, let contact = ContactValue(context.message) else { return -1 }
        if contact.isReached(by: received) { return 2 }
        let isFirst = context.edits.isEmpty
        if trims { contact.removeAlias(aliasName, &context.edits) }
        contact.add(parameter(received), .behindParameters, &context.edits)
        if isFirst, let changed = try? SIPMessage.parse(context.edits.apply(to: context.message)) {
            context.message = changed
            context.edits.removeAll()
        }
        return 1
    }

    private func parameter(_ received: ReceivedFrom) -> ByteString {
        parameter(received.source, received.transport)
    }

    private func parameter(_ endpoint: Endpoint, _ transport: TransportProtocol) -> ByteString {
        let host = ByteString(endpoint.address.text(bracketed: true))
        return ";" + aliasName + "=" + ConnectionAlias.text(host: host, port: endpoint.port.value, transport: transport)
    }
}

// MARK: - Registration and SDP

extension NathelperModule {
    static var registerFunction: FunctionDescription<NathelperModule> {
        FunctionDescription(
            "fix_nated_register", routes: .request,
            summary: "Notes where a REGISTER came from, so that save() stores it as the way to the contact.",
            example: "fix_nated_register();"
        ) { module, _ in
            { context in
                guard let received = context.received else { return .failure }
                var uri = ByteString("sip:\(received.source)")
                if received.transport != .udp { uri += ";transport=" + ByteString(received.transport.name) }
                return module.receivedAttribute.write(uri, in: context) ? .success : .failure
            }
        }
    }

    static var sdpFunction: FunctionDescription<NathelperModule> {
        FunctionDescription(
            "fix_nated_sdp", [.integer, .format], required: 1,
            routes: [.branch, .failure, .local, .onReply, .coreReply, .request],
            summary: "Puts the address the message came from, or a given one, into SDP: flags 1, 2, 4 and 8.",
            example: "fix_nated_sdp(\"10\");"
        ) { module, arguments in
            { context in
                guard let flags = arguments[0].integer(in: context), let received = context.received,
                    let session = SessionDescription(context.message)
                else { return .failure }
                var address = received.source.address
                if arguments.count > 1 {
                    guard let given = IPAddress(arguments[1].text(in: context).bytes) else { return .failure }
                    address = given
                }
                return .code(
                    SessionRewriting(rawValue: flags).apply(
                        to: session, address: address, noProxyLine: module.noProxyLine,
                        keepsOldAddresses: module.keepsOldAddresses, &context.edits))
            }
        }
    }
}
