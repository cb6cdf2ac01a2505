import Foundation
import Testing

@testable import TesseraCLI

@Suite struct DataDirectoryTests {
    private let temporary: TemporaryDirectory
    private var path: String { temporary.file("data") }

    init() throws { temporary = try TemporaryDirectory() }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `serve makes the directory for its owner alone`() throws {
        _ = try DataDirectory.created(at: path)
        #expect(try mode(path) == 0o700)
        _ = try DataDirectory.created(at: path)
    }

    @Test(arguments: ["data", "/data", "./data", "data///", "/"])
    func `the directory that holds a name is found however it is written`(_ name: String) throws {
        try PrivateFile.synchronizeDirectory(of: name)
        try PrivateFile.synchronizeDirectory(of: temporary.file(name))
        #expect(throws: SystemError.noSuchFile) {
            try PrivateFile.synchronizeDirectory(of: path + "/missing/" + name)
        }
    }

    @Test func `other commands say which directory they looked for, and make none`() {
        let error = #expect(throws: CommandFailure.self) { try DataDirectory.existing(at: path) }
        #expect(error?.status == .failed)
        #expect(error?.message.contains(path) == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file in its place, or no parent, is said`() throws {
        try temporary.write("", to: "data")
        let file = #expect(throws: CommandFailure.self) { try DataDirectory.created(at: path) }
        #expect(file?.message.contains("is not a directory") == true)
        let orphan = #expect(throws: CommandFailure.self) { try DataDirectory.created(at: path + "/x/y") }
        #expect(orphan?.message.contains("cannot be made") == true)
    }

    @Test func `another user's directory is refused`() throws {
        try #require(geteuid() == 0, "only root can give a directory away")
        _ = try DataDirectory.created(at: path)
        try #require(chown(path, 65_534, 65_534) == 0)
        let error = #expect(throws: CommandFailure.self) { try DataDirectory.existing(at: path) }
        #expect(error?.status == .failed)
        #expect(error?.message.contains("belongs to nobody") == true, "\(error?.message ?? "")")
    }

    @Test func `the lock is held by one at a time, and names its holder`() throws {
        let directory = try DataDirectory.created(at: path)
        do {
            guard case .acquired(let lock) = try DataLock.attempt(directory.lock) else {
                Issue.record("the lock is not free")
                return
            }
            guard case .held(let owner) = try DataLock.attempt(directory.lock) else {
                Issue.record("the lock was given twice")
                return
            }
            #expect(owner == getpid())
            withExtendedLifetime(lock) {}
        }
        guard case .acquired = try DataLock.attempt(directory.lock) else {
            Issue.record("the lock was not given back")
            return
        }
        #expect(try mode(directory.lock) == 0o600)
    }

    @Test func `a private file is for its owner alone and replaces nothing half-way`() throws {
        let file = temporary.file("secret")
        try PrivateFile.create(file, "text")
        #expect(try mode(file) == 0o600)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "text")
        #expect(!PrivateFile.isExposed(file))
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == ["secret"])
        #expect(PrivateFile.remove(file) == nil)
        #expect(PrivateFile.remove(file) == nil)
    }

    @Test(arguments: [
        ("/srv/data", "nfs4"), ("/srv/data/x", "nfs4"), ("/srv/database", "ext4"), ("/mnt/a b/c", "cifs"),
        ("/", "ext4"),
        ("/twice", "tmpfs"),
    ])
    func `a path is on the mount nearest above it`(path: String, type: String) {
        let table = """
            overlay / ext4 rw 0 0
            server:/x /srv/data nfs4 rw 0 0
            //host/share /mnt/a\\040b cifs rw 0 0
            a /twice ext4 rw 0 0
            b /twice tmpfs rw 0 0
            """
        #expect(FileSystemType.type(of: path, in: table) == type)
    }
}
