package dev.pavise.runner.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressClassesTest {
    // The platform makes IPv4 of an IPv4-mapped address; what is in it must be seen either way.
    private static InetAddress address(String text) throws UnknownHostException {
        InetAddress address = InetAddress.ofLiteral(text);
        return text.contains(":") && address.getAddress().length == 4
                ? Inet6Address.getByAddress(null, mapped(address.getAddress()), -1)
                : address;
    }

    private static byte[] mapped(byte[] four) {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xFF;
        System.arraycopy(four, 0, bytes, 12, 4);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0                     | unspecified
            0.1.2.3                     | unspecified
            9.255.255.255               | public
            10.0.0.0                    | private
            10.255.255.255              | private
            11.0.0.0                    | public
            100.63.255.255              | public
            100.64.0.0                  | shared (carrier-grade NAT)
            100.100.100.200             | shared (carrier-grade NAT)
            100.127.255.255             | shared (carrier-grade NAT)
            100.128.0.0                 | public
            126.255.255.255             | public
            127.0.0.1                   | loopback
            127.255.255.254             | loopback
            128.0.0.1                   | public
            168.63.129.15               | public
            168.63.129.16               | metadata
            169.253.255.255             | public
            169.254.0.1                 | link-local
            169.254.169.254             | link-local
            169.255.0.0                 | public
            172.15.255.255              | public
            172.16.0.1                  | private
            172.31.255.255              | private
            172.32.0.0                  | public
            192.0.0.192                 | reserved
            192.0.1.1                   | public
            192.0.2.1                   | documentation
            192.88.99.1                 | 6to4 relay
            192.167.255.255             | public
            192.168.0.1                 | private
            192.169.0.1                 | public
            198.17.255.255              | public
            198.18.0.1                  | benchmarking
            198.19.255.255              | benchmarking
            198.20.0.0                  | public
            198.51.100.7                | documentation
            203.0.113.7                 | documentation
            223.255.255.255             | public
            224.0.0.1                   | multicast
            239.255.255.255             | multicast
            240.0.0.1                   | reserved
            255.255.255.255             | reserved
            93.184.216.34               | public
            ::                          | unspecified
            ::1                         | loopback
            ::2                         | IPv4-compatible
            ::127.0.0.1                 | IPv4-compatible
            ::ffff:127.0.0.1            | IPv4-mapped
            ::ffff:8.8.8.8              | IPv4-mapped
            ::ffff:0:127.0.0.1          | IPv4-translated
            64:ff9b::7f00:1             | loopback (by NAT64)
            64:ff9b::a9fe:a9fe          | link-local (by NAT64)
            64:ff9b::a00:1              | private (by NAT64)
            64:ff9b::808:808            | public
            64:ff9b:1::a00:1            | local NAT64
            64:ff9b:2::1                | reserved
            100::1                      | reserved
            2000::1                     | public
            2001::1                     | reserved
            2001:1ff:ffff::1            | reserved
            2001:200::1                 | public
            2001:db8::1                 | documentation
            2001:4860:4860::8888        | public
            2002:7f00:1::1              | 6to4
            2002:a00:1::1               | 6to4
            2002:808:808::1             | 6to4
            2003::1                     | public
            2606:4700::1111             | public
            3fff::1                     | documentation
            3fff:1000::1                | public
            3ffe::1                     | public
            4000::1                     | reserved
            5f00::1                     | reserved
            fbff::1                     | reserved
            fc00::1                     | private (unique local)
            fd00:ec2::254               | private (unique local)
            fe7f::1                     | reserved
            fe80::1                     | link-local
            febf::1                     | link-local
            fec0::1                     | site-local
            feff::1                     | site-local
            ff02::1                     | multicast
            """)
    void knowsWhatAnAddressIs(String text, String expected) throws UnknownHostException {
        assertEquals(expected, AddressClasses.notPublic(address(text)).orElse("public"));
    }

    /** What the platform itself knows of an address is never called public. */
    @Test
    void agreesWithThePlatform() throws UnknownHostException {
        Random random = new Random(11);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            if (random.nextInt(3) == 0) {
                bytes[0] = (byte) new int[] {0, 10, 127, 169, 172, 192, 224, 0xFC, 0xFE, 0xFF}[random.nextInt(10)];
                bytes[1] = (byte) new int[] {0, 16, 168, 254, 0x80, 0xC0}[random.nextInt(6)];
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            boolean known = address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress();
            if (known) {
                assertEquals(true, AddressClasses.notPublic(address).isPresent(), address::toString);
            }
        }
    }
}
