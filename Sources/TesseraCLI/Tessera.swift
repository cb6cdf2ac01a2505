import ArgumentParser

@main
struct Tessera: AsyncParsableCommand {}
