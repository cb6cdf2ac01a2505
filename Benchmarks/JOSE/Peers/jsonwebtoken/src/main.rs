//! Rust's jsonwebtoken, which parses its keys once and checks the same claims.

use jsonwebtoken::{decode, encode, Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, Write};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    token: String,
    old_token: Option<String>,
    secret: Option<String>,
    #[serde(rename = "privatePEM")]
    private_pem: Option<String>,
    #[serde(rename = "publicPEM")]
    public_pem: Option<String>,
}

#[derive(Deserialize)]
struct Fixture {
    issuer: String,
    audience: String,
    #[serde(rename = "keyID")]
    key_id: String,
    #[serde(rename = "type")]
    typ: String,
    claims: Claims,
    algorithms: HashMap<String, Entry>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
    jti: String,
    client_id: String,
}

type Run = Box<dyn Fn()>;

/// The processor time of this process in seconds.
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn rate(run: &Run, seconds: f64) -> f64 {
    let start = processor_time();
    let mut count = 0;
    loop {
        for _ in 0..64 {
            run();
        }
        count += 64;
        let spent = processor_time() - start;
        if spent >= seconds {
            return count as f64 / spent;
        }
    }
}

fn operation(fixture: &Fixture, name: &str, algorithm: &str) -> Option<Run> {
    let entry = fixture.algorithms.get(algorithm)?;
    let (algorithm, token) = match algorithm {
        "Ed25519" => (Algorithm::EdDSA, entry.old_token.clone()?),
        _ => (algorithm.parse().ok()?, entry.token.clone()),
    };
    let private = entry.private_pem.as_deref().unwrap_or("").as_bytes();
    let public = entry.public_pem.as_deref().unwrap_or("").as_bytes();
    use Algorithm::*;
    let (signing, verifying) = match algorithm {
        HS256 | HS384 | HS512 => {
            // The secret in plain base64, which this library takes.
            let secret = entry.secret.as_deref()?.replace('-', "+").replace('_', "/");
            let padded = format!("{}{}", secret, "=".repeat((4 - secret.len() % 4) % 4));
            (EncodingKey::from_base64_secret(&padded).ok()?, DecodingKey::from_base64_secret(&padded).ok()?)
        }
        ES256 | ES384 => (EncodingKey::from_ec_pem(private).ok()?, DecodingKey::from_ec_pem(public).ok()?),
        EdDSA => (EncodingKey::from_ed_pem(private).ok()?, DecodingKey::from_ed_pem(public).ok()?),
        _ => (EncodingKey::from_rsa_pem(private).ok()?, DecodingKey::from_rsa_pem(public).ok()?),
    };
    match name {
        "sign" => {
            let mut header = Header::new(algorithm);
            header.kid = Some(fixture.key_id.clone());
            header.typ = Some(fixture.typ.clone());
            let claims = fixture.claims.clone();
            Some(Box::new(move || drop(encode(&header, &claims, &signing).expect("a token"))))
        }
        "verify" => {
            let mut validation = Validation::new(algorithm);
            validation.set_issuer(&[&fixture.issuer]);
            validation.set_audience(&[&fixture.audience]);
            validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
            Some(Box::new(move || {
                drop(decode::<Claims>(&token, &verifying, &validation).expect("a valid token"))
            }))
        }
        _ => None,
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("a fixture");
    let text = std::fs::read_to_string(path).expect("a fixture");
    let fixture: Fixture = serde_json::from_str(&text).expect("a fixture");
    let mut operations: HashMap<String, Option<Run>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let run = operations
            .entry(format!("{} {}", words[0], words[1]))
            .or_insert_with(|| operation(&fixture, words[0], words[1]));
        match run {
            Some(run) => println!("{}", rate(run, words[2].parse().expect("seconds"))),
            None => println!("-"),
        }
        std::io::stdout().flush().expect("a reader");
    }
}
