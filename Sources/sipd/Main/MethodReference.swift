import ControlProtocol
import ControlServer
import Logging
import ModuleInterface
import Transport

/// The reference of all RPC methods, drawn from their descriptions (`sipd --print-reference`).
enum MethodReference {
    /// The reference as Markdown.
    static func text() throws(MethodRegistry.DuplicateMethod) -> String {
        var sections: [(title: String, methods: [MethodDescription])] = [("The daemon itself", try always())]
        for module in StandardModules.all where !module.methodDescriptions.isEmpty {
            sections.append(("Module \(module.name)", module.methodDescriptions))
        }
        var text = """
            # RPC methods

            Made by `sipd --print-reference`; do not edit. Parameters in brackets may be left out. Every method that \
            lists takes `stream`, `limit`, `cursor`, `fields` and `where` too, by name or in an object behind its other \
            parameters; it then answers flat rows: `{"rows": […], "count": 2, "cursor": null}`, or with `stream` a \
            notification `stream.row` for each row and a result with the count.

            """
        for section in sections.sorted(by: { $0.title < $1.title }) {
            text += "\n## \(section.title)\n"
            for method in section.methods.sorted(by: { $0.name < $1.name }) { text += entry(method) }
        }
        return text
    }

    /// The methods that are there whatever modules are loaded.
    private static func always() throws(MethodRegistry.DuplicateMethod) -> [MethodDescription] {
        let logger = Logger(label: "sipd") { _ in SwiftLogNoOpLogHandler() }
        let settings = CoreSettings()
        let server = Server(
            settings: settings, transport: TransportLayer(workers: 1, limits: settings.transport, logger: logger),
            logger: logger, scriptLog: StandardErrorLog(format: .text, levels: LogLevels()))
        try BuiltInMethods.register(in: server.methods, DaemonInformation(version: Version.text))
        try StatisticMethods.register(in: server)
        try CtlServer.registerMethods(in: server.methods, servers: [])
        return server.methods.descriptions
    }

    private static func entry(_ method: MethodDescription) -> String {
        var text = "\n### \(method.name)\n\n\(method.summary)\n\n    \(method.usage)\n"
        if !method.parameters.isEmpty { text += "\n" }
        for parameter in method.parameters {
            let optional = parameter.isOptional ? ", optional" : ""
            text += "- `\(parameter.name)` (\(parameter.kind.rawValue)\(optional)): \(parameter.doc)\n"
        }
        text += "\n\(method.doc)\n\nRole: \(method.role.rawValue)."
        if method.mutates { text += " Audited." }
        if method.lists { text += " Lists." }
        return text + " Example: `\(method.example)`\n"
    }
}
