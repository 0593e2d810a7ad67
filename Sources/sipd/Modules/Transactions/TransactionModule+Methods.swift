import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension TransactionModule {
    /// `tm.*`.
    static var methods: [ModuleMethod<TransactionModule>] {
        [statsMethod, listMethod, cancelMethod, replyMethod, replyByCallIDMethod, cleanMethod, hashStatsMethod]
            + localRequestMethods
    }

    private static var statsMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.stats", summary: "Counters of the transactions.",
                doc: "Answers current, waiting, total, total_local, rpl_received, rpl_generated, rpl_sent, the final "
                    + "replies by class, created, freed and delayed_free (always 0 here).",
                example: "sipcmd tm.stats")
        ) { module in
            { _ in
                let statistics = module.statistics
                func value(_ number: Int) -> JSONValue { .integer(Int64(number)) }
                return .value([
                    "current": value(statistics.current), "waiting": value(statistics.waiting.value),
                    "total": value(statistics.serverTransactions.value + statistics.clientTransactions.value),
                    "total_local": value(statistics.clientTransactions.value),
                    "rpl_received": value(statistics.received.value),
                    "rpl_generated": value(statistics.generated.value), "rpl_sent": value(statistics.sent.value),
                    "6xx": value(statistics.completed(class: 6).value),
                    "5xx": value(statistics.completed(class: 5).value),
                    "4xx": value(statistics.completed(class: 4).value),
                    "3xx": value(statistics.completed(class: 3).value),
                    "2xx": value(statistics.completed(class: 2).value),
                    "created": value(statistics.serverTransactions.value + statistics.clientTransactions.value),
                    "freed": value(statistics.freed.value), "delayed_free": 0,
                ])
            }
        }
    }

    private static var listMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.list", summary: "The transactions in memory.",
                doc: "Answers an array of structures: tindex, tlabel, method, from, to, callid, cseq, uas_request, "
                    + "outgoings, status. `cell`, `tflags`, `ref_count` and `lifetime` are there for clients of Kamailio.",
                example: "sipcmd tm.list", lists: true)
        ) { module in
            { _ in
                let parts = await module.server.onEachWorker { worker -> [JSONValue] in
                    worker[TransactionLayer.key]?.requests.map { row($0) } ?? []
                }
                return .rows(LazyRows(parts.flatMap { $0 }))
            }
        }
    }

    private static func row(_ transaction: RequestTransaction) -> JSONValue {
        let message = transaction.context.message
        func line(_ name: HeaderName) -> JSONValue {
            guard let field = message.firstHeader(name) else { return .string("") }
            return .string(ByteString(message.buffer[field.range]).string)
        }
        return [
            "cell": .string("worker \(transaction.layer.worker.index) slot \(transaction.slot)"),
            "tindex": .integer(Int64(TransactionNumbers.index(of: transaction))),
            "tlabel": .integer(Int64(TransactionNumbers.label(of: transaction))),
            "method": .string(message.method?.name ?? ""), "from": line(.from), "to": line(.to),
            "callid": line(.callID), "cseq": .string("CSeq: \(message.cseq?.number ?? 0)"), "uas_request": "yes",
            "tflags": 0, "outgoings": .integer(Int64(transaction.branches.count)), "ref_count": 1,
            "lifetime": .integer(Int64(clamping: transaction.layer.now.milliseconds(since: transaction.startedAt))),
            "status": .integer(Int64(transaction.request.status)),
        ]
    }

    private static var cancelMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.cancel",
                parameters: [
                    .init("callid", .string, doc: "the Call-ID"), .init("cseq", .string, doc: "the number of the CSeq"),
                ],
                summary: "Cancels the branches of an INVITE.",
                doc: "Fault 400 without both parameters, 400 \"Transaction not found\".",
                example: "sipcmd tm.cancel 1234@host 1", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let callID = try call.optionalString(0, named: "callid"),
                    let sequence = try call.optionalString(1, named: "cseq")
                else { throw MethodFault(400, "Callid and CSeq expected as parameters") }
                let isFound = await module.onTransaction(callID, sequence) { transaction in
                    transaction.apply { $0.cancelBranches(cause: 0, at: $1, into: &$2) }
                    return true
                }
                guard isFound != nil else { throw MethodFault(400, "Transaction not found") }
                return .value(.object([]))
            }
        }
    }

    private static var replyMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.reply",
                parameters: [
                    .init("code", .integer, doc: "the status, 100 to 699"), .init("reason", .string, doc: "the phrase"),
                    .init("trans_id", .string, doc: "index:label of tm.list"),
                    .init("to_tag", .string, optional: true, doc: "accepted; the tag of the transaction is used"),
                    .init("headers", .string, optional: true, doc: "header lines"),
                    .init("body", .string, optional: true, doc: "accepted; not sent"),
                ],
                summary: "Answers a transaction.",
                doc: "Faults: 400 for a missing or bad parameter, 481 \"No such transaction\", 500 \"Reply failed\".",
                example: "sipcmd tm.reply 480 Gone 1192:1625605510", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let reply = try localReply(call, headers: 4)
                guard let identifier = try call.optionalString(2, named: "trans_id") else {
                    throw MethodFault(400, "Transaction ID expected")
                }
                let parts = identifier.split(separator: ":").map { Int($0) }
                guard parts.count == 2, let index = parts[0], let label = parts[1] else {
                    throw MethodFault(400, "Invalid transaction ID")
                }
                let answers = await module.server.onEachWorker { worker -> Bool? in
                    guard worker.index == TransactionNumbers.worker(ofIndex: index),
                        let layer = worker[TransactionLayer.key],
                        let transaction = TransactionNumbers.find(index: index, label: label, in: layer)
                    else { return nil }
                    return transaction.reply(reply, from: transaction.context)
                }
                return try outcome(answers.compactMap { $0 }.first, MethodFault(481, "No such transaction"))
            }
        }
    }

    private static var replyByCallIDMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.reply_callid",
                parameters: [
                    .init("code", .integer, doc: "the status, 100 to 699"), .init("reason", .string, doc: "the phrase"),
                    .init("callid", .string, doc: "the Call-ID"), .init("cseq", .string, doc: "the number of the CSeq"),
                    .init("to_tag", .string, optional: true, doc: "accepted; the tag of the transaction is used"),
                    .init("headers", .string, optional: true, doc: "header lines"),
                    .init("body", .string, optional: true, doc: "accepted; not sent"),
                ],
                summary: "Answers the transaction of a Call-ID and sequence number.",
                doc: "Faults: 400 for a missing parameter, 404 \"Transaction not found\", 500 \"Reply failed\".",
                example: "sipcmd tm.reply_callid 480 Gone 1234@host 1", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let reply = try localReply(call, headers: 5)
                guard let callID = try call.optionalString(2, named: "callid") else {
                    throw MethodFault(400, "Call-ID expected")
                }
                guard let sequence = try call.optionalString(3, named: "cseq") else {
                    throw MethodFault(400, "CSeq expected")
                }
                let answer = await module.onTransaction(callID, sequence) { transaction in
                    transaction.reply(reply, from: transaction.context)
                }
                return try outcome(answer, MethodFault(404, "Transaction not found"))
            }
        }
    }

    private static var cleanMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.clean", summary: "Removes transactions that outlived their timers: there are none here.",
                doc: "Answers an empty structure.", example: "sipcmd tm.clean", mutates: true)
        ) { _ in { _ in .value(.object([])) } }
    }

    private static var hashStatsMethod: ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                "tm.hash_stats", summary: "Always a fault, as in Kamailio unless it was built for it.",
                doc: "Fault 500 \"Hash statistics not supported\".", example: "sipcmd tm.hash_stats")
        ) { _ in
            { _ throws(MethodFault) in
                throw .failed("Hash statistics not supported (tryrecompiling with -DTM_HASH_STATS)")
            }
        }
    }

    private static func localReply(_ call: MethodCall, headers position: Int) throws(MethodFault) -> LocalReply {
        guard let code = try call.optionalInteger(0, named: "code"), (100...699).contains(code) else {
            throw MethodFault(400, "Reply code expected")
        }
        guard let reason = try call.optionalString(1, named: "reason") else {
            throw MethodFault(400, "Reason phrase expected")
        }
        var headers = try call.optionalString(position, named: "headers") ?? ""
        if !headers.isEmpty, !headers.hasSuffix("\r\n") { headers += "\r\n" }
        return LocalReply(Int(code), ByteString(reason), headers: ByteString(headers))
    }

    private static func outcome(_ answer: Bool?, _ missing: MethodFault) throws(MethodFault) -> MethodResult {
        guard let answer else { throw missing }
        guard answer else { throw MethodFault(500, "Reply failed") }
        return .value(.object([]))
    }

    /// Does something with the transaction of a Call-ID on its worker.
    private func onTransaction(
        _ callID: String, _ sequence: String, _ work: @escaping @Sendable (RequestTransaction) -> Bool
    ) async -> Bool? {
        let wanted = ByteString(callID)
        let number = Int(sequence)
        let answers = await server.onEachWorker { worker -> Bool? in
            worker[TransactionLayer.key]?.requests.first {
                $0.context.message.callID == wanted && $0.context.message.cseq.map { Int($0.number) } == number
            }.map { work($0) }
        }
        return answers.compactMap { $0 }.first
    }
}
