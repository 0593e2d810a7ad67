import FoundationEssentials
import Testing

/// The repository obeys its own rules.
@Suite struct TidyTests {
    private func expectNone(_ violations: [Violation]) {
        for violation in violations {
            Issue.record("\(violation)")
        }
    }

    @Test func `the tree is found`() {
        #expect(Repository.sources.count > 10)
    }

    @Test func `imports point down`() {
        expectNone(Repository.sources.flatMap(ImportRules.violations))
    }

    @Test func `what other targets use is documented`() {
        expectNone(Repository.sources.flatMap(CodeRules.undocumented))
    }

    @Test func `nothing is forced and nothing is unfinished`() {
        expectNone(Repository.sources.flatMap(CodeRules.forbiddenWords))
    }

    @Test func `unsafe code stays in its folders and says why it is safe`() {
        expectNone(Repository.sources.flatMap(CodeRules.unsafeCode))
    }

    @Test func `files are named after what they declare`() {
        expectNone(Repository.sources.flatMap(CodeRules.misnamed))
    }

    @Test func `folders have names that mean something`() {
        expectNone(Repository.files(extensions: ["swift", "py"]).flatMap(CodeRules.meaninglessFolder))
    }

    @Test func `no placeholder is left`() {
        expectNone(Repository.sources.flatMap(CodeRules.placeholder))
    }

    @Test func `no file names a machine`() {
        expectNone(Repository.files().flatMap(RepositoryRules.machinePaths))
    }

    @Test func `every module is part of the daemon`() {
        let list = Repository.sources.first { $0.path == "Sources/sipd/Main/StandardModules.swift" }
        let text = list?.code.all.joined(separator: "\n") ?? ""
        expectNone(RepositoryRules.unlistedModules(files: Repository.sources, list: text))
    }

    @Test func `links in the documents lead somewhere`() {
        let documents = Repository.files(extensions: ["md"])
        expectNone(
            documents.flatMap { document in
                RepositoryRules.deadLinks(in: document) {
                    FileManager.default.fileExists(atPath: "\(Repository.top)/\($0)")
                }
            })
    }
}
