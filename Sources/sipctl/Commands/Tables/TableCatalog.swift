import CommandLineInterface
import Database

/// All tables that are described, and the commands that follow from the descriptions.
enum TableCatalog {
    /// The descriptions by their nouns' order in help.
    static let all: [TableDescription] = [
        .subscriber, .acl, .alias, .attribute, .speedDial, .uri, .address, .trusted, .domain, .domainAttribute,
        .uidDomain, .dispatcher, .dialplan, .prefixTree, .prefixTrees, .hashTable, .prefixDomain, .gateway, .lcrRule,
        .lcrTarget, .carrierRoute, .carrierName, .routingDomain, .registration, .rtpengine, .rtpproxy, .location,
        .accounting, .missedCall, .callRecord, .dialog, .message, .userBlock, .globalBlock,
    ]

    /// The description of a table; one drawn from the schema alone when nothing else is known.
    static func description(ofTable name: String) -> TableDescription? {
        all.first { $0.table.name == name } ?? Schema.definition(of: name).map(TableDescription.init(generic:))
    }

    /// The verbs that every table has.
    static func verbs(_ description: TableDescription) -> [Command] {
        var verbs = [TableList.command(description), TableShow.command(description)]
        if !description.add.isEmpty {
            verbs += [TableAdd.command(description), TableAdd.ensure(description)]
        }
        verbs += [
            TableRemove.command(description), TableSet.command(description), TableImport.command(description),
            TableExport.command(description),
        ]
        verbs += StateCommands.verbs(description)
        if let method = description.reload { verbs.append(DaemonReload.command(description, method)) }
        if !description.dump.isEmpty { verbs.append(DaemonDump.command(description)) }
        return verbs
    }

    /// The noun with its verbs; `more` adds verbs and replaces those of the same name.
    static func command(_ description: TableDescription, _ more: [Command] = []) -> Command {
        let names = Set(more.map(\.name))
        return Command(
            description.noun, aliases: description.aliases, summary: description.summary,
            subcommands: more + verbs(description).filter { !names.contains($0.name) })
    }
}
