import Testing

/// The rules see what they are there for, and nothing else.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String) -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test(arguments: [
        ("Sources/Shared/SIPMessage/URI.swift", "import Glibc"),
        ("Sources/Shared/SIPMessage/URI.swift", "package import NetworkAddress"),
        ("Sources/Shared/Database/Pool.swift", "import Transport"),
        ("Sources/Shared/ControlProtocol/JSON.swift", "import FoundationEssentials"),
        ("Sources/sipd/Transport/Socket.swift", "import Foundation"),
        ("Sources/sipd/Transport/Socket.swift", "@preconcurrency import Transaction"),
        ("Sources/sipd/RoutingScript/ScriptSyntax/Lexer.swift", "import ScriptEngine"),
        ("Sources/sipd/RoutingScript/ScriptEngine/VM.swift", "import struct ModuleInterface.Function"),
        ("Sources/sipd/Modules/Auth/AuthModule.swift", "import ControlServer"),
        ("Sources/sipd/Main/Main.swift", "import Foundation"),
        ("Sources/sipctl/Commands/Add.swift", "import Transport"),
        ("Sources/sipcmd/Commands/Call.swift", "import Database"),
        ("Sources/sipcmd/Main/Main.swift", "import FoundationEssentials"),
    ])
    func `an import that points up is seen`(path: String, text: String) {
        #expect(ImportRules.violations(in: file(path, "/* import X */\n\(text)\n")).map(\.line) == [2])
    }

    @Test(arguments: [
        ("Sources/sipd/Transport/Socket.swift", "package import SIPMessage\nimport NIOCore"),
        ("Sources/sipd/Modules/Registrar/RegistrarModule.swift", "import UsrlocModule\nimport ModuleInterface"),
        ("Sources/sipctl/Commands/Add.swift", "import Database\nimport FoundationEssentials"),
        ("Sources/Shared/SIPMessage/URI.swift", "// import Glibc\nlet text = \"import Glibc\""),
    ])
    func `an import that points down is left alone`(path: String, text: String) {
        #expect(ImportRules.violations(in: file(path, text)).isEmpty)
    }

    @Test func `a file outside of the layout is seen`() {
        #expect(ImportRules.violations(in: file("Sources/Extra/Thing.swift", "")).count == 1)
    }

    @Test func `a declaration without documentation is seen`() {
        let text = """
            /// Documented.
            @frozen
            package struct Good {
                package var bare: Int
                /// Fine.
                @inlinable package init() {}
                package var description: String { "" }
                private var own = 1
            }
            package import Other
            package extension Good {}
            """
        #expect(CodeRules.undocumented(in: file("A.swift", text)).map(\.line) == [4])
    }

    @Test(arguments: [
        "let a = b!", "let a = try! f()", "let a = b as! Int", "var a: Int!", "f()!.g()", "// TO" + "DO later",
    ])
    func `force and unfinished work are seen`(line: String) {
        #expect(CodeRules.forbiddenWords(in: file("A.swift", line)).count == 1)
    }

    @Test(arguments: [
        "if !ready && a != b {}", "let text = \"stop!\" // really!", "let a = \"\"\"\n  x!\n  \"\"\"", "#\"a!\"#",
    ])
    func `an exclamation mark that forces nothing is left alone`(line: String) {
        #expect(CodeRules.forbiddenWords(in: file("A.swift", line)).isEmpty)
    }

    @Test func `unsafe code is seen outside of its folders and without its reason`() {
        let use = "let a = unsafe read(pointer)"
        #expect(CodeRules.unsafeCode(in: file("Sources/sipd/Main/Main.swift", "// SAFETY: no\n" + use)).count == 1)
        #expect(CodeRules.unsafeCode(in: file("Sources/sipd/Transport/Socket.swift", use)).count == 1)
        #expect(CodeRules.unsafeCode(in: file("Sources/sipd/Transport/Socket.swift", "// SAFETY: yes\n" + use)).isEmpty)
    }

    @Test func `a file is named after a type it declares or extends`() {
        #expect(CodeRules.misnamed(file("Sources/A/Address.swift", "struct Route {}")).count == 1)
        #expect(CodeRules.misnamed(file("Sources/A/Address.swift", "package struct Address: Sendable {}")).isEmpty)
        #expect(CodeRules.misnamed(file("Sources/A/Address+Parsing.swift", "extension Address {}")).isEmpty)
        #expect(CodeRules.misnamed(file("Sources/A/Address+Parsing.swift", "// extension Address {}")).count == 1)
        let drivers = "package struct SQLiteModule {}\nstruct MySQLModule {}"
        #expect(CodeRules.misnamed(file("Sources/A/DriverModules.swift", drivers)).isEmpty)
        #expect(CodeRules.misnamed(file("Sources/A/Drivers.swift", drivers)).count == 1)
    }

    @Test func `a folder with an empty name and a placeholder are seen`() {
        #expect(CodeRules.meaninglessFolder(file("Sources/sipd/Utils/A.swift", "")).count == 1)
        #expect(CodeRules.placeholder(file("Sources/sipd/Placeholder.swift", "")).count == 1)
    }

    @Test func `a path of a machine is seen`() {
        #expect(
            RepositoryRules.machinePaths(in: file("README.md", "see /ro" + "ot/notes\n/etc/kamailio\n")).map(\.line)
                == [1])
    }

    @Test func `a module that is not listed is seen`() {
        let files = [
            file("Sources/sipd/Modules/Auth/AuthModule.swift", ""), file("Sources/sipd/Modules/Tm/TmModule.swift", ""),
        ]
        #expect(RepositoryRules.unlistedModules(files: files, list: "[AuthModule.self]").count == 1)
        #expect(RepositoryRules.unlistedModules(files: files, list: "[AuthModule.self, TmModule()]").isEmpty)
    }

    @Test func `a link that leads nowhere is seen`() {
        let text = "[a](../README.md) [b](gone.md#x) [c](https://example.org) [d](#here)"
        let dead = RepositoryRules.deadLinks(in: file("docs/a.md", text)) { $0 == "README.md" }
        #expect(dead.map(\.message) == ["leads nowhere: gone.md"])
    }
}
