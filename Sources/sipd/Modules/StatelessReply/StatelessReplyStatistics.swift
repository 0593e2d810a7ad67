import ControlProtocol
import ModuleInterface

/// The counters of module sl, under Kamailio's names.
final class StatelessReplyStatistics: Sendable {
    /// Replies sent with these codes have counters of their own.
    static let codes = [200, 202, 300, 301, 302, 400, 401, 403, 404, 407, 408, 483, 500]

    /// ACKs of our replies.
    let receivedACKs = Counter()
    /// Replies that could not be sent.
    let failures = Counter()
    /// All replies sent.
    let sent = Counter()
    private let byCode = codes.map { _ in Counter() }
    private let byClass = (0..<7).map { _ in Counter() }

    /// Counts a reply that was sent.
    func count(_ status: Int) {
        sent.add()
        byClass[min(max(status / 100, 0), 6)].add()
        if let index = Self.codes.firstIndex(of: status) { byCode[index].add() }
    }

    /// Replies with this code.
    func value(code: Int) -> Int {
        Self.codes.firstIndex(of: code).map { byCode[$0].value } ?? 0
    }

    /// Replies of this class, 1...6.
    func value(class number: Int) -> Int {
        byClass.indices.contains(number) ? byClass[number].value : 0
    }

    /// The statistics group `sl`.
    static var descriptions: [StatisticDescription<StatelessReplyModule>] {
        let byCode = codes.map { code in
            StatisticDescription<StatelessReplyModule>("sl", "\(code)_replies", summary: "replies \(code) sent") {
                $0.statistics.value(code: code)
            }
        }
        let byClass = (1...6).map { number in
            StatisticDescription<StatelessReplyModule>("sl", "\(number)xx_replies", summary: "replies \(number)xx sent")
            {
                $0.statistics.value(class: number)
            }
        }
        return byCode + byClass + [
            StatisticDescription("sl", "sent_replies", summary: "replies sent") { $0.statistics.sent.value },
            StatisticDescription("sl", "sent_err_replies", summary: "replies 300 and above sent") { module in
                (3...6).reduce(0) { $0 + module.statistics.value(class: $1) }
            },
            StatisticDescription("sl", "received_ACKs", summary: "ACKs of replies sent") {
                $0.statistics.receivedACKs.value
            },
            StatisticDescription("sl", "failures", summary: "replies that could not be sent") {
                $0.statistics.failures.value
            },
            StatisticDescription("sl", "xxx_replies", summary: "replies of no known class") {
                $0.statistics.value(class: 0)
            },
        ]
    }
}

extension StatelessReplyModule {
    /// `sl.stats`.
    static var statsMethod: ModuleMethod<StatelessReplyModule> {
        ModuleMethod(
            MethodDescription(
                "sl.stats", summary: "Replies sent without a transaction, by code and class.",
                doc: "Answers one counter a code (200, 202, …, 500) and class (2xx … 6xx, xxx).",
                example: "sipcmd sl.stats")
        ) { module in
            { _ in
                let statistics = module.statistics
                var members: [JSONMember] = []
                var previous = 2
                func addClass(_ number: Int) {
                    members.append(JSONMember("\(number)xx", .integer(Int64(statistics.value(class: number)))))
                }
                for code in StatelessReplyStatistics.codes {
                    if code / 100 != previous { addClass(previous) }
                    previous = code / 100
                    members.append(JSONMember("\(code)", .integer(Int64(statistics.value(code: code)))))
                }
                addClass(5)
                addClass(6)
                members.append(JSONMember("xxx", .integer(Int64(statistics.value(class: 0)))))
                return .value(.object(members))
            }
        }
    }
}
