// swift-tools-version: 6.2

import PackageDescription

// Peers are dependencies here and nowhere else.
let package = Package(
    name: "jose-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "allocation-count", path: "../AllocationCount"),
        .package(name: "tessera", path: "../.."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    ],
    targets: [
        .executableTarget(
            name: "jose-bench",
            dependencies: [
                .product(name: "CAllocationCount", package: "allocation-count"),
                .product(name: "JOSE", package: "tessera"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
