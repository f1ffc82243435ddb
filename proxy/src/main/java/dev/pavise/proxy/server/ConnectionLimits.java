package dev.pavise.proxy.server;

import dev.pavise.policy.limit.AddressPrefix;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections there may be, in all and from one address (IPv6: one /64). Stands before the handshake, so that a flood of connections
 * costs an accept and a close each. The table holds live connections only, so the total bounds it.
 */
final class ConnectionLimits {
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<Object, Integer> byAddress = new ConcurrentHashMap<>();
    private volatile int most;
    private volatile int mostPerAddress;

    ConnectionLimits(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    void change(int total, int perAddress) {
        most = total;
        mostPerAddress = perAddress;
    }

    int open() {
        return open.get();
    }

    /** Takes a place; false when there is none. Whoever got one gives it back with {@link #leave}. */
    boolean enter(InetAddress address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        int mine = byAddress.merge(AddressPrefix.of(address), 1, Integer::sum);
        if (mine > mostPerAddress) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        byAddress.computeIfPresent(AddressPrefix.of(address), (key, count) -> count == 1 ? null : count - 1);
        open.decrementAndGet();
    }
}
