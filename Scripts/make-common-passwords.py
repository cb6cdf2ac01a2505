#!/usr/bin/env python3
"""Writes Sources/Passwords/Policy/CommonPasswordsTable.swift.

The list is of our own making: nothing is copied from a leak. It is built from what everybody knows of how people choose
a password: a first name, a team, a season or a greeting; a digit, a year or an exclamation mark behind it; the word
twice; two words; a walk over the keyboard. Case, and digits or signs that stand for letters, are folded before hashing,
so "P@ssw0rd2024" and "password2o24" are one entry; signs at either end are dropped when a password is looked up. Entries shorter than eight characters are left out: the shortest
length a policy can sensibly ask for refuses them anyway. Stored are the first five bytes of each entry's SHA-256, sorted.
"""

import base64
import hashlib
import pathlib
import textwrap

FOLD = str.maketrans("013457@$!|", "oieastasii")

# What people have always chosen: the word itself is the password.
TOP = """
password passwort motdepasse contrasena passord wachtwoord parola senha welcome willkommen bienvenue letmein
iloveyou sunshine princess football baseball superman batman pokemon starwars dragon monkey master shadow michael
jordan charlie ashley jessica qwerty qwertz azerty asdfgh zxcvbn abc123 admin administrator root login changeme secret
temppass temporary default guest user test tester testing computer internet server system network security windows
samsung iphone google facebook microsoft linkedin
""".split()

NAMES = """
alexander amanda andrea andrew anthony austin barbara benjamin brandon carlos christian christopher daniel david
dennis dominic elizabeth emily francis gabriel george hannah heather hunter isabella jackson jasmine jennifer jonathan
joseph joshua justin katherine kevin lauren linda madison margaret maria martin matthew maximilian melissa michelle
nathan nicholas nicole oliver olivia patricia patrick pauline rachel rebecca richard robert samantha sebastian simon
sophie stephanie steven taylor thomas tiffany timothy vanessa victoria vincent william zachary
""".split()

THINGS = """
angel apple arsenal banana barcelona berlin bicycle blessed blink182 butterfly chelsea cheese cherry chicken chocolate
coffee cookie cowboys december diamond dolphin eagles elephant family ferrari flower forever freedom friends gaming
ginger guitar hallo happy harley heaven hello heart hockey holiday honey jesus killer kitten liverpool london lovely
loveme lucky madrid manchester matrix merlin minecraft money monday mother mountain mustang naruto november nothing
october orange peanut people pepper phoenix pirate player please porsche purple rainbow ranger rangers realmadrid
saturday scooter september silver snoopy soccer spider spiderman spring summer autumn winter sparky summer sweet
tigger tiger trustno1 trustme turtle united unicorn vampire viking warrior whatever wizard work xavier yankees yellow
zombie access account azure bank business company cloud customer database demo docker enterprise finance github hotel
linux manager office oracle postgres private production public school student support teacher telecom university
""".split()

YEARS = [str(y) for y in range(1980, 2031)]
NUMBERS = "1 2 3 7 11 12 13 21 22 23 69 77 88 99 00 01 007 101 111 123 222 321 333 666 777 888 999 1111 1234 4321 12345 123456 1234567 12345678 123456789 1234567890 0000 1122 112233 121212 123123 123321 654321".split()
SIGNS = ["@123", "@1234", "#123", "!123"]
BEFORE = ["my", "the", "1", "123", "new", "!", "i love ", "ilove", "super", "big"]
WALKS = """
qwertyuiop qwertyuiop123 qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm asdfghjkl asdfghjkl123 asdfghjklzxcvbnm
zxcvbnmasdfghjkl zxcvbnm123 qwerty123456 qwerty12345 qwerty1234567 qwerty123456789 qweasdzxc qweasdzxc123 qazwsxedc
qazwsxedc123 qazwsxedcrfv qazwsxedcrfvtgb 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsx zaq1xsw2 zaq1xsw2cde3
zaq12wsxcde3 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6
q1w2e3r4t5y6u7 qwer1234 qwer1234qwer asdf1234 asdf1234asdf zxcv1234 qwerasdf qwerasdfzxcv qwertzuiop qwertzuiop123
azertyuiop azertyuiop123 1234qwer 1234qwerasdf 12345qwert 123456qwerty 1qazxsw2 1qazxsw23edc 1234567890qwertyuiop
0987654321 987654321 9876543210 147258369 147258369147 159357456 159753456 741852963 741852963741 963852741 789456123
789456123789 456789123 123654789 123789456 102030405060 10203040 1020304050 11223344 1122334455 112233445566
100200300400 aabbccdd aabbccddeeff a1b2c3d4 a1b2c3d4e5 a1b2c3d4e5f6 abc123456 abc123456789 abcd1234 abcd12345
abcd123456 abcdef123456 abcdefg123 abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijkl 123abc456def 123456abc
123456abcdef 123456789a 123456789abc 1234567890a 0123456789 01234567890 012345678910 123456789101112 1234554321
123454321 1234567887654321 123456654321 314159265358979 31415926535 271828182846 !qaz2wsx !qaz@wsx !qaz@wsx#edc
""".split()
PHRASES = """
correcthorsebatterystaple correct_horse_battery_staple correct-horse-battery-staple iloveyouforever iloveyousomuch
iloveyou1234 iloveyoubaby letmeinplease letmein123456 openthedoor opensesame opensesame123 thisismypassword
thisisapassword thisispassword mypassword mypassword123 mysecretpassword supersecret supersecretpassword
notmypassword nopassword nopassword123 newpassword newpassword123 oldpassword yourpassword passwordpassword
password1password1 changemeplease changeme123456 pleasechangeme pleaseletmein administrator1 administrator123
administratoradministrator adminadmin adminadmin123 adminpassword adminpassword123 rootpassword rootroot
userpassword testpassword testpassword123 temppassword temppassword123 temporarypassword defaultpassword
guestpassword welcome2theteam welcometotheteam welcomehome welcomeback welcome123456 whatsmypassword whatismypassword
whatever123456 whocares whoareyou maytheforcebewithyou thequickbrownfox thequickbrownfoxjumps tobeornottobe
tobeornottobethatisthequestion hakunamatata supercalifragilisticexpialidocious jesuschrist jesuslovesme
ilovejesus ilovegod godisgood godisgreat inshallah hailmary happybirthday happynewyear merrychristmas
goodmorning goodnight helloworld helloworld123 hellohello hello123456 secretpassword secretsecret donttellanyone
donotenter keepout keepitsecret loginlogin login123456 qwertyqwerty asdfasdfasdf zxcvzxcvzxcv testtesttest
foobarfoobar foobarbaz lorem ipsum loremipsum loremipsumdolor onetwothreefour onetwothree fuckyou123 fuckyou1234
fuckoff123 fuckyoufuckyou bullshit123 asshole12345 trustno1trustno1 nobodyknows manchesterunited realmadrid123
fcbarcelona liverpoolfc chelseafc newyorkcity losangeles sanfrancisco ilovemymom ilovemydad ilovemyfamily
ilovemydog ilovemycat mydogsname mymotherslove summertime summer summervacation winteriscoming wintertime
springtime springbreak autumnleaves lordoftherings harrypotter harrypotter123 starwars123456 gameofthrones
spiderman123456 superman123456 batman123456789 pokemon123456 minecraft123456 dragonball dragonballz dragonballz123
finalfantasy callofduty leagueoflegends worldofwarcraft counterstrike grandtheftauto rockandroll heavymetal
ironmaiden metallica123 linkinpark redhotchilipeppers blink182blink182 changeit123456 company123456 companyname123
""".split()


def fold(text):
    return text.lower().translate(FOLD)


def entries():
    for word in TOP:
        for tail in [""] + NUMBERS + YEARS + SIGNS:
            yield word + tail
            if tail in YEARS[20:]:
                yield word + "@" + tail
        for head in BEFORE:
            yield head + word
            yield head + word + "1"
            yield head + word + "123"
        for again in (2, 3):
            yield word * again
    for word in NAMES + THINGS:
        for tail in ["", "1", "12", "123", "1234", "12345", "123456", "@123", "01", "007"]:
            yield word + tail
        for year in YEARS[40:]:
            yield word + year
        yield word * 2
        yield "ilove" + word
    for season in "spring summer autumn winter january february march april june july august september october november december monday friday password welcome".split():
        for year in range(2010, 2031):
            for sign in ["", "!1", "123"]:
                yield f"{season}{year}{sign}"
    for left in TOP[:30]:
        for right in TOP[:30]:
            if left != right:
                yield left + right
    for word in WALKS + PHRASES:
        for tail in ["", "1", "12", "123", "2025", "2026"]:
            yield word + tail


folded = {fold(e) for e in entries() if len(e) >= 8}
prefixes = sorted({hashlib.sha256(e.encode()).digest()[:5] for e in folded})
text = base64.b64encode(b"".join(prefixes)).decode()
lines = "\n".join("        " + line + "\\" for line in textwrap.wrap(text, 108))
target = pathlib.Path(__file__).resolve().parent.parent / "Sources/Passwords/Policy/CommonPasswordsTable.swift"
target.write_text(f'''// Made by Scripts/make-common-passwords.py; do not edit.
// swift-format-ignore-file

extension CommonPasswords {{
    /// {len(prefixes):,} sorted five-byte prefixes of SHA-256 digests, in base64: one literal, because the compiler takes minutes
    /// over an array of as many elements.
    static let table = """
{lines}

        """
}}
''')
print(len(folded), "entries,", len(prefixes) * 5, "bytes,", len(text), "characters")
