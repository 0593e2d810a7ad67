/// Bounds on what a configuration may ask of the parser; going beyond one is an error with a position.
package enum ScriptLimits {
    /// Levels of blocks and parentheses, and of operands of one expression.
    package static let depthMax: Int32 = 256
    /// Files that include each other (Kamailio: `MAX_INCLUDE_DEPTH`).
    package static let includeDepthMax = 10
}
