package import CommandLineInterface

/// The program `sipctl`: it edits the tables that sipd and Kamailio read.
package enum Sipctl {
    /// All commands; nouns with verbs first, then kamctl's spellings of the same commands.
    package static let program: Program = {
        var program = description
        program.configure = { invocation throws(CommandFailure) in try SettingsFiles.read(invocation) }
        return program
    }()

    private static let description = Program(
        name: "sipctl", version: Release.version,
        summary: "edit subscribers, addresses and the other tables of sipd and Kamailio",
        options: [
            Settings.databaseOption, Settings.passwordFileOption, Settings.contextOption, Settings.serverOption,
            Settings.outputOption, Settings.columnsOption,
            Settings.noHeadersOption, Settings.domainOption, Settings.dryRunOption, Settings.yesOption,
            Settings.noInputOption, Program.quietOption,
        ],
        examples: [Example("sipctl add alice@pbx.test s3cret", "a user who can register")],
        commands: nouns + kamctlCommands + DaemonCommands.all + ServerControl.commands
            + StateCommands.all + [
                Batch.command, ConfigExplain.command, ServerStatus.command, Doctor.command, Audit.command,
            ]
            + CompletionCommands.all
            + [UserLocation.command, UserLocation.aliasCommand, Online.command, ServerMonitor.command],
        translate: FailureTranslation.failure)

    static let kamctlSection = "Commands in kamctl's spelling"
    static let daemonSection = "Commands to the running daemon"
    private static let tableSection = "Tables"

    /// Tables that are worked with every day come first in help, the others in a section of their own.
    private static let nouns: [Command] = {
        let daily = ["subscriber", "address", "location", "domain", "acl", "alias_db", "dispatcher"]
        let commands = TableCatalog.all.map { description in
            var command = TableCatalog.command(description, moreVerbs[description.noun] ?? [])
            if !daily.contains(description.noun) { command.section = tableSection }
            return command
        }
        return commands.filter { $0.section.isEmpty } + [databaseCommand] + commands.filter { !$0.section.isEmpty }
    }()

    /// Verbs that one noun has and no other.
    private static let moreVerbs: [String: [Command]] = [
        "subscriber": [
            SubscriberAdd.command, SubscriberAdd.ensure, SubscriberPassword.command, SubscriberRemove.command,
            SubscriberShow.command, SubscriberVerify.command, SubscriberReport.command, SubscriberRotate.command,
        ],
        "address": [
            AddressSync.command, AddressCheck.command, AddressReport.command, AddressExpiry.sweep,
            AddressHistory.history,
            AddressHistory.rollback,
        ],
        "location": LocationChange.commands + [LocationClean.command],
        "acc": Acc.verbs + [TableList.command(.accounting).spelled("showdb", section: "")],
        "dialog": [
            Command(
                "show", aliases: ["list"], summary: "show the calls in the daemon's memory",
                examples: [Example("sipctl dialog show", "kamctl's spelling")],
                run: { try DaemonDump.run(["dlg.list"], $0, $1) }),
            TableList.command(.dialog).spelled("showdb", section: ""),
        ],
        "dispatcher": DispatcherRemove.verbs,
    ]

    private static let kamctlCommands: [Command] = [
        SubscriberAdd.command.spelled("add", section: kamctlSection),
        SubscriberPassword.command.spelled("passwd", section: kamctlSection),
        SubscriberRemove.command.spelled("rm", section: kamctlSection),
        SubscriberShow.command.spelled("show", section: kamctlSection),
        SubscriberSet.text.spelled("sets", section: kamctlSection),
        SubscriberSet.number.spelled("setn", section: kamctlSection),
        RemoteParty.command, Carrier.command, LeastCostRouting.command,
    ]

    private static let databaseCommand = Command(
        "db", summary: "the database itself",
        subcommands: [
            DatabaseCreate.command, DatabaseMigrate.command, DatabaseStatus.command, DatabaseVersion.command,
            DatabaseCheck.command, DatabaseBackup.backup, DatabaseBackup.restore, DatabaseBackup.copy,
            DatabaseDrop.command,
        ] + DatabaseReinit.commands + DatabaseGrant.commands + DatabaseShow.commands + DatabaseStatement.commands)
}
