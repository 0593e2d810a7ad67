package import CommandLineInterface

/// The program `sipctl`: it edits the tables that sipd and Kamailio read.
package enum Sipctl {
    /// All commands; nouns with verbs first, then kamctl's spellings of the same commands.
    package static let program = Program(
        name: "sipctl", version: Release.version,
        summary: "edit subscribers, addresses and the other tables of sipd and Kamailio",
        options: [
            Settings.databaseOption, Settings.serverOption, Settings.outputOption, Settings.columnsOption,
            Settings.noHeadersOption, Settings.domainOption, Settings.dryRunOption, Settings.yesOption,
            Program.quietOption,
        ],
        examples: [Example("sipctl add alice@pbx.test s3cret", "a user who can register")],
        commands: [
            subscriberCommand, addressCommand, locationCommand, databaseCommand,
            SubscriberAdd.command.spelled("add", section: kamctlSection),
            SubscriberPassword.command.spelled("passwd", section: kamctlSection),
            SubscriberRemove.command.spelled("rm", section: kamctlSection),
            SubscriberShow.command.spelled("show", section: kamctlSection),
        ],
        translate: FailureTranslation.failure)

    private static let kamctlSection = "Commands in kamctl's spelling"

    private static let subscriberCommand = Command(
        "subscriber", summary: "users and their passwords",
        subcommands: [
            SubscriberAdd.command, SubscriberPassword.command, SubscriberRemove.command, SubscriberShow.command,
            SubscriberList.command,
        ])

    private static let addressCommand = Command(
        "address", summary: "source addresses that are allowed without a password",
        subcommands: [
            AddressAdd.command, AddressRemove.command, AddressShow.command, AddressList.command, AddressReload.command,
        ])

    private static let locationCommand = Command(
        "location", summary: "registered contacts, as the database holds them",
        subcommands: [LocationList.command, LocationShow.command])

    private static let databaseCommand = Command(
        "db", summary: "the database itself",
        subcommands: [
            DatabaseCreate.command, DatabaseMigrate.command, DatabaseVersion.command, DatabaseDrop.command,
        ])
}
