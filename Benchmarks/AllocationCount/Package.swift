// swift-tools-version: 6.2

import PackageDescription

// A malloc that counts, for the benchmarks that link it.
let package = Package(
    name: "allocation-count",
    products: [.library(name: "CAllocationCount", targets: ["CAllocationCount"])],
    targets: [.target(name: "CAllocationCount")]
)
