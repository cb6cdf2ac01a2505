/// Hashes that other software made: argon2-cffi 25.1, bcrypt 4.0.1, passlib 1.7.4 and Django 5.2.
enum ForeignHashes {
    /// What all of them but ``bcryptOf72x`` and the two of the accented text were made of.
    static let password = "correct horse Battery 9"

    static let all: [String: String] = [
        "passlib pbkdf2_sha1": "$pbkdf2$1500$21vLGePc.x9jbA1hDMH4Hw$ORNAG3EbxSh/4f6vVA3XB0WcPLY",
        "passlib pbkdf2_sha256":
            "$pbkdf2-sha256$1500$Mea8d.59L0WIce6dU8q5Fw$OH5LurEBCGIZzjZn.AFsD7XUE99JMS2t2qE3uH6tLXw",
        "passlib pbkdf2_sha512": "$pbkdf2-sha512$1500$KCXk/H9PSWkNIcTYm5OS8g$"
            + "sv.yggKGUq9w2ZeyDObQuC0tLjIdFC.gcndhe4RWSB8csUcYzQ0J2j4Iqi0m8mCi6t6kwqUA7wgy4.MZaXZI8g",
        "passlib scrypt":
            "$scrypt$ln=10,r=8,p=1$knKOsRYCwLj33luLkZLyvg$cXkpKp+1WKzuOYzfehbHNuAWE6siz7e6eLGyY/+NyE8",
        "passlib scrypt of 3 lanes":
            "$scrypt$ln=9,r=4,p=3$D0GoVao1RgjBeC+ldM75/w$vp3cDwbsPsQdQv7yETl4lt9G9JQMCr6cVevIBGJaxEI",
        "bcrypt 2b": "$2b$04$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy",
        "bcrypt 2a": "$2a$04$CgKSxSwq9/SIcsg1haTbdOIHOXLtwCIkFa1O6z5RO8dWntgb1TDzy",
        "htpasswd 2y": "$2y$04$cttvioOh4razsPJnH4kvu.KI3uMeak4qhgvm6Vud047SwDv22lb4O",
        "argon2id of 4 lanes":
            "$argon2id$v=19$m=4096,t=3,p=4$sGLBCoz9TZgJ/n/743I8kw$3CbE9XXAB3g+joVbjQXdNB/qdS1LNASL2kINKDZJlLM",
        "argon2id": "$argon2id$v=19$m=1024,t=1,p=1$OdXeJMn+PEC/ko0zSZ3rYA$Xqp8lTirupY/WAy8qXO6vOgyTZDkp7Ba3LG8m8sCCDY",
        "argon2i of 2 lanes":
            "$argon2i$v=19$m=1024,t=3,p=2$Z7pR73ibwdPrZJ4qkZtlMQ$TPaclRujkKGFI7UQOqR63t5MAmSPSmfbNw5fWOI2E68",
        "argon2i of 1 pass":
            "$argon2i$v=19$m=1024,t=1,p=1$c2FsdHNhbHQxMjM0NTY3OA$5MSdSeJ90gMc7DL+7hn/Su8oZRUlJ9dwB1RghHxbjIE",
        "argon2id of 64 bytes": "$argon2id$v=19$m=1024,t=2,p=1$zkFkqKvfZywvvVJGN8ZwZLGM1WmWiBiBPFkX4NJUo4g$"
            + "/vn7JZpaYdQOBd/KbvNFxBH9WTkuxWI/6ce+cbAsawm9uIa03K4TzsnNIfvkSlIZaZFrr7J6r6NkioCpWIuzXQ",
        "argon2id of 16 bytes": "$argon2id$v=19$m=1024,t=1,p=2$c2FsdHNhbHQ$vzlUTZ5J2/eCFmXa8Gsj4w",
        "Django pbkdf2_sha256":
            "pbkdf2_sha256$1500$zRCcWP9aCHeaY38gKj85KJ$+p8tvripg/I6x6oeRstvbsZfGe369tUpDO49vMNXMOQ=",
        "Django pbkdf2_sha1": "pbkdf2_sha1$1500$Tfh55bRhFxYIoEetqUbamM$7rrWr7E7AR4QKDVOsLBtGxJlW0E=",
        "Django bcrypt_sha256": "bcrypt_sha256$$2b$04$G2/CuuQ6cD2MFhF9mzrlCe8Ol8Ph2gyb3jXTcMq5Jbyle8rOR39wm",
        "Django bcrypt": "bcrypt$$2b$04$dAxHSZXI/y458AN2yr0L9.X423UOpm2A9E89/QclIG/L7MP1Uqy4m",
        "Django scrypt": "scrypt$1024$C4N3fypvg58h3ytd4kJ2Ze$8$5$"
            + "C0WArABDynbyieiSRfEANTSPIln+uaU6SR8sAac1GEH9weRzPr9lcsu4kiNX1JeFmHi9FwCgrxC23ZFwz6pgvA==",
        "Django argon2":
            "argon2$argon2id$v=19$m=1024,t=2,p=4$cTRaeWdCc0xaODhjQXpmUzdzdXFnNA$qFLlcv4b2kw83GoqnfBOhVrOWTTBnNgPiunQkEKxuE4",
        "PHC pbkdf2-sha256":
            "$pbkdf2-sha256$i=1500,l=32$MDEyMzQ1Njc4OWFiY2RlZg$HXHDZ1eFBSx5dhKHGl/eBAfvCbyKlfVVZDNF0XKFCT8",
    ]

    /// Of 72 times `x`: bcrypt's limit.
    static let bcryptOf72x = "$2b$04$rIyNR5ZKwMV.gfx1xcmtp.a8UlN4hOL3F53rVG7ebVB0lAVjzisfG"
    /// Django's argon2 with its default of 8 lanes, which is outside our bounds.
    static let djangoArgon2OfEightLanes =
        "argon2$argon2id$v=19$m=1024,t=2,p=8$Q0NFaUdnaUdLUWVYbnAxNm5jc2U4Sw$oQbxEURWx0jJZO8lzdQmO/P0Ubo9tgnuJ5uHF9JASH4"

    /// A text whose accent is a code point of its own, and the hashes of its bytes and of its normal form.
    static let decomposed = "Zoe\u{301} is not at home"
    static let bcryptOfDecomposed = "$2b$04$SXQz7LOTJ0UG/m7A1dk0GOzaMDupJ/lAJI7KwF6I4R9FEvyUPiD46"
    static let bcryptOfComposed = "$2b$04$x7yyrhBug7Ov2dOjvSFmruxMj5gxmKmf88LQ3fCkvE6fnkM5k.N8e"
}
