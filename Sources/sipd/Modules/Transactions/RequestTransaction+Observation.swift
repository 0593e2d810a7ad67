import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction

/// Telling other modules what happens.
extension RequestTransaction: ObservedTransaction {
    var sentStatus: Int { request.status }

    var isCancelled: Bool { request.isCancelled }

    func target(ofBranch index: Int) -> RequestTarget? {
        branches.indices.contains(index) ? branches[index].target : nil
    }

    /// Whether anybody wants to be told, so that nothing is made up for nobody.
    var hasObservers: Bool { !layer.worker.transactionObservers.isEmpty }

    /// Tells all observers.
    func tell(_ event: TransactionEvent) {
        for observer in layer.worker.transactionObservers { observer(event, self) }
    }

    /// A response was forwarded.
    func tellReplied(by response: ScriptContext) {
        guard hasObservers,
            case .response(let status, let reason) = response.changedStartLine ?? response.message.startLine
        else { return }
        tell(.replied(status: status, reason: reason, response: response.message))
    }

    /// All branches have failed.
    func tellFailed(_ index: Int) {
        let branch = request.branches[index]
        let response = branch.isStatusLocal ? nil : branches[index].response?.message
        tell(.failed(branch: index, status: branch.status, response: response))
    }
}
