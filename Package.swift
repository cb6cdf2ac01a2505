// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let crypto: [Target.Dependency] = [
    .product(name: "Crypto", package: "swift-crypto"),
    .product(name: "CryptoExtras", package: "swift-crypto"),
]

let package = Package(
    name: "tessera",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "JOSE", targets: ["JOSE"]),
        .library(name: "BearerAuth", targets: ["BearerAuth"]),
        .library(name: "BearerAuthHummingbird", targets: ["BearerAuthHummingbird"]),
        .library(name: "BearerAuthTesting", targets: ["BearerAuthTesting"]),
        .library(name: "Tessera", targets: ["Passwords", "TesseraCore", "TesseraSQL", "TesseraHTTP"]),
        .executable(name: "tessera", targets: ["TesseraCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The token library.
        .target(name: "CBase64URL"),
        .target(name: "JOSE", dependencies: ["CBase64URL"] + crypto, swiftSettings: settings),

        // The server's parts.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CXCrypt", pkgConfig: "libxcrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(name: "Passwords", dependencies: ["CSodium", "CXCrypt"] + crypto, swiftSettings: settings),
        .target(
            name: "TesseraCore",
            dependencies: [
                "JOSE", "Passwords",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ] + crypto,
            swiftSettings: settings
        ),
        .target(name: "CPostgreSQL"),
        .target(
            name: "TesseraSQL",
            dependencies: [
                "CPostgreSQL", "JOSE", "TesseraCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Metrics", package: "swift-metrics"),
            ] + crypto,
            swiftSettings: settings
        ),

        // Checking bearers in a service.
        .target(
            name: "BearerAuth",
            dependencies: [
                "JOSE",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + crypto,
            swiftSettings: settings
        ),
        .target(
            name: "BearerAuthHummingbird",
            dependencies: [
                "BearerAuth", "JOSE",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BearerAuthTesting",
            dependencies: [
                "BearerAuth", "JOSE",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ] + crypto,
            swiftSettings: settings
        ),

        // The server and its command line.
        .target(
            name: "TesseraHTTP",
            dependencies: [
                "BearerAuth", "BearerAuthHummingbird", "JOSE", "Passwords", "TesseraCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ] + crypto,
            swiftSettings: settings
        ),
        .executableTarget(
            name: "TesseraCLI",
            dependencies: [
                "BearerAuth", "JOSE", "Passwords", "TesseraCore", "TesseraHTTP", "TesseraSQL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),

        // An example that the end-to-end tests run.
        .executableTarget(
            name: "ProtectedAPI",
            dependencies: [
                "BearerAuth", "BearerAuthHummingbird", "JOSE",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Examples/ProtectedAPI",
            exclude: ["README.md"],
            swiftSettings: settings
        ),

        // What the README shows, so that it compiles as printed.
        .executableTarget(
            name: "TenLines",
            dependencies: [
                "BearerAuth", "BearerAuthHummingbird",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Examples/TenLines",
            swiftSettings: settings
        ),

        // Tests: one folder mirrors one target; EndToEnd drives the built binary.
        .testTarget(name: "JOSETests", dependencies: ["JOSE"] + crypto, swiftSettings: settings),
        .testTarget(name: "PasswordsTests", dependencies: ["Passwords"], swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: ["JOSE", "Passwords", "TesseraCore", "TesseraSQL"] + crypto,
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "PostgreSQLTesting",
            dependencies: ["TestSupport"],
            path: "Tests/PostgreSQLTesting",
            swiftSettings: settings
        ),
        .testTarget(
            name: "TesseraCoreTests",
            dependencies: ["TesseraCore", "JOSE", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TesseraSQLTests",
            dependencies: [
                "JOSE", "Passwords", "PostgreSQLTesting", "TestSupport", "TesseraSQL", "TesseraCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BearerAuthTests",
            dependencies: [
                "BearerAuth", "BearerAuthHummingbird", "BearerAuthTesting", "JOSE",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ] + crypto,
            swiftSettings: settings
        ),
        .testTarget(
            name: "TesseraHTTPTests",
            dependencies: [
                "TesseraHTTP", "TesseraCore", "TesseraSQL", "TestSupport", "JOSE", "Passwords",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TesseraCLITests",
            dependencies: [
                "TesseraCLI", "JOSE", "Passwords", "TesseraCore", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TesseraCLI", "BearerAuth", "JOSE", "PostgreSQLTesting", "ProtectedAPI", "TenLines", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/EndToEnd",
            exclude: ["requirements.txt", "Clients"],
            swiftSettings: settings
        ),
    ]
)
