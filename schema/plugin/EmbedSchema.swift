import Foundation
import PackagePlugin

/// Runs `schema/generate` when an SQL file has changed, so that the programs carry the tables in themselves.
@main
struct EmbedSchema: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let schema = context.package.directoryURL.appending(path: "schema")
        let output = context.pluginWorkDirectoryURL.appending(path: "Schema+Embedded.swift")
        let files = try ["sqlite", "mysql"].flatMap { engine in
            try FileManager.default.contentsOfDirectory(
                at: schema.appending(path: engine), includingPropertiesForKeys: nil)
        }
        return [
            .buildCommand(
                displayName: "Embedding the tables of schema/",
                executable: schema.appending(path: "generate"),
                arguments: [output.path()],
                inputFiles: files.sorted { $0.path() < $1.path() } + [schema.appending(path: "groups")],
                outputFiles: [output])
        ]
    }
}
