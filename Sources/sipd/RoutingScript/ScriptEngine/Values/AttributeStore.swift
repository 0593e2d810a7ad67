package import SIPMessage

/// The attributes (`$avp`, `$xavp`, `$xavu`, `$xavi`) of one message, and of its transaction once there is one.
///
/// A class, so that the routes of a transaction share one store: the request's, the failure routes' and the replies'.
/// Confined to the worker that owns the transaction.
package final class AttributeStore {
    /// `$avp(name)`: per name a stack, newest last.
    package var values: [ByteString: [ScriptValue]] = [:]
    /// `$xavp(name=>…)`: per name a stack of structures, newest last.
    package var structures: [ByteString: [AttributeStructure]] = [:]
    /// `$xavu(name)`: unique values, possibly nested.
    package var uniqueStructures: [ByteString: AttributeStructure.Field] = [:]
    /// `$xavi(name=>…)`: as `structures`, names compared without case (keys are lower-cased).
    package var caseInsensitiveStructures: [ByteString: [AttributeStructure]] = [:]

    /// An empty store.
    package init() {}
}

/// One structure of an `$xavp`: fields by name, each a stack with the newest last.
package struct AttributeStructure: Sendable {
    /// A field's content.
    package indirect enum Field: Sendable {
        /// A plain value.
        case value(ScriptValue)
        /// A nested structure.
        case structure(AttributeStructure)
    }

    /// The value of an attribute that has no fields (`$xavp(name) = 5`), or nil.
    package var value: ScriptValue?
    /// Fields in order of assignment; the newest of one name is last.
    package var fields: [(name: ByteString, field: Field)] = []

    /// An empty structure.
    package init() {}
}
