import Foundation
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

/// What is wrong with a certificate or a key, said with the file's name and the mend.
struct TLSFilesTests {
    private func fault(_ certificates: TestCertificates, _ certificate: String, _ key: String) throws -> TLSFault {
        try #require(
            #expect(throws: TLSFault.self) {
                try TLSCredentials(
                    TLSFiles(certificate: certificates.path(certificate), privateKey: certificates.path(key))
                )
            }
        )
    }

    @Test func `a certificate, its chain and its key in any usual form are taken`() throws {
        let certificates = try TestCertificates()
        try certificates.openssl("pkcs8 -topk8 -nocrypt -in server.key -out pkcs8.key")
        try certificates.openssl("ecparam -name prime256v1 -out parameters.pem")
        let text = { (name: String) in try String(contentsOfFile: certificates.path(name), encoding: .utf8) }
        let chain = try text("server.pem") + text("authority.pem")
        try chain.write(toFile: certificates.path("chain.pem"), atomically: true, encoding: .utf8)
        let together = try text("parameters.pem") + text("server.key") + text("server.pem")
        try together.write(toFile: certificates.path("together.pem"), atomically: true, encoding: .utf8)
        for (certificate, key) in [
            ("server.pem", "server.key"), ("chain.pem", "pkcs8.key"), ("together.pem", "together.pem"),
        ] {
            let files = TLSFiles(certificate: certificates.path(certificate), privateKey: certificates.path(key))
            #expect(throws: Never.self) { try TLSCredentials(files) }
        }
        let rsa = "req -x509 -newkey rsa:2048 -nodes -subj /CN=rsa -days 3 -keyout rsa.key -out rsa.pem"
        try certificates.openssl(rsa)
        try certificates.openssl("rsa -in rsa.key -traditional -out pkcs1.key")
        let files = TLSFiles(certificate: certificates.path("rsa.pem"), privateKey: certificates.path("pkcs1.key"))
        let expiry = try TLSCredentials(files).expiresAt
        #expect(expiry.milliseconds(since: SystemClock().now()) > 2 * 86_400_000)
    }

    @Test func `a file that is not there is named`() throws {
        let fault = try fault(TestCertificates(), "none.pem", "server.key")
        #expect(fault.setting == .certificate)
        #expect(fault.description.contains("none.pem cannot be read: No such file"))
    }

    @Test func `swapped files are said to be swapped`() throws {
        let fault = try fault(TestCertificates(), "server.key", "server.pem")
        #expect(fault.setting == .certificate)
        #expect(fault.reason.contains("swapped?"))
        let half = try self.fault(TestCertificates(), "server.pem", "server.pem")
        #expect(half.setting == .privateKey)
        #expect(half.reason.contains("swapped?"))
    }

    @Test(arguments: ["pkcs8 -topk8 -v2 aes256", "ec -aes256"])
    func `an encrypted key comes with the command that decrypts it`(command: String) throws {
        let certificates = try TestCertificates()
        try certificates.openssl("\(command) -passout pass:secret -in server.key -out encrypted.key")
        let fault = try fault(certificates, "server.pem", "encrypted.key")
        #expect(fault.setting == .privateKey)
        #expect(fault.reason.contains("openssl pkey -in \(certificates.path("encrypted.key"))"))
    }

    @Test func `a key of another certificate is refused`() throws {
        let certificates = try TestCertificates()
        let fault = try fault(certificates, "server.pem", "authority.key")
        #expect(fault.setting == .privateKey)
        #expect(fault.reason.contains("does not belong to"))
    }

    @Test func `a chain in the wrong order is said to be so`() throws {
        let certificates = try TestCertificates()
        let chain = try ["authority.pem", "server.pem"].map {
            try String(contentsOfFile: certificates.path($0), encoding: .utf8)
        }
        try chain.joined().write(toFile: certificates.path("chain.pem"), atomically: true, encoding: .utf8)
        #expect(try fault(certificates, "chain.pem", "server.key").reason.contains("is not the first"))
    }

    @Test func `a certificate that has expired, or is not yet valid, is refused with its date`() throws {
        let certificates = try TestCertificates()
        let files = TLSFiles(certificate: certificates.path("server.pem"), privateKey: certificates.path("server.key"))
        for (days, word) in [(31, "expired on 20"), (-2, "valid only from 20")] {
            let clock = TestClock(SystemClock().now().adding(.seconds(days * 86_400)))
            let fault = #expect(throws: TLSFault.self) { try TLSCredentials(files, clock: clock) }
            #expect(fault?.reason.contains(word) == true)
        }
    }

    @Test func `what is no PEM comes with the command that makes it PEM`() throws {
        let certificates = try TestCertificates()
        try certificates.openssl("x509 -in server.pem -outform der -out server.der")
        try certificates.openssl("ec -in server.key -outform der -out key.der")
        #expect(try fault(certificates, "server.der", "server.key").reason.contains("openssl x509 -inform DER"))
        #expect(try fault(certificates, "server.pem", "key.der").reason.contains("openssl pkey -inform DER"))
    }

    @Test func `a damaged certificate is refused`() throws {
        let certificates = try TestCertificates()
        let text = try String(contentsOfFile: certificates.path("server.pem"), encoding: .utf8)
        try text.replacing("MII", with: "MIJ").write(
            toFile: certificates.path("damaged.pem"),
            atomically: true,
            encoding: .utf8
        )
        #expect(try fault(certificates, "damaged.pem", "server.key").reason.contains("damaged"))
    }
}
