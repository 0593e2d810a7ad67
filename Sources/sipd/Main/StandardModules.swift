import AccountingModule
import AttributeOperationsModule
import AuthenticationModule
import ControlModule
import CoreExtensionsModule
import CoreModule
import DatabaseDriversModule
import DatabaseLookupsModule
import DebuggingModule
import DialogStatisticsModule
import DialogsModule
import DispatcherModule
import FloodDetectionModule
import HTTPModule
import HashTablesModule
import IPOperationsModule
import JSONRPCModule
import LocationModule
import MediaRelaysModule
import ModuleInterface
import NATTraversalModule
import NumberTranslationModule
import PathModule
import PatternMatchingModule
import PermissionsModule
import PresenceModule
import PseudoVariablesModule
import RedirectionModule
import RoutingModule
import SIPUtilitiesModule
import SQLOperationsModule
import SessionDescriptionsModule
import StatelessReplyModule
import TLSModule
import TextOperationsModule
import TimersModule
import TransactionsModule
import UserAgentClientModule
import WebSocketModule

/// The modules that this program is built with; `loadmodule` finds them here.
enum StandardModules {
    /// One line a module, in alphabetical order of the Kamailio names.
    static let all: [LoadableModule] = [
        LoadableModule(AccountingModule.self),
        LoadableModule(AliasModule.self),
        LoadableModule(AuthModule.self),
        LoadableModule(AuthDatabaseModule.self),
        LoadableModule(AttributeOperationsModule.self),
        LoadableModule(ConfigurationMethodsModule.self),
        LoadableModule(ControlModule.self, always: true),
        LoadableModule(RuntimeControlModule.self),
        LoadableModule(CountersModule.self),
        LoadableModule(DebuggingModule.self),
        LoadableModule(DialogStatisticsModule.self),
        LoadableModule(DispatcherModule.self),
        LoadableModule(DomainModule.self),
        LoadableModule(DialogsModule.self),
        LoadableModule(DialplanModule.self),
        LoadableModule(HashTablesModule.self),
        LoadableModule(IPOperationsModule.self),
        LoadableModule(JSONRPCModule.self),
        LoadableModule(CfgutilsModule.self),
        LoadableModule(CoreCommands.self, always: true),
        LoadableModule(CorexModule.self),
        LoadableModule(KexModule.self),
        LoadableModule(LogModule.self),
        LoadableModule(MaxForwardsModule.self),
        LoadableModule(MtreeModule.self),
        LoadableModule(MySQLDriverModule.self),
        LoadableModule(NathelperModule.self),
        LoadableModule(PathModule.self),
        LoadableModule(PermissionsModule.self),
        LoadableModule(FloodDetectionModule.self),
        LoadableModule(PresenceModule.self),
        LoadableModule(DialogInformationModule.self),
        LoadableModule(MessageSummaryModule.self),
        LoadableModule(PresenceXMLModule.self),
        LoadableModule(PseudoVariablesModule.self),
        LoadableModule(RecordRouteModule.self),
        LoadableModule(PatternMatchingModule.self),
        LoadableModule(RegistrarModule.self),
        LoadableModule(TimersModule.self),
        LoadableModule(RTPEngineModule.self),
        LoadableModule(RTPProxyModule.self),
        LoadableModule(SanityModule.self),
        LoadableModule(SDPOperationsModule.self),
        LoadableModule(SIPUtilitiesModule.self),
        LoadableModule(SpeedDialModule.self),
        LoadableModule(SQLiteDriverModule.self),
        LoadableModule(SQLOperationsModule.self),
        LoadableModule(StatelessReplyModule.self),
        LoadableModule(StatisticsModule.self),
        LoadableModule(TLSModule.self),
        LoadableModule(TextExtensionsModule.self),
        LoadableModule(TextOperationsModule.self),
        LoadableModule(TransactionModule.self),
        LoadableModule(TransactionExtensionModule.self),
        LoadableModule(UACModule.self),
        LoadableModule(RedirectionModule.self),
        LoadableModule(UserLocationModule.self),
        LoadableModule(WebSocketModule.self),
        LoadableModule(HTTPModule.self),
    ]

    /// Modules of Kamailio that have nothing to do here: what they provide is always there.
    static let withoutEffect: [String: String] = [
        "mi_fifo": "the control socket replaces it",
        "mi_rpc": "the control socket replaces it",
    ]
}
