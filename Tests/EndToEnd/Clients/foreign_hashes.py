"""Prints user names and password hashes of other systems as CSV: passlib's, bcrypt's and Django's spellings.

Usage: foreign_hashes.py PASSWORD
"""

import base64
import csv
import hashlib
import sys

import bcrypt
from passlib.hash import pbkdf2_sha256, pbkdf2_sha512, scrypt

password = sys.argv[1]
django = hashlib.pbkdf2_hmac("sha256", password.encode(), b"somesalt12345", 20000)
rows = {
    "bcrypt": bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode(),
    "bcrypt-2a": bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, b"2a")).decode(),
    "bcrypt-2y": "$2y" + bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()[3:],
    "pbkdf2-sha256": pbkdf2_sha256.using(rounds=1000).hash(password),
    "pbkdf2-sha512": pbkdf2_sha512.using(rounds=1000).hash(password),
    "scrypt": scrypt.using(rounds=10).hash(password),
    "django": "pbkdf2_sha256$20000$somesalt12345$" + base64.b64encode(django).decode(),
}
out = csv.writer(sys.stdout)
out.writerow(["username", "password_hash"])
for name, text in rows.items():
    out.writerow([name, text])
out.writerow(["rejected", "$5$rounds=1000$salt$unsupported"])
