import Suggestions
import Synchronization

/// What a method does: takes a call, answers a result or throws a fault.
///
/// It runs on the control plane's executor, never on a SIP event loop, and may suspend.
package typealias MethodImplementation = @Sendable (MethodCall) async throws(MethodFault) -> MethodResult

/// The methods of a daemon by name.
///
/// Modules register while the daemon starts; the transports look up while it runs.
package final class MethodRegistry: Sendable {
    /// A method with its description.
    package struct Entry: Sendable {
        /// What the method is called, takes and does.
        package let description: MethodDescription
        /// The method.
        package let implementation: MethodImplementation
    }

    /// Two methods of the same name: a bug of a module, named at start.
    package struct DuplicateMethod: Error, Hashable, CustomStringConvertible {
        /// The name registered twice.
        package let name: String
        package var description: String { "RPC method '\(name)' is registered twice" }
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let access = Mutex(MethodAccess())

    /// Makes an empty registry.
    package init() {}

    /// Adds a method.
    ///
    /// - Throws: when there is one of that name already.
    package func register(
        _ description: MethodDescription, _ implementation: @escaping MethodImplementation
    ) throws(DuplicateMethod) {
        let isNew = entries.withLock { entries in
            guard entries[description.name] == nil else { return false }
            entries[description.name] = Entry(description: description, implementation: implementation)
            return true
        }
        guard isNew else { throw DuplicateMethod(name: description.name) }
    }

    /// The method of exactly that name.
    package subscript(name: String) -> Entry? {
        entries.withLock { $0[name] }
    }

    /// All descriptions, sorted by name.
    package var descriptions: [MethodDescription] {
        entries.withLock { $0.values.map(\.description) }.sorted { $0.name < $1.name }
    }

    /// The name that somebody who typed `name` probably meant, or nil.
    package func nearestName(to name: String) -> String? {
        NearestName.of(name, among: entries.withLock { Array($0.keys) })
    }

    /// Sets which role may call what; replaces what was set before.
    package func restrict(to access: MethodAccess) {
        self.access.withLock { $0 = access }
    }

    /// Calls the method that the call names, after the caller's role was checked.
    ///
    /// A listing method answers rows when the caller gave options of a listing (`ListingOptions`), in its own shape
    /// otherwise.
    /// - Throws: the method's fault, or one that says there is no such method or the role does not suffice.
    package func call(_ call: MethodCall) async throws(MethodFault) -> MethodResult {
        guard let entry = self[call.method] else {
            throw .unknownMethod(String(call.method.prefix(128)), nearest: nearestName(to: call.method))
        }
        try access.withLock { $0 }.check(call, entry.description)
        guard entry.description.lists else { return try await entry.implementation(call) }
        let call = try call.takingListingOptions(entry.description)
        let result = try await entry.implementation(call)
        guard let options = call.listing else { return result }
        return .document(Listing(result, options))
    }
}
