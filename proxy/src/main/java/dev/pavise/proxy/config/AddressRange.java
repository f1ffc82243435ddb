package dev.pavise.proxy.config;

import java.net.InetAddress;
import java.util.Objects;

/** A range of IP addresses in CIDR form (RFC 4632). An address of the other family is never in it. */
public record AddressRange(InetAddress first, int prefix) {

    /** Refuses a prefix that is too long, and bits behind the prefix, which would say less than they seem to. */
    public AddressRange {
        Objects.requireNonNull(first);
        byte[] bytes = first.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) throw new IllegalArgumentException("prefix out of range");
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if (bit(bytes, bit)) throw new IllegalArgumentException("bits set behind the prefix");
        }
    }

    /** Whether the address lies in this range. */
    public boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) return false;
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) if (mine[i] != other[i]) return false;
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & (0xFF << (8 - rest)) & 0xFF) == 0;
    }

    private static boolean bit(byte[] bytes, int index) {
        return (bytes[index / 8] & (0x80 >> (index % 8))) != 0;
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefix;
    }
}
