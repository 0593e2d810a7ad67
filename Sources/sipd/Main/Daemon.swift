import CommandLineInterface
import ControlModule
import ControlServer
import Glibc
import Logging
import ModuleInterface
import NIOCore
import NIOPosix
import NetworkAddress
import OperatingSystem
import ScriptEngine
import ScriptSyntax
import Transport

/// The running daemon: opens everything in order, serves until a signal, closes everything in order.
struct Daemon {
    private let options: Options

    init(_ options: Options) {
        self.options = options
    }

    func run() async throws(StartFailure) {
        let signals = SignalSource([SIGTERM, SIGINT, SIGHUP])
        if let folder = options.workingFolder, let problem = FileSystem.changeFolder(to: folder) {
            throw StartFailure("cannot change to folder '\(folder)': \(problem)")
        }
        let loaded = LoadedProgram(options)
        loaded.report()
        guard let program = loaded.program else { throw loaded.failure }
        let server = loaded.configuration.server
        registerMethods(of: loaded.configuration)
        let control = try await startControl(server)
        do throws(StartFailure) {
            try await start(loaded.configuration, program)
            try becomeUser()
            try writeProcessFile()
        } catch {
            await control.stop()
            throw error
        }
        server.health.isStarted = true
        server.logger.info(
            "sipd is ready", metadata: ["sockets": "\(server.transport.sockets.map { "\($0)" }.joined(separator: " "))"]
        )
        ServiceManager.notify("READY=1")
        await serve(signals, server)
        ServiceManager.notify("STOPPING=1")
        await control.stop()
        await stop(loaded.configuration)
    }

    // MARK: - Start

    /// The methods that are there whatever modules are loaded.
    private func registerMethods(of configuration: LoadedConfiguration) {
        let server = configuration.server
        let names = configuration.modules.map(\.name)
        var information = DaemonInformation(version: Version.text, startTime: server.startedAt)
        information.modules = { names }
        server.provide(
            ModuleSources(
                Dictionary(StandardModules.all.map { ($0.name, $0.source) }, uniquingKeysWith: { first, _ in first })))
        do {
            try BuiltInMethods.register(in: server.methods, information)
            try StatisticMethods.register(in: server)
        } catch {
            server.logger.error("a method is missing", metadata: ["error": "\(error)"])
        }
    }

    private func startControl(_ server: Server) async throws(StartFailure) -> ControlServer {
        let settings = server.interface(ControlSettings.self) ?? ControlSettings()
        server.methods.restrict(to: settings.access)
        let control = ControlServer(
            registry: server.methods, logger: server.logger, configuration: settings.configuration(for: server.settings)
        )
        do throws(ControlServerError) {
            if let descriptor = ActivationSockets.unixStream(named: "control") {
                try await control.start(adopting: descriptor, path: "systemd")
            } else {
                try await control.start(path: try controlPath(server, settings))
            }
        } catch {
            throw StartFailure(control: error)
        }
        return control
    }

    /// `control.sock` in the run folder, or where `modparam("control", "socket", …)` says.
    private func controlPath(_ server: Server, _ settings: ControlSettings) throws(ControlServerError) -> String {
        if let path = settings.path { return path }
        let folder = server.settings.runFolder
        if let problem = FileSystem.makeFolder(folder) {
            server.logger.warning(
                "the run folder cannot be made", metadata: ["path": "\(folder)", "error": "\(problem)"])
        } else if getuid() == 0, server.settings.socketUser != nil || server.settings.socketGroup != nil {
            // Who the daemon becomes has to be able to remove the sockets and to make them again.
            _ = FileEntry.setOwner(
                user: server.settings.socketUser, group: server.settings.socketGroup, of: folder)
        }
        return folder + "/control.sock"
    }

    private func start(_ configuration: LoadedConfiguration, _ program: ScriptEngine.Program) async throws(StartFailure)
    {
        let server = configuration.server
        let requests = try ListenAddresses.resolve(server.settings)
        do throws(TransportError) {
            try await server.transport.listen(requests)
        } catch {
            throw StartFailure("\(error)")
        }
        server.resolver.restrict(to: server.transport.sockets)
        for module in configuration.modules {
            do {
                try await module.module.start()
            } catch {
                throw StartFailure(
                    "module '\(module.name)': \(error)", hint: FailureExitCode.hint(error),
                    exitCode: FailureExitCode.of(error))
            }
        }
        try await startWorkers(configuration, program)
    }

    private func startWorkers(_ configuration: LoadedConfiguration, _ program: ScriptEngine.Program)
        async throws(StartFailure)
    {
        let server = configuration.server
        let modules = configuration.modules
        var workers: [NIOLoopBound<Worker>] = []
        for index in 0..<server.transport.workerCount {
            let loop = server.transport.eventLoop(index)
            let worker = try? await loop.submit {
                NIOLoopBound(Worker(index: index, eventLoop: loop, server: server, program: program), eventLoop: loop)
            }.get()
            if let worker { workers.append(worker) }
        }
        server.adopt(workers: workers)
        _ = await server.onEachWorker { worker in modules.forEach { $0.module.start(on: worker) } }
        let statistics = CoreStatistics()
        statistics.register(in: server.statistics)
        do throws(TransportError) {
            try await server.transport.start(receiver: MessageProcessor(workers: workers, statistics: statistics))
        } catch {
            throw StartFailure("\(error)")
        }
    }

    private func becomeUser() throws(StartFailure) {
        if let group = options.group {
            guard let number = AccountName.groupNumber(group) else { throw StartFailure("no group '\(group)'") }
            guard ProcessIdentity.setGroups([number]), setgid(number) == 0 else {
                throw StartFailure("cannot become group '\(group)': \(ErrorText.of(errno))")
            }
        }
        if let user = options.user {
            guard let account = AccountName.user(user) else { throw StartFailure("no user '\(user)'") }
            if options.group == nil, getuid() == 0 {
                // The groups of root would stay otherwise, and with them what they may read.
                guard ProcessIdentity.setGroups(AccountName.groups(ofUser: account.user)), setgid(account.group) == 0
                else {
                    throw StartFailure("cannot become the groups of '\(user)': \(ErrorText.of(errno))")
                }
            }
            guard setuid(account.user) == 0 else {
                throw StartFailure("cannot become user '\(user)': \(ErrorText.of(errno))")
            }
        }
    }

    private func writeProcessFile() throws(StartFailure) {
        guard let path = options.processFile else { return }
        guard FileContents.write("\(getpid())\n", to: path) else {
            throw StartFailure("cannot write '\(path)': \(ErrorText.of(errno))")
        }
    }

    // MARK: - Service and stop

    private func serve(_ signals: SignalSource, _ server: Server) async {
        for await signal in signals.values {
            guard signal == SIGHUP else {
                return server.logger.info(
                    "stopping", metadata: ["signal": "\(signal == SIGINT ? "SIGINT" : "SIGTERM")"])
            }
            ServiceManager.notify("RELOADING=1")
            await Reload.run(server)
            ServiceManager.notify("READY=1")
        }
    }

    private func stop(_ configuration: LoadedConfiguration) async {
        for module in configuration.modules.reversed() { await module.module.stop() }
        configuration.server.resolver.stop()
        await configuration.server.transport.stop()
        await configuration.server.databases.stop()
        if let path = options.processFile { FileSystem.remove(path) }
    }
}

/// What SIGHUP reloads: every list that has a reload method.
enum Reload {
    static func run(_ server: Server) async {
        server.logger.notice("reloading")
        for name in [
            "permissions.addressReload", "permissions.trustedReload", "dispatcher.reload", "domain.reload",
            "tls.reload",
        ]
        where server.methods[name] != nil {
            do {
                _ = try await server.methods.call(.init(method: name))
            } catch {
                server.logger.error("reload failed", metadata: ["method": "\(name)", "error": "\(error)"])
            }
        }
    }
}
