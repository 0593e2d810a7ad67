import CommandLineInterface
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
        do {
            try BuiltInMethods.register(in: server.methods, information)
            try StatisticMethods.register(in: server)
        } catch {
            server.logger.error("a method is missing", metadata: ["error": "\(error)"])
        }
    }

    private func startControl(_ server: Server) async throws(StartFailure) -> ControlServer {
        let folder = server.settings.runFolder
        if let problem = FileSystem.makeFolder(folder) {
            throw StartFailure(
                "cannot make the run folder '\(folder)': \(problem)",
                hint: "choose another with -Y, or make it writable for this user")
        }
        let control = ControlServer(registry: server.methods, logger: server.logger)
        do throws(ControlServerError) {
            try await control.start(path: folder + "/control.sock")
        } catch {
            let exitCode: ExitCode = if case .alreadyRunning = error { .alreadyExists } else { .configuration }
            throw StartFailure("\(error)", hint: error.hint, exitCode: exitCode)
        }
        return control
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
            guard setgid(number) == 0 else {
                throw StartFailure("cannot become group '\(group)': \(ErrorText.of(errno))")
            }
        }
        if let user = options.user {
            guard let account = AccountName.user(user) else { throw StartFailure("no user '\(user)'") }
            if options.group == nil, getuid() == 0 { _ = setgid(account.group) }
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
