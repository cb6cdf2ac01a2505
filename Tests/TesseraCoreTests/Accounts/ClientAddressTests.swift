import TesseraCore
import Testing

@Suite struct ClientAddressTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80::1%eth0", "fe80::1"), ("unix", "unix"),
    ])
    func `addresses are read, and written in the usual form`(text: String, usual: String) {
        #expect(ClientAddress(text)?.description == usual)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.+4", "1.2.3. 4", "1..3.4", "0x7f.0.0.1",
        "2130706433",
        ":", ":::", "1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::12345", "::g", "1:2:3:4:5:6:7:8::",
        "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "[::1]", "::1 ", "localhost", "192.0.2.7:80", "::ffff:1.2.3.4.5", "1:",
        "１.2.3.4",
    ])
    func `anything else is refused`(text: String) {
        #expect(ClientAddress(text) == nil)
    }

    @Test func `an IPv4-mapped IPv6 address is the IPv4 address`() {
        #expect(ClientAddress("::ffff:192.0.2.7") == ClientAddress("192.0.2.7"))
        #expect(ClientAddress("::ffff:c000:207") == ClientAddress("192.0.2.7"))
        #expect(ClientAddress("::192.0.2.7") != ClientAddress("192.0.2.7"))
    }

    @Test func `a prefix holds the addresses that share its bits`() throws {
        let address = try #require(ClientAddress("2001:db8:1:2:3:4:5:6"))
        #expect(address.prefix(64).description == "2001:db8:1:2::/64")
        #expect(address.prefix(48).description == "2001:db8:1::/48")
        #expect(address.prefix(0).description == "::/0")
        #expect(address.prefix(65).description == "2001:db8:1:2::/65")
        #expect(address.prefix(128).address == address)
        #expect(address.prefix(500).length == 128)
        #expect(ClientAddress("192.0.2.7")?.prefix(24).description == "192.0.2.0/24")
        #expect(ClientAddress("192.0.2.7")?.prefix(64).description == "192.0.2.7/32")
        #expect(ClientAddress.unix.prefix(64) == ClientAddress.unix.prefix(0))
    }

    @Test func `a network written with its length contains its addresses only`() throws {
        let network = try #require(AddressPrefix("10.1.2.3/8"))
        #expect(network.description == "10.0.0.0/8")
        #expect(network.contains(try #require(ClientAddress("10.255.0.1"))))
        #expect(network.contains(try #require(ClientAddress("::ffff:10.0.0.1"))))
        #expect(!network.contains(try #require(ClientAddress("11.0.0.1"))))
        #expect(!network.contains(try #require(ClientAddress("a00::1"))))
        #expect(AddressPrefix("0.0.0.0/0")?.contains(try #require(ClientAddress("::1"))) == false)
        #expect(AddressPrefix("::1")?.length == 128)
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "/8", "10.0.0.0/8/8", "x/8"] {
            #expect(AddressPrefix(text) == nil)
        }
    }
}
