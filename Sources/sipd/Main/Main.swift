import CommandLineInterface
import Glibc

/// `sipd`: options, then check or run.
@main
struct Main {
    static func main() async {
        do throws(StartFailure) {
            switch try Options.parse(Array(CommandLine.arguments.dropFirst())) {
            case .help: StandardOutput.write(Options.help)
            case .version: StandardOutput.write("sipd \(Version.text)\n")
            case .reference:
                guard let text = try? MethodReference.text() else {
                    throw StartFailure("two methods have one name", exitCode: .softwareFault)
                }
                StandardOutput.write(text)
            case .check(let options): try ConfigurationCheck(options).run()
            case .report(let options): try ConfigurationCheck(options).runReport()
            case .compatibility: StandardOutput.write(CompatibilityPage().text)
            case .run(let options): try await Daemon(options).run()
            }
        } catch {
            StandardErrorLog.writeLine(error.description)
            exit(error.exitCode.rawValue)
        }
        exit(ExitCode.success.rawValue)
    }
}
