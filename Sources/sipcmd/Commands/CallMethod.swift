import CommandLineInterface
import ControlProtocol

/// `sipcmd METHOD [ARG...]`: one call, its result on standard output.
enum CallMethod {
    static let params = CommandOption.value(
        "params", "JSON", "the parameters as a JSON array, or by name as an object")
    static let format = CommandOption.value(
        "format", short: "f", "FORMAT", #"print values by a pattern: %v is the next value, %% a %, \n \t as in C"#)

    static let command = Command(
        "", summary: "call an RPC method",
        arguments: [
            .required("METHOD", "the method, 'ul.dump'; 'sipcmd list' shows all"),
            .repeated("ARG", "a parameter; whole numbers are sent as such, s:TEXT is always a text"),
        ],
        run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let word = try invocation.required(0)
        let alias = MethodAlias(word)
        let method = alias?.method ?? word
        let rendering = try rendering(invocation)
        let address = try ServerAddress(invocation.value(of: SipcmdProgram.server) ?? ControlClient.defaultPath)
        let parameters = try CallParameters(
            words: Array(invocation.arguments.dropFirst()), document: invocation.value(of: params))
        let silenceMax = try silenceMax(invocation)
        do throws(ControlClientError) {
            let answer = try ServerConnection.call(address, method, parameters, silenceMax: silenceMax)
            if rendering == .text, let format = invocation.value(of: format) ?? alias?.format {
                console.write(ResultFormat(format).text(of: ResultText.values(of: try answer.records())))
            } else {
                try rendering.write(answer, to: console)
            }
        } catch {
            throw FaultReport.failure(error, method: method)
        }
        return .success
    }

    private static func rendering(_ invocation: Invocation) throws(CommandFailure) -> ResultRendering {
        let name = invocation.value(of: SipcmdProgram.output) ?? ResultRendering.text.rawValue
        guard let rendering = ResultRendering(rawValue: name) else {
            throw CommandFailure(.usage, "output format '\(name)' is not known")
        }
        guard rendering == .text || !invocation.isTyped(format) else {
            throw CommandFailure(.usage, "--format and --output \(name) exclude each other")
        }
        return rendering
    }

    private static func silenceMax(_ invocation: Invocation) throws(CommandFailure) -> Duration {
        let text = invocation.value(of: SipcmdProgram.timeout) ?? "30"
        // A day: more is a mistake, and the sum with the clock has to stay in range.
        guard let seconds = Double(text), seconds > 0, seconds <= 86400 else {
            throw CommandFailure(.usage, "--timeout '\(text)' is not a number of seconds above 0 and up to 86400")
        }
        return .milliseconds(max(Int64(seconds * 1000), 1))
    }
}
