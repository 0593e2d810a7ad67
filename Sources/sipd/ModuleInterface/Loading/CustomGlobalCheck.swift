import ScriptSyntax

/// What Kamailio refuses about custom global parameters (`group.name = value`) once it has read all of them.
enum CustomGlobalCheck {
    struct Problem {
        let range: SourceRange
        let message: String
        let hint: String?
    }

    private struct Name: Hashable {
        let group: String
        let name: String
    }

    /// Groups that the core and modules declare themselves.
    private static let groupsOfCore: Set<String> = ["core", "tcp", "tls"]
    private static let groupsOfModules: Set<String> = [
        "tm", "maxfwd", "registrar", "siputils", "sanity", "dispatcher", "rtpengine", "websocket", "xlog",
    ]

    /// What is wrong: a name declared twice or in a group of a module, and instances of names that are not declared.
    static func problems(of globals: [CustomGlobal], modules: [String]) -> [Problem] {
        var problems: [Problem] = []
        var declared: [Name: CustomGlobal] = [:]
        let reserved = groupsOfCore.union(groupsOfModules.intersection(modules))
        for global in globals where global.instance == nil {
            if reserved.contains(global.group) {
                problems.append(
                    Problem(
                        range: global.range, message: "the group '\(global.group)' belongs to the program",
                        hint: "choose another name for the group"))
            }
            if declared.updateValue(global, forKey: Name(group: global.group, name: global.name)) != nil {
                problems.append(
                    Problem(
                        range: global.range, message: "'\(global.group).\(global.name)' is declared twice",
                        hint: "remove this line"))
            }
        }
        for global in globals where global.instance != nil && !reserved.contains(global.group) {
            guard let declaration = declared[Name(group: global.group, name: global.name)] else {
                problems.append(
                    Problem(
                        range: global.range, message: "'\(global.group).\(global.name)' is not declared",
                        hint: "add a line with its default value: \(global.group).\(global.name) = …"))
                continue
            }
            if declaration.value.isInteger, !global.value.isInteger {
                problems.append(
                    Problem(
                        range: global.range, message: "'\(global.group).\(global.name)' is a number, not a text",
                        hint: nil))
            }
        }
        return problems
    }
}

extension GlobalValue {
    fileprivate var isInteger: Bool {
        if case .integer = self { true } else { false }
    }
}
