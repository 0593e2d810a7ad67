package import Glibc

/// Users and groups by name.
package enum AccountName {
    /// The numbers of a user, or nil when there is none of that name.
    package static func user(_ name: String) -> (user: uid_t, group: gid_t)? {
        // SAFETY: called once at start, before other threads look up accounts; the entry is read at once.
        guard let entry = unsafe getpwnam(name) else { return nil }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// The number of a group, or nil when there is none of that name.
    package static func groupNumber(_ name: String) -> gid_t? {
        // SAFETY: as above.
        guard let entry = unsafe getgrnam(name) else { return nil }
        return unsafe entry.pointee.gr_gid
    }

    // Our own: enough for the groups of any real account, and a bound for the call below.
    private static let groupsMax = 1024

    /// The name of a user, or nil when there is none of that number.
    package static func userName(_ number: UInt32) -> String? {
        // SAFETY: the texts that the entry points to lie in the buffer, which outlives the copy of the name.
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let start = buffer.baseAddress,
                unsafe getpwuid_r(number, &entry, start, buffer.count, &found) == 0,
                unsafe found != nil, let name = unsafe entry.pw_name
            else { return nil }
            return unsafe String(cString: name)
        }
    }

    /// The groups that a user belongs to; empty when there is no such user.
    package static func groups(ofUser number: UInt32) -> [UInt32] {
        guard let name = userName(number) else { return [] }
        var groups = [gid_t](repeating: 0, count: groupsMax)
        var count = Int32(groupsMax)
        // SAFETY: the call writes at most `count` numbers into the array, and sets `count` to how many there are.
        let result = unsafe groups.withUnsafeMutableBufferPointer { buffer in
            unsafe getgrouplist(name, gid_t.max, buffer.baseAddress, &count)
        }
        guard result >= 0 else { return [] }
        return groups.prefix(max(0, Int(count))).filter { $0 != gid_t.max }
    }
}
