/// Why the settings of a TLS domain cannot be used.
package struct TLSConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The domain, as its section is headed.
    package let domain: TLSDomain
    /// The setting that is at fault, by its name in the file.
    package let setting: String
    /// What is wrong.
    package let reason: String

    init(_ domain: TLSDomain, _ setting: String, _ reason: String) {
        self.domain = domain
        self.setting = setting
        self.reason = reason
    }

    package var description: String { "TLS domain '\(domain)': \(setting): \(reason)" }
}
