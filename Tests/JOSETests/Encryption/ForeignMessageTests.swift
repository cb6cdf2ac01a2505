import JOSE
import Testing

/// Messages that joserfc 1.6.5 made, of what the published vectors leave out: P-521, X25519 with key wrapping, the
/// shorter hashes of PBES2, and both parties of an agreement with all content encryptions.
@Suite struct `Messages made elsewhere` {
    static let keys: [String: String] = [
        "P-521": #"""
        {"crv":"P-521","x":"AMiLFFxzsOfn-N81ppQrSO-vHJYbRq2kn7_EO4sR4DtPgXmW5RH5z54mgeizSMw5LRglwqwm7ABIbJBe\#
        BAVKVf6J","y":"AbS1Yonmf5TeYNU3vxSSWRAGEa-3arJ3rqKAmQ3Dg_bemSn0L2W0w3ZsMzcFiPHqGSgyP5Ml8HGCHb-e3vhPv\#
        S4Z","d":"AV_fkRXjAiBrq5AkLtIgzRIX2T6-jfRR49S2Ohc2i-xiasT_P0iIjE6es-vIeeTOtgolPr_p9RwusrSqBaEchlqQ",\#
        "kty":"EC"}
        """#,
        "P-384": #"""
        {"crv":"P-384","x":"1ZYTovndfzG7Jlwj1zRBq-jX1LNcXTip15yKOKdE2jMlSQZzJ7yEOR-wWP9wzlom","y":"AiNABDq9l\#
        zip16wYrohOfNxmozCQlGpw_-OOFDA8oLX0UjyrB8cG4IgnpSGGOo4s","d":"YZzn8lsIWQtc6NpxU5JAvUUR0QIXgCTMjWM1fI\#
        oyravv3-6vYZ8IB7ZZRPcCk8BT","kty":"EC"}
        """#,
        "X25519": #"""
        {"crv":"X25519","x":"x5qmm6nhUaATGpliCh2T4w2Gydi5Fg3mwntMKgEnvBA","d":"YAyhOgJfj-Ygj2fmB2D21ofb9fss0\#
        C_7iLZDT3h2IlI","kty":"OKP"}
        """#,
    ]

    @Test(arguments: [
        (
            "P-521", "ECDH-ES", "A256CBC-HS512",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwiZXBrIjp7\
            ImNydiI6IlAtNTIxIiwieCI6IkFQWk5nTEtTNUV0WUVld0lDanlnTl9mOEExWTgtSDhjbGl6WS1hbkF1cldDN3dFeUxpNXJJODFF\
            b0ZBOURMQ1RnZEhjS0ZkNkVfLWdrdWVkclVMSmpBNEsiLCJ5IjoiQUw1RF9MeDEyd2NpRW5KNDB2cVdiRHRfb3R6LTRmbXlpSVVy\
            akFGdGtYNVVCaWpQLWg5eXRLYnpkZjd4RWlxLWd4a0NTSGRfX09DUUFqcGg0aXZjN2xGMCIsImt0eSI6IkVDIn19..ITe4PNLNRV\
            8jaCCPepE9CA.8IEcaRpoVYKgFXbXdnX-lQ.if0ZesovvBEfcvPyrEFr3Y4LVN03ZwXskUcyB2JmAzE
            """
        ),
        (
            "P-521", "ECDH-ES+A256KW", "A192GCM",
            """
            eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkExOTJHQ00iLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSIsImVwayI6\
            eyJjcnYiOiJQLTUyMSIsIngiOiJBSDZwVEZ0VEdhUHctcmJraG9BNDBmQUZHUXBrS3pPZW9Sdkt5Tl84S3NzTFJNQjI3WW15Z0dt\
            WlAzaWgzQkk3S1cyVDVyRlN5UUFPNkhEM05JZi1FNXlyIiwieSI6IkFjbnBJbEM4NnptMmVKMUE1LXBfeG9nYTF1N2RlV0hGWjVi\
            QldLOFhYYzFQa2hXLWtpcWo5Q3VoT1hvRmlzWlB0aVhYT20tZzhXQkgxcWk3RDVJa1RlRloiLCJrdHkiOiJFQyJ9fQ.WwfvI7S_B\
            gY4Zx-SfsufosLF2ekwiW19SPNaVLPZ6KU.sUZa0fBifiAEix-F.D9TrDewmHizyfqCY70s.dSWJv7_bjFFyDlDMnSuqCQ
            """
        ),
        (
            "P-521", "ECDH-ES+A192KW", "A192CBC-HS384",
            """
            eyJhbGciOiJFQ0RILUVTK0ExOTJLVyIsImVuYyI6IkExOTJDQkMtSFMzODQiLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSIs\
            ImVwayI6eyJjcnYiOiJQLTUyMSIsIngiOiJBZXJ6TF9xelpHN2V1MGpJbUFoUGVSRHRLX2ROSGNnT3dGclRyYWdOdk4yUDJXNXFP\
            bHB1T1RMVGR6cVFxSV9uQ2VtZlJpYWp4ZG9uRUljZFBpUk1uNmtmIiwieSI6IkFHcHJQanZYY09ERm5lQ19fRWJHUVIxZlI2WE5D\
            R0NGYXZYMFQ2WVdZM1NoNHJsbF91eFZKelBmS1BBRnZSYzVCX1ZPT3VuYVkzdzlibmFNUXlBcFVhSFEiLCJrdHkiOiJFQyJ9fQ.H\
            m3VaMk23DLAg4pRe2vncOuk_gL--CtbfGl7L5_6vCO96O16RMUWaOyA4cAP3Mgsgn-RYLpSGQ4._QjQPS6r3AkXNRHRkgbPQw.DI\
            mAltgMs0S_CARtXp_sew.P0ikpVfhV_GeqJT0RG2g5g7ilqh2TzMu
            """
        ),
        (
            "P-384", "ECDH-ES", "A256CBC-HS512",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwiZXBrIjp7\
            ImNydiI6IlAtMzg0IiwieCI6Ik9welN4S29UMkY4LUJWSEV3Y3h6N1pjdkRySEZvakYzZUVKQk95MDJRRUVMX0Rwc1NMeGM2UHlz\
            WFVyUlQzNm8iLCJ5IjoieG5hb0pzVG5TbVRnNlc0X2NvVVFhNXppeGI3RTNNUmVSd1piQjRMSW5DZzFDeFBCLUJ2MkR0UC1STm1S\
            cjRvVSIsImt0eSI6IkVDIn19..XaH2cSX1FwyQyaNjJZaEgg.-jQhDatKN5b2JtKQFh025w.NwKbLeZxMpzyI6QtNEX-8CrlK7Wb\
            lSX7wk10S8h28nw
            """
        ),
        (
            "P-384", "ECDH-ES+A256KW", "A192GCM",
            """
            eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkExOTJHQ00iLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSIsImVwayI6\
            eyJjcnYiOiJQLTM4NCIsIngiOiJEU2Y0NEQ5WTJPVXJzMEpnZ2o5ZlhFaDVBOW1lZFZ4di1ScnVQM0VwdFZteWcxWGJzUEVTeDJD\
            UF9yQWFxQ3FaIiwieSI6Ik5uSno5enpOb2hYemlQVV9vRC1HbmpZY29qRjlfWkx2TEp4TTFXZnRNVW9qbkRqajkwd2NnMENLa09P\
            eVhvNWwiLCJrdHkiOiJFQyJ9fQ.uXRpppliTUdX0ebHUXOjA3fvePbw-mLt2BBNXhg6Z2Q.5gkaf6iPhIE3Dw3b.0oTmOEj_Ib7s\
            7lVvtd8.7WSmWXaZAvO29GKCivQa5A
            """
        ),
        (
            "P-384", "ECDH-ES+A192KW", "A192CBC-HS384",
            """
            eyJhbGciOiJFQ0RILUVTK0ExOTJLVyIsImVuYyI6IkExOTJDQkMtSFMzODQiLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSIs\
            ImVwayI6eyJjcnYiOiJQLTM4NCIsIngiOiJaQ0YtNHZYb1E5TnJYcXpRcUozX2tZcGFmdWozbm5iNXNHTUpKcGVyNDlzcktUSExD\
            OWJmY3NjUFB4dU9xYUIxIiwieSI6IkRGLXhFcWFZZWpmd3p0SHI0c1RKZm9uSHRCdmtKTUxHcUZGa3RHdU44NE91aE1zLUxmaW11\
            dkRuVC12QVJmbXciLCJrdHkiOiJFQyJ9fQ.2bRe_9zqA1sySxnbglwiFwYviuWGVEv8gnJzKzeTWK4mV3272UAtiLMxYOcplNsoK\
            OFOJhOlHIg.q2zZUUir7LXQXpcHyquayA.lP5uJY1PPBtQZe52SrFRzA.K730X848FFgMOKxwfq3wCtCoU2Tud_--
            """
        ),
        (
            "X25519", "ECDH-ES", "A256CBC-HS512",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImVwayI6eyJjcnYiOiJYMjU1MTkiLCJ4IjoiMTlYaUtyVVkt\
            SEhENzZ1Qy1QT0hvbnBvLVpqU05WVm16VlNqb29fdC1uOCIsImt0eSI6Ik9LUCJ9fQ..FtgHRccI9wPVTBjFI9vxPg.1BW3BazBn\
            Hhb0gN7ESjEPw.XYXmLR8YBmdnHgPa-3DGXa2Lz8JqPqVwt4UENnd8bE8
            """
        ),
        (
            "X25519", "ECDH-ES+A128KW", "A192GCM",
            """
            eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkExOTJHQ00iLCJlcGsiOnsiY3J2IjoiWDI1NTE5IiwieCI6InE5U0F5ZDVF\
            cEt2TWFBd3RxcExjenB2QnpyLVlZN1BjOVBiVXZDUjJwUmciLCJrdHkiOiJPS1AifX0.RgAbe8yVKM0u3heDf297Nu-88yeGclu9\
            h9x9Qht3sZU.I0ipMw6w7UgbGQ6t.Z5maTdzEmE3gIaRLuGc.fTc6n_pL2nSTnzDi-wGjjA
            """
        ),
        (
            "X25519", "ECDH-ES+A256KW", "A256GCM",
            """
            eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00iLCJlcGsiOnsiY3J2IjoiWDI1NTE5IiwieCI6ImpzbE8zOU5N\
            aUx5NExsVXpETnNLVEpiQTNuVlE4Qm4tSEh3TlFpbVdPMlUiLCJrdHkiOiJPS1AifX0.tDs4Sgr5HjBaB93Hr99rq4wSDPpZ5XGq\
            Bu9YEKfsK8olQxcUp7u5jA.9ZCpJFDd-TVVm3yb.rxxlf8UsB_zQM2mgpow.WfHzbnOTt9Rccqqxd6J12w
            """
        ),
    ])
    func `decrypt`(_ curve: String, _ name: String, _ content: String, _ text: String) throws {
        let jwk = try JWK(parsing: try #require(Self.keys[curve]))
        let algorithm = try #require(KeyManagementAlgorithm(name))
        let key = try DecryptionKey(jwk: jwk, algorithm: algorithm)
        let message = try JWE.decrypt(text, keys: [key])
        #expect(message.plaintext == Array("made elsewhere".utf8))
        #expect(message.algorithm == algorithm)
        #expect(message.contentEncryption.name == content)
    }

    @Test(arguments: [
        (
            "PBES2-HS256+A128KW",
            """
            eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwicDJjIjoxMDAwLCJwMnMiOiJnZmhiMHRV\
            bEZHSEZCQWNkX2ZXdExnIn0.ZXFHUvZnjz2vb7fCfHoF9D-RN0XYOoFzaEXjsEflMSFma0LE737XrA.RRaRSMj3vikDlb2zKbEQ9\
            A.rWcp6OY7pX3EE-k5ftLBvg.fscpKkyZIOUjh6xqX82Q3Q
            """
        ),
        (
            "PBES2-HS384+A192KW",
            """
            eyJhbGciOiJQQkVTMi1IUzM4NCtBMTkyS1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwicDJjIjoxMDAwLCJwMnMiOiJaWGN4OUhR\
            RThoT0FkYzl0VnkySmxRIn0.JjOfg0rL7BoyfSQLIrOnuj0C_bXzezZuzF4t70UGEnwxpf1ATh2pVQ.cynJoJ_K9PkZbiZLjsXiw\
            w.p31X8_E1lqVxAJF3vbtfeQ.NGTBMNO7g1rk4vU1W3fsPg
            """
        ),
    ])
    func `decrypt with a password`(_ name: String, _ text: String) throws {
        let algorithm = try #require(KeyManagementAlgorithm(name))
        let key = try DecryptionKey(password: "a password of some length", algorithm: algorithm)
        #expect(try JWE.decrypt(text, keys: [key]).plaintext == Array("made elsewhere".utf8))
    }
}
