/// Bounds on what a configuration may ask of the parser; going beyond one is an error with a position.
package enum ScriptLimits {
    /// Levels of operands of one expression: `a + b + c` has three.
    package static let depthMax: Int32 = 1000
    /// Blocks and parentheses inside of each other; bounds the parser's stack, which 1 MiB suffices for.
    package static let nestingMax = 100
    /// Files that include each other (Kamailio: 10).
    package static let includeDepthMax = 10
    /// Files that are included in all, each as often as it is.
    package static let includesMax = 1000
    /// `#!ifdef` inside of each other (Kamailio: 512).
    package static let conditionsMax = 512
    /// Definitions whose text uses other definitions.
    package static let expansionDepthMax = 64
    /// Replacements of a name by its text in all, so that definitions cannot grow without end.
    package static let expansionsMax = 100_000
    /// Words, numbers, strings and signs of a configuration with its includes and definitions.
    package static let tokensMax = 2_000_000
    /// Errors, and likewise warnings, that are kept; a last one says how many there were beyond.
    package static let diagnosticsMax = 100
}
