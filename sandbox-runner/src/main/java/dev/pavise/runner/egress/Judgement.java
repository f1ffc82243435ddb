package dev.pavise.runner.egress;

import dev.pavise.policy.tool.ResourceGrant.Endpoint;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a run may reach what it asks for. */
sealed interface Judgement {
    /**
     * It may, at these addresses and no others: each was looked at. Never empty.
     */
    record Reachable(Endpoint endpoint, List<InetAddress> addresses) implements Judgement {
        public Reachable {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * It may not, or cannot.
     *
     * @param endpoint null where none could be read
     * @param address that is the reason, if one is
     */
    record Denied(@Nullable Endpoint endpoint, @Nullable InetAddress address, Denial denial) implements Judgement {}
}
