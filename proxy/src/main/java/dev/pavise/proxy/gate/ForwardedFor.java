package dev.pavise.proxy.gate;

import dev.pavise.proxy.config.AddressRange;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's address behind proxies that the configuration lists (promise P7). {@code X-Forwarded-For} is read from its right end, where
 * the nearest proxy wrote, and only as far as each hop is a listed one; the first that is not is the client. What cannot be read ends the
 * search at the hop that wrote it.
 */
final class ForwardedFor {
    private static final int MOST_HOPS = 32;

    private ForwardedFor() {}

    static InetAddress client(InetAddress peer, HeaderBlock headers, List<AddressRange> trusted) {
        if (trusted.isEmpty() || !isTrusted(peer, trusted)) {
            return peer;
        }
        String named =
                FieldValues.joined(headers, HeaderName.X_FORWARDED_FOR.text().toString());
        if (named == null) {
            return peer;
        }
        InetAddress client = peer;
        String[] hops = named.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && hops.length - i <= MOST_HOPS; i--) {
            InetAddress hop = literal(hops[i].strip());
            if (hop == null) {
                return client;
            }
            client = hop;
            if (!isTrusted(hop, trusted)) {
                return client;
            }
        }
        return client;
    }

    /** What the next hop is told: what a listed proxy said, and behind it that proxy; else the peer alone. */
    static String chain(InetAddress peer, HeaderBlock headers, List<AddressRange> trusted) {
        InetAddress client = client(peer, headers, trusted);
        return client.equals(peer) ? peer.getHostAddress() : client.getHostAddress() + ", " + peer.getHostAddress();
    }

    private static boolean isTrusted(InetAddress address, List<AddressRange> trusted) {
        for (AddressRange range : trusted) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** An address literal; never a name, which would be looked up. */
    private static @Nullable InetAddress literal(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            return null;
        }
    }
}
