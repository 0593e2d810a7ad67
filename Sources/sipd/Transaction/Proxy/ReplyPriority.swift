/// The rank of a final response when the best one is chosen; the lowest wins, and of equal ones the first branch.
///
/// RFC 3261 §16.7 step 6 orders the classes and asks for those 4xx that let the caller try again; Kamailio 5.6 (tm)
/// then prefers the lower code.
struct ReplyPriority: Comparable {
    private let rank: Int

    init(code: Int) {
        let group: Int
        switch code {
        case 600...: group = 0
        case 300..<400: group = 1
        case 401, 407, 415, 420, 484: group = 2
        case 400..<500: group = 3
        default: group = 4
        }
        rank = group * 1_000 + code
    }

    static func < (left: ReplyPriority, right: ReplyPriority) -> Bool {
        left.rank < right.rank
    }
}
