// swift-tools-version: 6.2
import PackageDescription

// Folders directly below Sources/ are programs, or Shared (code that two programs link).
// Imports point down only; Tests/Tidy checks it against this list.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Debug builds, which all tests run on, find overlapping accesses; see docs/decisions/0005.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

func library(
    _ name: String, _ path: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    plugins: [Target.PluginUsage] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(path)", exclude: exclude, swiftSettings: settings,
        plugins: plugins)
}

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    library(
        "\(name)Module", "sipd/Modules/\(name)",
        ["SIPMessage", "NetworkAddress", "ScriptEngine", "ModuleInterface", log] + dependencies)
}

func program(_ name: String, _ dependencies: [Target.Dependency], linking: String = "-static-stdlib") -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/\(name)/Main", swiftSettings: settings,
        linkerSettings: [.unsafeFlags([linking], .when(configuration: .release))])
}

func tests(_ name: String, _ path: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(path)", exclude: exclude, swiftSettings: settings)
}

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let modules: [Target] = [
    module("Accounting", ["Database", "OperatingSystem"]),
    module("AttributeOperations", ["Database"]),
    module("Authentication", ["DigestAuthentication", "Database", "OperatingSystem", nioCore]),
    module(
        "Control", ["ControlProtocol", "ControlServer", "Database", "OperatingSystem", "Suggestions", "Transport"]),
    module("DatabaseDrivers"),
    module("DatabaseLookups", ["ControlProtocol", "Database"]),
    module("Debugging", ["ControlProtocol"]),
    module("DialogStatistics", ["ControlProtocol", "OperatingSystem", nioCore]),
    module("Dispatcher", ["ControlProtocol", "Database", "OperatingSystem", "Transport", nioCore]),
    module("Dialogs", ["ControlProtocol", "Database", "OperatingSystem", "Transport", nioCore]),
    module("FloodDetection", ["ControlProtocol", nioCore]),
    module("IPOperations", ["OperatingSystem", "Transport"]),
    module("HashTables", ["ControlProtocol", "Database", "OperatingSystem", nioCore]),
    module("HTTP"),
    module("JSONRPC", ["ControlProtocol", "ControlServer", "OperatingSystem", nioCore, nioPosix]),
    module("Location", ["ControlProtocol", "Database", "OperatingSystem", "Transport", nioCore]),
    module("Core", ["Transport"]),
    module(
        "CoreExtensions", ["HashTablesModule", "ControlProtocol", "DigestAuthentication", "OperatingSystem", nioCore]),
    module(
        "MediaRelays",
        [
            "ControlProtocol", "Database", "OperatingSystem", "SessionDescriptionsModule", "Transport", nioCore,
            nioPosix,
        ]),
    module("Presence", ["ControlProtocol", "Database", "OperatingSystem", "Transport", "XMLDocuments", nioCore]),
    module(
        "PseudoVariables",
        ["ControlProtocol", "CoreModule", "DigestAuthentication", "OperatingSystem", "Suggestions", "Transport"]),
    module("Redirection"),
    module("Routing", ["Transport"]),
    module("NATTraversal", ["ControlProtocol", "LocationModule", "OperatingSystem", "Transport", nioCore]),
    module("NumberTranslation", ["ControlProtocol", "Database", "OperatingSystem", "PatternMatchingModule"]),
    module("Path", ["Transport"]),
    module("PatternMatching", ["ControlProtocol", "OperatingSystem"]),
    module("Permissions", ["ControlProtocol", "Database", "OperatingSystem"]),
    module("SessionDescriptions", ["TextOperationsModule"]),
    module("SIPUtilities"),
    module("SQLOperations", ["Database"]),
    module("StatelessReply", ["ControlProtocol"]),
    module("TLS", ["ControlProtocol", "OperatingSystem", "Suggestions", "Transport"]),
    module("TextOperations", ["OperatingSystem"]),
    module("Timers", [nioCore]),
    module("Transactions", ["ControlProtocol", "Transaction", "Transport", nioCore]),
    module(
        "UserAgentClient",
        ["ControlProtocol", "Database", "DigestAuthentication", "OperatingSystem", "Transport", nioCore]),
    module("WebSocket", ["ControlProtocol", "DigestAuthentication", "Transport"]),
]

let package = Package(
    name: "sipd",
    products: [
        .executable(name: "sipd", targets: ["sipd"]),
        .executable(name: "sipctl", targets: ["sipctl"]),
        .executable(name: "sipcmd", targets: ["sipcmd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Shared
        .systemLibrary(name: "CSQLite", path: "Sources/Shared/CLibraries/CSQLite", pkgConfig: "sqlite3"),
        .systemLibrary(name: "CMariaDB", path: "Sources/Shared/CLibraries/CMariaDB", pkgConfig: "libmariadb"),
        .systemLibrary(name: "COpenSSL", path: "Sources/Shared/CLibraries/COpenSSL", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CXML", path: "Sources/Shared/CLibraries/CXML", pkgConfig: "libxml-2.0"),
        .systemLibrary(name: "CSockets", path: "Sources/Shared/CLibraries/CSockets"),
        library("OperatingSystem", "Shared/OperatingSystem"),
        library("SIPMessage", "Shared/SIPMessage"),
        library("NetworkAddress", "Shared/NetworkAddress"),
        library("Suggestions", "Shared/Suggestions"),
        library("DigestAuthentication", "Shared/DigestAuthentication", ["COpenSSL"]),
        .plugin(name: "EmbedSchema", capability: .buildTool(), path: "schema/plugin"),
        library(
            "Database", "Shared/Database", ["CSQLite", "CMariaDB", "OperatingSystem"], plugins: ["EmbedSchema"]),
        library("XMLDocuments", "Shared/XMLDocuments", ["CXML"]),
        library("ControlProtocol", "Shared/ControlProtocol", ["OperatingSystem", "Suggestions"]),
        library("CommandLineInterface", "Shared/CommandLineInterface", ["OperatingSystem", "Suggestions"]),

        // sipd
        library(
            "Transport", "sipd/Transport",
            [
                "CSockets", "OperatingSystem", "SIPMessage", "NetworkAddress", nioCore, nioPosix, nioSSL, nioTLS, log,
            ]),
        library("Transaction", "sipd/Transaction", ["SIPMessage", "NetworkAddress", "Transport"]),
        library("ScriptSyntax", "sipd/RoutingScript/ScriptSyntax", ["Suggestions"]),
        library(
            "ScriptEngine", "sipd/RoutingScript/ScriptEngine",
            ["ScriptSyntax", "SIPMessage", "NetworkAddress", "Suggestions", "Transport"]),
        library(
            "ModuleInterface", "sipd/ModuleInterface",
            [
                "ScriptEngine", "Transaction", "Transport", "SIPMessage", "NetworkAddress", "Database",
                "ControlProtocol", "OperatingSystem", "ScriptSyntax", "Suggestions", nioCore, nioPosix, log,
            ]),
        library(
            "ControlServer", "sipd/ControlServer",
            ["ControlProtocol", "NetworkAddress", "OperatingSystem", nioCore, nioPosix, log]),
        program(
            "sipd",
            [
                "ScriptSyntax", "ScriptEngine", "ModuleInterface", "ControlServer", "Transport", "NetworkAddress",
                "Database", "CommandLineInterface", "OperatingSystem", "ControlProtocol", "SIPMessage", "Suggestions",
                nioCore, nioPosix, log,
            ] + modules.map { .target(name: $0.name) }),

        // sipctl
        library(
            "SipctlCommands", "sipctl/Commands",
            [
                "CommandLineInterface", "Database", "NetworkAddress", "DigestAuthentication", "ControlProtocol",
                "OperatingSystem", "Suggestions",
            ]),
        program("sipctl", ["SipctlCommands", "CommandLineInterface"]),

        // sipcmd
        library("SipcmdCommands", "sipcmd/Commands", ["CommandLineInterface", "ControlProtocol", "OperatingSystem"]),
        // It is started thousands of times: with no shared library to load it takes a third of the time.
        program("sipcmd", ["SipcmdCommands", "CommandLineInterface"], linking: "-static-executable"),

        // Fuzzing
        .executableTarget(
            name: "ControlFuzz", dependencies: ["ControlProtocol"], path: "Tests/Fuzz/Control", swiftSettings: settings),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["Database"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("TidyTests", "Tidy", []),
        tests("SIPMessageTests", "Unit/SIPMessageTests", ["SIPMessage"]),
        tests("SuggestionsTests", "Unit/SuggestionsTests", ["Suggestions"]),
        tests("NetworkAddressTests", "Unit/NetworkAddressTests", ["NetworkAddress"]),
        tests("DigestAuthenticationTests", "Unit/DigestAuthenticationTests", ["DigestAuthentication"]),
        tests("DatabaseTests", "Unit/DatabaseTests", ["Database", "TestSupport"]),
        tests(
            "ScriptEngineTests", "Unit/ScriptEngineTests",
            ["ScriptEngine", "ScriptSyntax", "SIPMessage", "NetworkAddress", "Transport"]),
        tests("ScriptSyntaxTests", "Unit/ScriptSyntaxTests", ["ScriptSyntax"], exclude: ["Golden"]),
        tests("CommandLineInterfaceTests", "Unit/CommandLineInterfaceTests", ["CommandLineInterface"]),
        tests(
            "CommandLineTests", "CommandLine", ["sipctl", "sipd", "Database", "TestSupport"], exclude: ["Sessions"]),
        tests(
            "DialogStatisticsTests", "Unit/DialogStatisticsTests",
            ["DialogStatisticsModule", "ScriptEngine", "SIPMessage"]),
        tests("TransactionTests", "Unit/TransactionTests", ["Transaction", "SIPMessage"]),
        tests(
            "TransportTests", "Unit/TransportTests",
            ["Transport", "SIPMessage", "NetworkAddress", nioCore, nioPosix, log]),
        tests("AccountingTests", "Unit/AccountingTests", ["AccountingModule", "SIPMessage"]),
        tests("AuthenticationTests", "Unit/AuthenticationTests", ["AuthenticationModule", "Database", "TestSupport"]),
        tests(
            "AttributeOperationsTests", "Unit/AttributeOperationsTests",
            ["AttributeOperationsModule", "ScriptEngine", "SIPMessage"]),
        tests(
            "IPOperationsTests", "Unit/IPOperationsTests", ["IPOperationsModule", "NetworkAddress", "SIPMessage"]),
        tests(
            "NumberTranslationTests", "Unit/NumberTranslationTests",
            ["NumberTranslationModule", "ScriptEngine", "SIPMessage"]),
        tests(
            "PatternMatchingTests", "Unit/PatternMatchingTests",
            ["PatternMatchingModule", "ScriptEngine", "SIPMessage"]),
        tests("TimersTests", "Unit/TimersTests", ["TimersModule", "ScriptEngine", "SIPMessage"]),
        tests("DialogsTests", "Unit/DialogsTests", ["DialogsModule", "SIPMessage"]),
        tests("FloodDetectionTests", "Unit/FloodDetectionTests", ["FloodDetectionModule", "NetworkAddress"]),
        tests("HashTablesTests", "Unit/HashTablesTests", ["HashTablesModule", "ScriptEngine", "SIPMessage"]),
        tests(
            "DatabaseLookupsTests", "Unit/DatabaseLookupsTests",
            ["DatabaseLookupsModule", "Database", "SIPMessage", "ScriptEngine", "TestSupport"]),
        tests(
            "DispatcherTests", "Unit/DispatcherTests",
            ["DispatcherModule", "Database", "NetworkAddress", "SIPMessage", "ScriptEngine", "TestSupport"]),
        tests("JSONRPCTests", "Unit/JSONRPCTests", ["JSONRPCModule", "ControlProtocol"]),
        tests("LocationTests", "Unit/LocationTests", ["LocationModule", "Database", "SIPMessage"]),
        tests("MediaRelaysTests", "Unit/MediaRelaysTests", ["MediaRelaysModule", "ScriptEngine", "SIPMessage"]),
        tests("PresenceTests", "Unit/PresenceTests", ["PresenceModule", "XMLDocuments", "SIPMessage"]),
        tests(
            "PermissionsTests", "Unit/PermissionsTests",
            ["PermissionsModule", "Database", "NetworkAddress", "SIPMessage"]),
        tests(
            "SessionDescriptionsTests", "Unit/SessionDescriptionsTests", ["SessionDescriptionsModule", "SIPMessage"]),
        tests(
            "SQLOperationsTests", "Unit/SQLOperationsTests",
            ["SQLOperationsModule", "Database", "ScriptEngine", "SIPMessage"]),
        tests(
            "NATTraversalTests", "Unit/NATTraversalTests",
            ["NATTraversalModule", "ModuleInterface", "SIPMessage", "NetworkAddress"]),
        tests(
            "UserAgentClientTests", "Unit/UserAgentClientTests",
            ["UserAgentClientModule", "Database", "ModuleInterface", "SIPMessage", "TestSupport"]),
        tests("ControlProtocolTests", "Unit/ControlProtocolTests", ["ControlProtocol"]),
        tests(
            "ControlServerTests", "Unit/ControlServerTests",
            ["ControlServer", "ControlProtocol", "OperatingSystem", log]),
        tests("TextOperationsTests", "Unit/TextOperationsTests", ["TextOperationsModule", "SIPMessage"]),
        tests(
            "SipcmdCommandsTests", "Unit/SipcmdCommandsTests",
            ["SipcmdCommands", "CommandLineInterface", "ControlProtocol"]),
    ] + modules
)
