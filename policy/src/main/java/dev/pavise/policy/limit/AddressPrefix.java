package dev.pavise.policy.limit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * What counts as one address in a limit: an IPv4 address, or the first 64 bits of an IPv6 one, as a single host is given
 * that many. An IPv4 address inside an IPv6 one is the IPv4 address.
 */
public record AddressPrefix(boolean ipv4, long bits) implements Comparable<AddressPrefix> {
    private static final Comparator<AddressPrefix> ORDER =
            Comparator.comparing(AddressPrefix::ipv4).thenComparingLong(AddressPrefix::bits);

    public static AddressPrefix of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (address instanceof Inet4Address) {
            return new AddressPrefix(true, Integer.toUnsignedLong(bytes.getInt()));
        }
        long high = bytes.getLong();
        long low = bytes.getLong();
        return high == 0 && low >>> 32 == 0xFFFFL
                ? new AddressPrefix(true, low & 0xFFFF_FFFFL)
                : new AddressPrefix(false, high);
    }

    @Override
    public int compareTo(AddressPrefix other) {
        return ORDER.compare(this, other);
    }
}
