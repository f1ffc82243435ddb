package dev.pavise.runner.egress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses belong to nobody in particular on the public internet: those of this machine and its neighbours, of clouds' metadata
 * services, of groups, of documentation, and what leads to them in other clothes. After the special-purpose registries of IANA (RFC 6890).
 *
 * <p>It does not know what an operator's own networks are: a public address that is not to be reached, or a NAT64 prefix of one's own
 * (RFC 6052), looks like any other.
 */
final class AddressClasses {
    private static final int IPV4_IN_NAT64 = 12;

    private static final List<Block> IPV4 = List.of(
            block("unspecified", 8, 0),
            block("private", 8, 10),
            block("shared (carrier-grade NAT)", 10, 100, 64),
            block("loopback", 8, 127),
            block("link-local", 16, 169, 254),
            block("private", 12, 172, 16),
            block("reserved", 24, 192, 0, 0),
            block("documentation", 24, 192, 0, 2),
            block("6to4 relay", 24, 192, 88, 99),
            block("private", 16, 192, 168),
            block("benchmarking", 15, 198, 18),
            block("documentation", 24, 198, 51, 100),
            block("documentation", 24, 203, 0, 113),
            block("metadata", 32, 168, 63, 129, 16), // Azure's, which looks like a public one
            block("multicast", 4, 224),
            block("reserved", 4, 240));

    /** What of 2000::/3, the only part that is given out, is not given out to hosts. The rest of IPv6 is named by {@link #NAMED}. */
    private static final List<Block> IPV6 = List.of(
            block("reserved", 23, 0x20, 0x01, 0, 0), // Teredo, benchmarking, ORCHID
            block("documentation", 32, 0x20, 0x01, 0x0D, 0xB8),
            block("6to4", 16, 0x20, 0x02),
            block("documentation", 20, 0x3F, 0xFF, 0));

    private static final List<Block> NAMED = List.of(
            block("unspecified", 128, new int[16]),
            block("loopback", 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            block("private (unique local)", 7, 0xFC),
            block("link-local", 10, 0xFE, 0x80),
            block("site-local", 10, 0xFE, 0xC0),
            block("multicast", 8, 0xFF),
            block("IPv4-mapped", 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF),
            block("IPv4-translated", 96, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0),
            block("IPv4-compatible", 96, new int[12]),
            block("local NAT64", 48, 0, 0x64, 0xFF, 0x9B, 0, 1));

    private static final Block GLOBAL = block("global", 3, 0x20);
    private static final Block NAT64 = block("NAT64", 96, 0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0);

    private AddressClasses() {}

    /** The addresses that begin with the same bits. */
    private static final class Block {
        private final String name;
        private final int bits;
        private final byte[] prefix;

        Block(String name, int bits, byte[] prefix) {
            this.name = name;
            this.bits = bits;
            this.prefix = prefix;
        }

        String name() {
            return name;
        }

        boolean holds(byte[] address) {
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
        }
    }

    // In bytes, those that are not written being zero.
    private static Block block(String name, int bits, int... prefix) {
        byte[] bytes = new byte[(bits + 7) / 8];
        for (int i = 0; i < Math.min(bytes.length, prefix.length); i++) {
            bytes[i] = (byte) prefix[i];
        }
        return new Block(name, bits, bytes);
    }

    /** Why this is no address of a host on the public internet; nothing where it is one. */
    static Optional<String> notPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? notPublic6(bytes) : first(IPV4, bytes);
    }

    private static Optional<String> notPublic6(byte[] bytes) {
        if (NAT64.holds(bytes)) {
            return first(IPV4, Arrays.copyOfRange(bytes, IPV4_IN_NAT64, bytes.length))
                    .map(name -> name + " (by NAT64)");
        }
        if (!GLOBAL.holds(bytes)) {
            return first(NAMED, bytes).or(() -> Optional.of("reserved"));
        }
        return first(IPV6, bytes);
    }

    private static Optional<String> first(List<Block> blocks, byte[] address) {
        return blocks.stream()
                .filter(block -> block.holds(address))
                .map(Block::name)
                .findFirst();
    }
}
