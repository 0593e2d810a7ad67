import CommandLineInterface
import Database

/// What sipctl knows about a table: everything its commands need is drawn from it.
///
/// Columns, types and lengths come from the schema; the description adds what they mean.
struct TableDescription: Sendable {
    /// An option of `list`, `show`, `rm` and `export` that looks for a value in a column: `avp list --attribute NAME`.
    struct Filter: Sendable {
        let option: CommandOption
        let slot: Slot

        init(_ name: String, short: Character? = nil, _ slot: Slot) {
            option = .value(name, short: short, slot.name, "only rows with this \(slot.summary)")
            self.slot = slot
        }
    }

    /// A search that SQL cannot do.
    struct Refinement: Sendable {
        /// The columns whose texts the search takes over from SQL when one of them is given.
        let columns: Set<String>
        /// Makes the test for rows.
        let test: @Sendable ([(column: String, text: String)]) throws(CommandFailure) -> @Sendable (RowDraft) -> Bool
    }

    /// The command's word, and others for the same.
    let noun: String
    var aliases: [String] = []
    /// The table.
    var table: SQLIdentifier
    /// One line for help.
    let summary: String
    /// What a row is called: `destination`.
    let thing: String
    /// Rules for the values of columns, beyond their types.
    var rules: [String: FieldRule] = [:]
    /// What messages call columns whose names say little.
    var labels: [String: String] = [:]
    /// What columns get that are not given and that the engine does not fill in.
    var defaults: [String: String] = [:]
    /// Columns a new row needs although the table has a default, and what to give.
    var needs: [String: String] = [:]
    /// The columns that tell rows apart.
    let key: [String]
    /// The words of `add`.
    var add: [Slot] = []
    /// The words of `show` and `rm`.
    var find: [Slot] = []
    /// The words of `list`; `find` when there are none.
    var listBy: [Slot]?
    /// The columns a table for people shows; all when empty.
    var listColumns: [String] = []
    /// The order of lists; by id when there is none.
    var order: [SQLIdentifier] = []
    /// The column that gets the time of the change.
    var stamp: String?
    /// Looks for rows where SQL cannot: the columns it takes care of, and the test for a row.
    var refine: Refinement?
    /// Columns that are only shown when they are asked for by name, and never written to the audit.
    var secrets: Set<String> = []
    /// Options of `add`, `ensure`, `import`, `diff` and `apply` that `normalise` looks at.
    var options: [CommandOption] = []
    /// Options that look for values.
    var filters: [Filter] = []
    /// Checks that concern several columns, and columns that follow from others.
    var normalise: (@Sendable (inout RowDraft, Invocation) throws(CommandFailure) -> Void)?
    /// What a row is called in messages; the key's values when there is nothing better.
    var describe: (@Sendable (RowDraft) -> String)?
    /// Kamctl's words for the verbs.
    var spellings: [String: [String]] = [:]
    /// The method that makes the daemon read the table again, and those that show what it has.
    var reload: String?
    var dump: [String] = []
    /// `rm ID` with a number alone is about the row's id, as kamctl has it.
    var oneNumberIsID = false
    /// The word that stands first and names another table with the same columns, as in `mtree add TABLE ...`.
    var namesTable = false
    /// An example of `add`, without the program's name.
    var example = ""

    /// What a row is called with its article: `an address`.
    var aThing: String { ("aeiou".contains(thing.first ?? "x") ? "an " : "a ") + thing }

    /// The words of `list`.
    var listSlots: [Slot] { (listBy ?? find).allOptional }

    /// The words of `add` with the first one that names the table.
    func arguments(_ slots: [Slot]) -> [CommandArgument] {
        (namesTable ? [.required("TABLE", "the table; any with the columns of '\(table)'")] : [])
            + slots.map(\.argument)
    }
}

extension TableDescription {
    /// Describes a table nothing else is known about than the schema.
    init(generic definition: TableDefinition) {
        let columns = definition.columns.map(\.name.name)
        let key = definition.uniqueKeys.first?.map(\.name) ?? columns.filter { $0 != "id" }
        self.init(
            noun: definition.name.name, table: definition.name, summary: "rows of the table '\(definition.name)'",
            thing: "row", key: key, find: key.map { .column($0, $0.uppercased(), $0) },
            secrets: Set(columns.filter { $0.contains("password") || $0.hasPrefix("ha1") }))
    }
}
