// swift-tools-version: 6.2

import PackageDescription

// The library is compiled here a second time, by way of the links in Sources, so that it alone carries libFuzzer's
// coverage and AddressSanitizer, with the optimisation and the checks of a release.
let sanitized: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]

let package = Package(
    name: "tessera-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .target(name: "CLibFuzzer"),
        .target(name: "CBase64URL", cSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]),
        .target(
            name: "JOSE",
            dependencies: [
                "CBase64URL",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: sanitized + [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        ),
        .executableTarget(
            name: "jose-fuzz",
            dependencies: ["CLibFuzzer", "JOSE", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: sanitized + [.swiftLanguageMode(.v6)],
            // libFuzzer itself, without its `main`, is named by Scripts/fuzz, which knows where the tool chain keeps it.
            linkerSettings: [.unsafeFlags(["-sanitize=address"]), .linkedLibrary("stdc++", .when(platforms: [.linux]))]
        ),
    ]
)
