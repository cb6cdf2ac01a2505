// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "http-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "allocation-count", path: "../AllocationCount"),
        .package(name: "tessera", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "ProtectedRoute",
            dependencies: [
                .product(name: "BearerAuthHummingbird", package: "tessera"),
                .product(name: "JOSE", package: "tessera"),
                .product(name: "Tessera", package: "tessera"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "Rotations",
            dependencies: [.product(name: "Tessera", package: "tessera")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "LookUp",
            dependencies: [
                .product(name: "BearerAuth", package: "tessera"),
                .product(name: "BearerAuthTesting", package: "tessera"),
                .product(name: "CAllocationCount", package: "allocation-count"),
                .product(name: "JOSE", package: "tessera"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
