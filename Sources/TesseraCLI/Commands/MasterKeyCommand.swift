import ArgumentParser
import JOSE
import TesseraCore

/// `tessera master-key …`: the key that seals the others.
struct MasterKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master-key",
        abstract: "Replace the key that seals the signing keys.",
        discussion: """
            Example:
              tessera master-key rotate
            """,
        subcommands: [Rotate.self]
    )

    /// `tessera master-key rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new master key and seal everything anew under it; the server must not run.",
            discussion: """
                Sessions, tokens and published keys stay as they are; only a repeated refresh from before gets no second \
                answer. It may be interrupted at any point. Back-ups from before need the old key.

                Example:
                  tessera master-key rotate
                """
        )

        @Option(
            help: ArgumentHelp(
                "Where to write the new key, if the old one comes from the environment.",
                valueName: "file"
            )
        )
        var to: String?

        @Flag(help: "The old key is lost: give up what it sealed, and take the configured key or a new one.")
        var lost = false

        @OptionGroup var data: DataOptions

        func validate() throws {
            if lost, to != nil { throw ValidationError("Give either --lost or --to.") }
        }

        func run() async throws {
            let configuration = try ServerConfiguration.current(flags: data.flags, file: data.config)
            let (directory, lock) = try await EmbeddedFiles.own(configuration)
            if lost { return try await LostMasterKey(configuration, directory, lock).replace() }
            let place = try place(configuration, directory)
            let opened = try await OpenedData.open(configuration, directory, lock: lock, for: .command)
            do throws(CommandFailure) {
                try await rotate(opened, place)
            } catch {
                try? await opened.close()
                throw error
            }
            try await opened.close()
            if configuration.masterKey == nil {
                try MasterKeyFile.placeNext(directory)
                FaultPoint.masterKeyPlaced.reach()
                MasterKeyFile.removeOld(directory)
            }
            tell(configuration, place)
        }

        /// Where the new key is written before the database changes.
        private func place(
            _ configuration: ServerConfiguration,
            _ directory: DataDirectory
        ) throws(CommandFailure) -> String {
            switch (configuration.masterKey == nil, to) {
            case (true, nil): return directory.nextMasterKey
            case (false, let to?): return DataDirectory.absolute(to)
            case (true, _?):
                throw .usage("The master key is in the data directory, and so will be the new one: leave out --to.")
            case (false, nil):
                throw .usage(
                    "The master key comes from \(ConfigurationKey.masterKey.variable): say with --to in which new file "
                        + "the next one is to be written."
                )
            }
        }

        private func rotate(_ opened: OpenedData, _ place: String) async throws(CommandFailure) {
            if to != nil, PrivateFile.exists(place) {
                throw .usage("\(DataDirectory.absolute(place)) is there already: name a new file.")
            }
            let bytes = opened.domain.random.bytes(MasterKey.byteCount)
            guard let new = MasterKey(bytes) else { throw .failed("No new key could be made.") }
            try PrivateFile.create(place, Base64URL.encode(bytes) + "\n")
            FaultPoint.masterKeyWritten.reach()
            do throws(StorageError) {
                try await opened.domain.rotateMasterKey(from: opened.masterKey, to: new)
            } catch {
                _ = PrivateFile.remove(place)
                throw .failed("Nothing was changed: \(error.reason).")
            }
            FaultPoint.masterKeyCommitted.reach()
        }

        private func tell(_ configuration: ServerConfiguration, _ place: String) {
            if configuration.masterKey == nil {
                Console.say("The master key was replaced, and all that it sealed was sealed anew.")
            } else {
                let variable = ConfigurationKey.masterKey.variable
                Console.say(
                    "All that the master key sealed was sealed anew. The new key is in \(DataDirectory.absolute(place)): "
                        + "set \(variable)_FILE to it, or \(variable) to its content, before the next start."
                )
            }
            Console.say(
                "Back-ups from before need the old key: make a new one now, and keep the new key apart from it."
            )
        }
    }
}
