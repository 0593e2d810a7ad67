import SIPMessage
import Testing
import XMLDocuments

@testable import PresenceModule

@Suite struct XMLElementTests {
    @Test func `names, namespaces, text and escapes survive`() throws {
        let text =
            "<?xml version=\"1.0\"?>\n<p:a xmlns:p=\"urn:x\" p:b=\"1 &amp; &quot;2&quot;\"><c/>a &lt; b<![CDATA[ & c]]></p:a>\n"
        let root = try XMLElement(parsing: text.utf8)
        #expect(root.name == "p:a" && root.localName == "a")
        #expect(root[attribute: "p:b"] == "1 & \"2\"")
        #expect(root.text == "a < b & c")
        #expect(try XMLElement(parsing: root.document) == root)
    }

    @Test(arguments: [
        "", "x", "<a>", "<a></b>", "<a b=c/>", "<a/><b/>", "<a>&nope;</a>", "<a><![CDATA[</a>", "<?xml", "\0",
        "<a xmlns:p=\"u\"><q:b/></a", "<a>\u{1}</a>",
    ])
    func `what is not well formed is refused`(_ text: String) {
        #expect(throws: XMLError.self) { try XMLElement(parsing: text.utf8) }
    }

    @Test func `a document type is refused, and with it entities that grow`() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"yyyy\"><!ENTITY z \"&x;&x;&x;\">]><a>&z;</a>"
        #expect(throws: XMLError.documentType) { try XMLElement(parsing: bomb.utf8) }
        #expect(throws: XMLError.self) {
            try XMLElement(parsing: "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>".utf8)
        }
    }

    @Test func `depth and length have bounds`() {
        let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(throws: XMLError.tooComplex) { try XMLElement(parsing: deep.utf8) }
        let long = "<a>" + String(repeating: "x", count: XMLElement.bytesMax) + "</a>"
        #expect(throws: XMLError.tooLong) { try XMLElement(parsing: long.utf8) }
    }
}

@Suite struct PresenceDocumentTests {
    private static let key = PresentityKey(username: "bob", domain: "pbx.test", event: "presence")

    private static func document(_ id: String, _ note: String) -> ByteString {
        ByteString(
            "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@pbx.test\"><tuple id=\"\(id)\"><status><basic>open</basic></status><note>\(note)</note></tuple></presence>"
        )
    }

    @Test func `one document goes on as it was published`() {
        let state = PackageState(key: Self.key, bodies: [Self.document("a", "1")])
        #expect(PresenceDocument.compose(state) == Self.document("a", "1"))
        #expect(PresenceDocument.compose(PackageState(key: Self.key, bodies: [])) == nil)
    }

    @Test func `the newest document gets the tuples that it lacks`() throws {
        let bodies = [Self.document("a", "new"), Self.document("b", "other"), Self.document("a", "old")]
        let body = try #require(PresenceDocument.compose(PackageState(key: Self.key, bodies: bodies)))
        let root = try XMLElement(parsing: body.bytes)
        #expect(root.elements.map { $0[attribute: "id"] } == ["a", "b"])
        #expect(root.elements.map { $0.first("note")?.text } == ["new", "other"])
    }

    @Test func `what is withdrawn is closed`() throws {
        let state = PackageState(key: Self.key, bodies: [], withdrawn: Self.document("a", "gone"))
        let root = try XMLElement(parsing: try #require(PresenceDocument.compose(state)).bytes)
        #expect(root.first("tuple")?.first("status")?.first("basic")?.text == "closed")
        #expect(root.first("tuple")?.first("note") == nil)
    }

    @Test func `a tuple takes its prefixes with it`() throws {
        let other: ByteString =
            "<p:presence xmlns:p=\"urn:ietf:params:xml:ns:pidf\" xmlns:q=\"urn:q\"><p:tuple id=\"b\"><q:x/></p:tuple></p:presence>"
        let body = try #require(
            PresenceDocument.compose(PackageState(key: Self.key, bodies: [Self.document("a", "1"), other])))
        let moved = try #require(try XMLElement(parsing: body.bytes).elements.last)
        #expect(moved[attribute: "xmlns:p"] == "urn:ietf:params:xml:ns:pidf")
        #expect(moved[attribute: "xmlns:q"] == "urn:q")
    }

    @Test(arguments: ["", "<presence>", "<other/>", "hello"] as [ByteString])
    func `a broken document is told`(_ body: ByteString) {
        #expect(PresenceDocument.problem(body) != nil)
    }

    @Test func `dialogs of all sources are one document with a version`() throws {
        let bodies: [ByteString] = ["1", "2"].map {
            ByteString(
                "<dialog-info xmlns=\"urn:x\" version=\"0\" state=\"full\" entity=\"e\"><dialog id=\"\($0)\"/></dialog-info>"
            )
        }
        let state = PackageState(key: Self.key, bodies: bodies, version: 7)
        let body = try #require(DialogInformation.compose(state, showsEmpty: false))
        let root = try XMLElement(parsing: body.bytes)
        #expect(root[attribute: "version"] == "7")
        #expect(root.elements.count == 2)
    }

    @Test(
        arguments: [
            ("Messages-Waiting: yes\r\n", true), ("messages-waiting:no", true), ("Messages-Waiting: perhaps", false),
            ("Hello", false), ("", false), ("Messages-Waiting: yes\r\nnonsense\r\n", false),
        ] as [(ByteString, Bool)])
    func `a message summary begins with its status`(_ body: ByteString, _ isGood: Bool) {
        #expect((MessageSummary.problem(body) == nil) == isGood)
    }
}

@Suite struct PresenceRulesTests {
    private static let rules: ByteString = """
        <ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">
        <rule id="1"><conditions><identity><one id="sip:alice@pbx.test"/></identity></conditions>
        <actions><pr:sub-handling>allow</pr:sub-handling></actions></rule>
        <rule id="2"><conditions><identity><one id="sip:eve@pbx.test"/></identity></conditions>
        <actions><pr:sub-handling>block</pr:sub-handling></actions></rule>
        <rule id="3"><conditions><identity><many domain="friends.test"><except id="sip:mallory@friends.test"/></many></identity></conditions>
        <actions><pr:sub-handling>polite-block</pr:sub-handling></actions></rule>
        <rule id="4"><conditions><identity><one id="sip:bob@pbx.test"/></identity><validity><from>2020-01-01T00:00:00Z</from><until>2021-01-01T00:00:00Z</until></validity></conditions>
        <actions><pr:sub-handling>allow</pr:sub-handling></actions></rule></ruleset>
        """

    @Test(
        arguments: [
            ("sip:alice@pbx.test", RuleDecision(status: .active)),
            ("sip:eve@pbx.test", RuleDecision(status: .terminated, reason: "rejected")),
            ("sip:carol@FRIENDS.test", RuleDecision(status: .active, reason: RuleDecision.politeBlockReason)),
            ("sip:mallory@friends.test", RuleDecision(status: .pending)),
            ("sip:bob@pbx.test", RuleDecision(status: .pending)),
        ] as [(ByteString, RuleDecision)])
    func `the rules decide about a watcher`(_ watcher: ByteString, _ expected: RuleDecision) throws {
        let rules = try #require(PresenceRules(Self.rules))
        let key = try #require(PresentityKey(uri: watcher, event: "presence"))
        #expect(rules.decision(about: key, at: "2026-01-01T00:00:00Z") == expected)
    }

    @Test(arguments: ["", "<ruleset", "<other/>"] as [ByteString])
    func `a document that cannot be read has no rules`(_ text: ByteString) {
        #expect(PresenceRules(text) == nil)
    }
}

@Suite struct PresenceStateTests {
    private static let key = PresentityKey(username: "bob", domain: "pbx.test", event: "presence")

    private func publish(
        _ state: PresenceState, _ body: ByteString, matches: ByteString? = nil, seconds: Int = 60, tag: ByteString
    ) -> PublishOutcome {
        state.publish(
            PublishRequest(key: Self.key, matches: matches, body: body, expiresSeconds: seconds, sender: ""), at: 100
        ) { tag }
    }

    @Test func `a publication is made, refreshed, changed and removed by its tag`() {
        let state = PresenceState()
        _ = publish(state, "one", tag: "1")
        _ = publish(state, "", matches: "1", tag: "2")
        #expect(state.publications(of: Self.key, at: 100).map(\.body) == ["one"])
        _ = publish(state, "two", matches: "2", tag: "3")
        _ = publish(state, "other", tag: "4")
        #expect(state.publications(of: Self.key, at: 100).map(\.body) == ["other", "two"])
        guard case .noSuchTag = publish(state, "x", matches: "1", tag: "5") else { return #expect(Bool(false)) }
        guard case .removed = publish(state, "", matches: "3", seconds: 0, tag: "6") else {
            return #expect(Bool(false))
        }
        guard case .empty = publish(state, "", tag: "7") else { return #expect(Bool(false)) }
        #expect(state.publications(of: Self.key, at: 100).map(\.etag) == ["4"])
    }

    @Test func `what the database refused is taken back`() {
        let state = PresenceState()
        _ = publish(state, "one", tag: "1")
        let outcome = publish(state, "two", matches: "1", tag: "2")
        state.undo(outcome, of: Self.key)
        #expect(state.publications(of: Self.key, at: 100).map(\.etag) == ["1"])
    }

    @Test func `publications end, and are bounded`() {
        let state = PresenceState()
        for number in 0..<PresenceState.publicationsMax { _ = publish(state, "x", tag: ByteString("\(number)")) }
        guard case .full = publish(state, "x", tag: "more") else { return #expect(Bool(false)) }
        #expect(state.removeEnded(at: 159).publications.isEmpty)
        #expect(state.removeEnded(at: 160).publications.count == PresenceState.publicationsMax)
        #expect(state.presentities.isEmpty)
    }
}
