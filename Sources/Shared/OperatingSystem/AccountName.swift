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
}
