import ScriptSyntax
import Testing

@Suite struct ItemTests {
    @Test(arguments: [
        Row("children=4 debug=-2; fork=yes", "(global children 4)\n(global debug -2)\n(global fork 1)"),
        Row(
            "log_facility=LOG_LOCAL0 user=sip tos=0x10 tos=IPTOS_LOWDELAY",
            "(global log_facility LOG_LOCAL0)\n(global user sip)\n(global tos 16)\n(global tos IPTOS_LOWDELAY)"),
        Row("dns_srv_loadbalancing=on", "(global dns_srv_lb 1)"),
        Row("udp_mtu_try_proto=TCP", "(global udp_mtu_try_proto tcp)"),
        Row("advertised_address=a-b.example.com", "(global advertised_address <a-b.example.com>)"),
        Row(
            "tcp_source_ipv4=10.0.0.1 tcp_source_ipv6=[::1]",
            "(global tcp_source_ipv4 <10.0.0.1>)\n(global tcp_source_ipv6 <::1>)"),
        Row(
            "return_mode=1 coreparam[random_engine]=\"fast\"",
            "(global return_mode 1)\n(global coreparam.random_engine \"fast\")"),
        Row("a.b = 5 desc \"x\" c[2].d=\"s\"", "(custom a b 5 \"x\")\n(custom c[2] d \"s\")"),
        Row("debug=\"3\"", "1:7: expected a number for 'debug', found \"3\""),
        Row("children=-1", "1:10: expected a number or yes/no for 'children', found '-'"),
        Row("log_name=x", "1:10: expected a string in quotes for 'log_name', found 'x'"),
        Row("log_facility=\"x\"", "1:14: expected a word without quotes for 'log_facility', found \"x\""),
        Row("nosuch=1", "1:1: unknown global parameter 'nosuch'"),
        Row(
            "log_stderror=yes no",
            "1:18: expected a parameter, "
                + "'loadmodule', 'modparam' or a routing block, found 'no'"),
        Row(
            "modparam(\"a\",\"b\",1) user=x",
            "1:21: 'user' has to stand before every 'modparam' and every routing block"),
        Row("a.b = foo", "1:7: expected a number or a string in quotes for 'a.b', found 'foo'"),
    ])
    func `global parameters have types`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("loadmodule \"tm.so\"", "(loadmodule tm \"tm.so\")"),
        Row("loadmodule '/x/y/tm.so'", "(loadmodule tm \"/x/y/tm.so\")"),
        Row("loadmodule(\"app_lua\", \"g\")", "(loadmodule app_lua \"app_lua\" \"g\")"),
        Row("loadmodulex \"$env(X)\"", "(loadmodulex $env(X) \"$env(X)\")"),
        Row("mpath=\"/a:/b\"", "(loadpath \"/a:/b\")"),
        Row("cfgengine \"native\"", "(cfgengine \"native\")"),
        Row("modparam(\"a|b\", \"c\", \"x\" \"y\")", "(modparam \"a|b\" \"c\" \"xy\")"),
        Row("modparam(\"a\",\"c\",-5); modparam('a','c',no)", "(modparam \"a\" \"c\" -5)\n(modparam \"a\" \"c\" 0)"),
        Row("modparamx(\"a\",\"c\",$env(X))", "(modparamx \"a\" \"c\" $env(X))"),
        Row("loadmodule tm", "1:12: expected a string in quotes with the name of the module, found 'tm'"),
        Row("modparam(\"a\",\"c\",1<<3)", "1:19: expected ')' after the value, found '<<'"),
        Row("modparam(\"a\",\"c\")", "1:17: expected ',' after the name of the parameter, found ')'"),
        Row("modparam(\"a\",\"c\",$x)", "1:18: expected a number or a string as the value, found '$x'"),
    ])
    func `modules and their parameters`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("listen=udp:10.0.0.1:5060", "(listen <udp:10.0.0.1 5060>)"),
        Row("listen=lo port=5", "(listen <lo>)\n(global port 5)"),
        Row("listen=eth0.5 tcp:[::1]:5", "(listen <eth0.5>)\n(listen <tcp:::1 5>)"),
        Row("listen=sctp:(10.0.0.1, 10.0.0.2):5060", "(listen <sctp:10.0.0.1,10.0.0.2 5060>)"),
        Row(
            "listen=10.0.0.1:5060 advertise name.example.com:5 name \"s\" virtual",
            "(listen <10.0.0.1 5060> advertise name.example.com 5 name \"s\" virtual)"),
        Row("listen=1.2.3.4\nfoo.bar = 5", "(listen <1.2.3.4>)\n(custom foo bar 5)"),
        Row(
            "alias=drop.example.com \"x:7\" udp:b:5",
            "(alias <drop.example.com>)\n(alias <x:7> quoted)\n(alias <udp:b 5>)"),
        Row("alias=a.b\nloadmodule \"x\"", "(alias <a.b>)\n(loadmodule x \"x\")"),
        Row(
            "socket = { bind = udp:10.0.0.1:5060; advertise = a.b:7; name = \"s\"; virtual = yes; workers = 2; agname = \"g\"; vrf = \"v\"; }",
            "(listen <udp:10.0.0.1 5060> advertise a.b 7 name \"s\" workers 2 virtual agname \"g\" vrf \"v\")"),
        Row(
            "socket={bind=udp:lo:5060-5061;name=\"s\";advertise=a:7}",
            "(listen <udp:lo 5060> advertise a 7 name \"s5060\")\n(listen <udp:lo 5061> advertise a 8 name \"s5061\")"),
        Row("listen=ws:10.0.0.1:5", "1:8: 'ws' is no transport of a socket"),
        Row("listen=10.0.0.1:70000", "1:17: expected a port number from 0 to 65535, found '70000'"),
        Row("listen=10.0.0.300", "1:8: '10.0.0.300' is not an IPv4 address"),
        Row("listen=udp:*:5060", "1:12: expected an address or the name of a host to listen on, found '*'"),
        Row("alias=", "1:7: expected an address or the name of a host as an alias, found the end of the file"),
        Row("socket={name=\"s\";}", "1:1: the socket has no 'bind'"),
        Row("socket={bnd=lo;}", "1:9: a socket has no attribute 'bnd'"),
    ])
    func `sockets and aliases`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }

    @Test func `flags get the numbers they ask for, others the lowest free one`() {
        let result = Reading.parse("flags a, b:0, \"c\":5; bool d\navpflags x, y")
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration.messageFlags == ["a": 0, "b": 0, "c": 5, "d": 1])
        #expect(result.configuration.attributeFlags == ["x": 0, "y": 1])
        #expect(Reading.tree("flags a:32") == "1:9: flag 'a' has number 32; flags go from 0 to 31")
    }

    @Test(arguments: [
        Row("route{;}", "(request_route ())"), Row("route[0]{;}", "(request_route ())"),
        Row("request_route{;}", "(request_route ())"),
        Row("route[X]{;} route[1]{;} route[\"a b\"]{;}", "(route[X] ())\n(route[1] ())\n(route[a b] ())"),
        Row(
            "reply_route{;} onreply_route{;} onreply_route[X]{;}",
            "(reply_route ())\n(reply_route ())\n(onreply_route[X] ())"),
        Row(
            "failure_route[F]{;} branch_route{;} onsend_route{drop;}",
            "(failure_route[F] ())\n(branch_route ())\n(onsend_route (drop))"),
        Row("event_route [ tm:branch-failure:x_y ] {;}", "(event_route[tm:branch-failure:x_y] ())"),
        Row(
            "route[X]{;} route[X]{exit;}; route{exit;} route{exit;}",
            "(route[X] ())\n(route[X] (exit))\n(request_route (exit))\n(request_route (exit))"),
        Row("route[X]{exit;} route[X]{;}", "1:17: route[X] is there already"),
        Row("route[A-B]{;}", "1:8: expected ']' after the name of the route, found '-'"),
        Row("route[]{;}", "1:7: expected the name of the route, found ']'"),
        Row("route X{;}", "1:7: expected '{' after 'route', found 'X'"),
        Row("request_route[X]{;}", "1:14: expected '{' after 'request_route', found '['"),
        Row("event_route[x]{;}", "1:12: 'x' is not the name of an event"),
        Row("event_route{;}", "1:12: expected '[' after 'event_route', found '{'"),
        Row("route{}", "1:7: the block of 'route' is empty"),
        Row("error_route{;}", "1:1: unknown kind of routing block 'error_route'"),
    ])
    func `routing blocks`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }
}
