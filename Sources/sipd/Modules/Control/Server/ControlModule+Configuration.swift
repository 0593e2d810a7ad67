import ControlProtocol
import ModuleInterface

extension ControlModule {
    static var configurationMethods: [ModuleMethod<ControlModule>] {
        [
            listing("core.ppdefines", "Lists the names that the preprocessor knows.", "names, sorted") { server in
                server.settings.defines.keys.sorted().map { .string($0) }
            },
            listing(
                "core.ppdefines_full", "Lists the names that the preprocessor knows with their texts.",
                "objects with name, type (0 without a text, 1 with one) and value ('none' without one)"
            ) { server in
                server.settings.defines.sorted { $0.key < $1.key }.map { define in
                    [
                        "name": .string(define.key), "type": define.value == nil ? 0 : 1,
                        "value": .string(define.value?.string ?? "none"),
                    ]
                }
            },
        ]
    }
}
