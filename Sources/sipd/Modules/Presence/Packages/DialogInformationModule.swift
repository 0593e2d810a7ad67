package import ModuleInterface
import SIPMessage
package import ScriptEngine
import XMLDocuments

/// Module `presence_dialoginfo`: the package `dialog` (RFC 4235).
package struct DialogInformationModule: ScriptModule {
    /// Registers the package.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let presence = server.interface(PresenceServer.self) else {
            throw ScriptError(
                "module presence must be loaded first", hint: "add loadmodule \"presence.so\" above presence_dialoginfo"
            )
        }
        let showsEmpty = parameters.flag("force_dummy_dialog")
        presence.register(
            EventPackage(
                name: "dialog", contentType: "application/dialog-info+xml", isVersioned: true,
                defaultExpires: parameters.integer("default_expires"), problem: DialogInformation.problem,
                compose: { DialogInformation.compose($0, showsEmpty: showsEmpty) }))
    }

    /// What the module offers.
    package static var description: ModuleDescription<DialogInformationModule> {
        ModuleDescription(
            name: "presence_dialoginfo", summary: "The event package dialog: who is in a call.",
            parameters: [
                .integer("default_expires", 3600, in: 1...Int(Int32.max), "seconds of requests that name none"),
                .flag("force_dummy_dialog", false, "whether a NOTIFY without dialogs has a document without any"),
                .ignored("force_single_dialog", because: "all dialogs are shown"),
            ])
    }
}

/// Documents about dialogs.
enum DialogInformation {
    /// Why a body is no such document, or nil.
    static func problem(_ body: ByteString) -> String? {
        do throws(XMLError) {
            let root = try XMLElement(parsing: body.bytes)
            return root.localName == "dialog-info" ? nil : "the root is '\(root.name)', not 'dialog-info'"
        } catch {
            return error.description
        }
    }

    /// One document with the dialogs of all sources, and the version of the subscription.
    static func compose(_ state: PackageState, showsEmpty: Bool) -> ByteString? {
        var documents = state.bodies.compactMap { try? XMLElement(parsing: $0.bytes) }
        if documents.isEmpty, let withdrawn = state.withdrawn, let gone = try? XMLElement(parsing: withdrawn.bytes) {
            documents = [ended(gone)]
        }
        guard !documents.isEmpty || showsEmpty else { return nil }
        var root = documents.isEmpty ? empty(state.key) : PresenceDocument.merge(documents)
        root[attribute: "version"] = "\(state.version)"
        root[attribute: "state"] = "full"
        return ByteString(root.document)
    }

    private static func empty(_ key: PresentityKey) -> XMLElement {
        XMLElement(
            "dialog-info",
            [.init("xmlns", "urn:ietf:params:xml:ns:dialog-info"), .init("entity", key.uri.string)])
    }

    /// The dialogs of a document, all terminated.
    private static func ended(_ document: XMLElement) -> XMLElement {
        var root = document
        root.children = document.elements.filter { $0.localName == "dialog" }.map { dialog in
            let prefix = dialog.name.dropLast(dialog.localName.count)
            var ended = dialog
            ended.children = [.element(XMLElement("\(prefix)state", [], [.text("terminated")]))]
            return .element(ended)
        }
        return root
    }
}
