/// A comparison of one of the old message fields, like `uri == myself` or `src_ip == 10.0.0.0/8`.
///
/// These fields are no values; they exist only as the left side of such a comparison, or the right one of
/// `myself == uri`, which comes out the same way round.
package struct LegacyComparison: Sendable {
    /// The message fields that can be compared.
    package enum Field: String, Sendable, CaseIterable {
        case method
        /// The R-URI of a request; of a reply, the status code. `uri` and `status` are the same word.
        case uri
        case fromURI = "from_uri"
        case toURI = "to_uri"
        case sourceAddress = "src_ip"
        case destinationAddress = "dst_ip"
        case sourcePort = "src_port"
        case destinationPort = "dst_port"
        case addressFamily = "af"
        case transport = "proto"
        case messageLength = "msg:len"
        /// The `snd_` and `to_` fields exist in `onsend_route` only.
        case sendAddress = "snd_ip"
        case sendPort = "snd_port"
        case sendTransport = "snd_proto"
        case sendFamily = "snd_af"
        case toAddress = "to_ip"
        case toPort = "to_port"
    }

    /// What a field is compared with.
    package indirect enum Value: Sendable {
        case expression(Expression)
        /// A bare word: `method == INVITE`.
        case identifier(String)
        case myself
        /// An address with the prefix length or the mask that followed the slash, if any.
        case address(String, mask: String?)
        /// A host name without quotes.
        case host(String)
        case transport(TransportName)
    }

    /// The field, whichever side of the operator it stands on.
    package var field: Field
    /// One of the operators that the field takes.
    package var comparison: BinaryOperator
    /// The other side.
    package var value: Value
    /// Where the other side stands.
    package var valueRange: SourceRange

    package init(field: Field, comparison: BinaryOperator, value: Value, valueRange: SourceRange) {
        self.field = field
        self.comparison = comparison
        self.value = value
        self.valueRange = valueRange
    }
}
