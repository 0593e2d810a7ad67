import Logging
import ScriptEngine
import Transport

/// The domains in use, and how they are read anew.
final class TLSStore: Sendable {
    let security: TLSSecurity
    private let options: TLSOptions

    /// Loads everything for the start: what has expired or is out of order is warned of.
    init(_ options: TLSOptions, logger: Logger) throws(ScriptError) {
        self.options = options
        let contexts = try Self.load(options, logger)
        for warning in contexts.warnings { logger.warning("certificate", metadata: ["problem": "\(warning)"]) }
        security = TLSSecurity(contexts)
    }

    /// Loads everything again and puts it in use for new connections.
    ///
    /// - Throws: when anything is wrong, also a certificate that has expired; what is in use stays.
    func reload(_ logger: Logger) throws(ScriptError) {
        let contexts = try Self.load(options, logger)
        if let problem = contexts.warnings.first { throw ScriptError("\(problem)") }
        security.replace(with: contexts)
    }

    private static func load(_ options: TLSOptions, _ logger: Logger) throws(ScriptError) -> TLSContextSet {
        var domains = [options.defaults.server, options.defaults.client]
        if let path = options.file {
            let file = try TLSConfigurationFile.read(path, defaults: options.fileDefaults)
            domains = file.domains
            for notice in file.notices { logger.notice("\(notice)") }
        }
        do throws(TLSConfigurationError) {
            return try TLSContextSet(domains)
        } catch {
            throw ScriptError((options.file.map { "\($0): " } ?? "") + "\(error)")
        }
    }
}
