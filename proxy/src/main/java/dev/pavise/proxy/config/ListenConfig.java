package dev.pavise.proxy.config;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway listens. All of it is TLS.
 *
 * @param https at least one door for callers
 * @param metrics an address of its own for {@code /metrics}; none by default
 * @param management an address of its own for the management API; none by default, then it shares the doors of {@code https}
 */
public record ListenConfig(
        List<Door> https,
        @Nullable HostPort metrics,
        @Nullable HostPort management,
        Transport transport) {

    /** Copies the list. */
    public ListenConfig {
        https = List.copyOf(https);
        Objects.requireNonNull(transport);
    }

    /** How the event loops talk to the system. {@code AUTO}: epoll where it can be had, NIO elsewhere. */
    public enum Transport {
        /** The best that this machine has. */
        AUTO,
        /** Linux epoll; the start fails where it cannot be had. */
        EPOLL,
        /** Linux io_uring; the start fails where it cannot be had. */
        IO_URING,
        /** The JDK's own selectors, which run everywhere. */
        NIO
    }

    /**
     * One address for callers.
     *
     * @param name what logs, metrics and session contexts call it: {@code https}, then {@code https-2} and so on
     * @param clientAuth what it asks of callers, already resolved against {@code tls.client_auth}
     */
    public record Door(String name, HostPort address, ClientAuth clientAuth) {

        /** Checks its parts. */
        public Door {
            Objects.requireNonNull(name);
            Objects.requireNonNull(address);
            Objects.requireNonNull(clientAuth);
        }
    }
}
