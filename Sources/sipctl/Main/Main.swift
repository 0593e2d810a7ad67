import SipctlCommands

@main
struct Main {
    static func main() {
        Sipctl.program.main()
    }
}
