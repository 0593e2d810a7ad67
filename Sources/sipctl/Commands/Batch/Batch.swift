import CommandLineInterface
import Database

/// `batch`: many commands in one process.
enum Batch {
    private static let oneOption = CommandOption.flag(
        "one-transaction", short: "1", "all commands in one transaction: all of them have an effect, or none")
    private static let keepGoingOption = CommandOption.flag(
        "keep-going", short: "k", "go on after a command that failed")
    private static let passedOn = [
        Settings.serverOption, Settings.outputOption, Settings.columnsOption, Settings.domainOption,
    ]
    private static let passedOnFlags = [
        Settings.noHeadersOption, Settings.yesOption, Settings.dryRunOption, Program.quietOption,
    ]

    static let command = Command(
        "batch", summary: "run the commands in a file, one a line",
        discussion: """
            Words are separated by blanks; quotes and backslashes work as in a shell, and nothing else does. Lines that are
            empty or begin with # are left out. It stops at the first command that fails, and exits with its code.
            """,
        arguments: [.optional("FILE", "the file; standard input when missing, or -")],
        options: [oneOption, keepGoingOption],
        examples: [Example("printf 'add alice@pbx.test a\\nadd bob@pbx.test b\\n' | sipctl batch -1", "both or none")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard console.context == nil else { throw CommandFailure(.usage, "a batch inside a batch") }
        let isOne = invocation.has(oneOption)
        if invocation.isDryRun, !isOne {
            throw CommandFailure(.usage, "--dry-run of a batch needs -1", hint: "one transaction can be taken back")
        }
        let input = try InputFile(path: invocation.argument(0) ?? "-")
        return try invocation.withDatabase(console) { connection in
            let session = BatchSession(connection)
            if isOne { try connection.begin(.write) }
            console.context = session
            defer { console.context = nil }
            do {
                let code = try runLines(input, invocation, console)
                if connection.isInTransaction {
                    if code == .success, !invocation.isDryRun { try connection.commit() } else { connection.rollback() }
                }
                return code
            } catch {
                connection.rollback()
                throw error
            }
        }
    }

    private static func runLines(
        _ input: InputFile, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        var common: [String] = []
        for option in passedOn where invocation.isTyped(option) {
            common += ["--\(option.name)", invocation.value(of: option) ?? ""]
        }
        for flag in passedOnFlags where invocation.isTyped(flag) { common.append("--\(flag.name)") }
        var result = ExitCode.success
        var number = 0
        while let line = try nextLine(input) {
            number += 1
            let words: [String]
            do throws(CommandFailure) {
                words = try ShellWords.split(line)
            } catch {
                throw CommandFailure(.usage, "\(input.name):\(number): \(error.message)")
            }
            guard !words.isEmpty else { continue }
            let code = Sipctl.program.run(common + words, environment: invocation.environment, console: console)
            guard code != .success else { continue }
            console.message("\(invocation.programName): \(input.name):\(number): the command failed\n")
            if result == .success { result = code }
            guard invocation.has(keepGoingOption), !invocation.has(oneOption) else { return result }
        }
        return result
    }

    private static func nextLine(_ input: InputFile) throws(CommandFailure) -> String? {
        var bytes: [UInt8] = []
        guard try input.peek() != nil else { return nil }
        while let byte = try input.next(), byte != 0x0A {
            bytes.append(byte)
            guard bytes.count <= 65_536 else { throw CommandFailure(.badData, "\(input.name): a line is too long") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "\(input.name): a line is not valid UTF-8")
        }
        return text
    }
}

/// Splits a line into words as a shell does, with quotes and backslashes and nothing else.
enum ShellWords {
    static func split(_ line: String) throws(CommandFailure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else {
                    word = (word ?? "") + String(character)
                }
            } else {
                switch character {
                case "\\": isEscaped = true
                case "'", "\"":
                    quote = character
                    word = word ?? ""
                case " ", "\t", "\r":
                    if let complete = word { words.append(complete) }
                    word = nil
                case "#" where word == nil: return words
                default: word = (word ?? "") + String(character)
                }
            }
        }
        guard quote == nil, !isEscaped else { throw CommandFailure(.usage, "a quote is not closed") }
        if let word { words.append(word) }
        return words
    }
}
