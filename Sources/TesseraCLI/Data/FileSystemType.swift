#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which kind of file system a path is on, as the kernel's table of mounts says.
enum FileSystemType {
    /// The kinds that several machines may write at once.
    static let networked: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.ceph", "fuse.sshfs", "fuse.glusterfs", "lustre",
        "gfs2", "ocfs2", "beegfs",
    ]

    /// The kind below a path; `nil` where the system has no such table.
    static func of(_ path: String) -> String? {
        guard let table = try? FileInput.read(path: "/proc/self/mounts", limit: 4 << 20), let whole = realPath(path)
        else { return nil }
        return type(of: whole, in: String(decoding: table, as: UTF8.self))
    }

    /// The kind of the mount that lies nearest above a path; of two at one place the later covers the earlier.
    static func type(of path: String, in table: String) -> String? {
        var nearest: (length: Int, type: String)?
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { continue }
            let mount = fields[1].replacing("\\040", with: " ")
            let isAbove = mount == "/" || path == mount || path.hasPrefix(mount + "/")
            if isAbove, mount.utf8.count >= nearest?.length ?? 0 { nearest = (mount.utf8.count, String(fields[2])) }
        }
        return nearest?.type
    }

    private static func realPath(_ path: String) -> String? {
        guard let buffer = realpath(path, nil) else { return nil }
        defer { free(buffer) }
        return String(cString: buffer)
    }
}
