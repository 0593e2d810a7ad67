import Glibc

/// The words this process was started with.
package enum ProcessArguments {
    /// Overwrites a word where the system reads it for the process list; 1 is the first behind the program's name.
    ///
    /// Call it before other threads run. `CommandLine.arguments` keeps the word when it was read before.
    package static func hide(at index: Int) {
        guard index > 0, index < CommandLine.argc else { return }
        // SAFETY: argv has argc writable NUL-terminated strings; only bytes before the terminator are changed.
        guard let text = unsafe CommandLine.unsafeArgv[index] else { return }
        unsafe memset(text, Int32(UInt8(ascii: "*")), strlen(text))
    }
}
