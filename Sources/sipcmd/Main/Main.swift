import CommandLineInterface
import Glibc
import SipcmdCommands

@main
struct Main {
    static func main() {
        let environment = Environment.process
        let words = SipcmdProgram.words(Array(CommandLine.arguments.dropFirst()))
        let program = SipcmdProgram.program(version: Release.version)
        exit(program.run(words, environment: environment, console: Console(environment: environment)).rawValue)
    }
}
