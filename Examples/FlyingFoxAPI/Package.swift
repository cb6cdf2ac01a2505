// swift-tools-version: 6.2

import PackageDescription

// A package of its own: who depends on Tessera does not depend on FlyingFox.
let package = Package(
    name: "flyingfox-example",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tessera", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .executableTarget(
            name: "FlyingFoxAPI",
            dependencies: [
                .product(name: "BearerAuth", package: "tessera"),
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: ".",
            exclude: ["README.md"],
            sources: ["Protected.swift", "FlyingFoxAPI.swift"],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
