package dev.pavise.runner.egress;

import java.time.Duration;

/**
 * What one run may use of the network. Each is a positive number: there is no value for "unlimited".
 *
 * @param connections at the same time; further ones wait
 * @param connectionsTotal from the start of the run to its end, refused ones included
 * @param bytes sent and received, of all connections together
 * @param connect from the tool's connection to the answer: its request, the look-up and the connection to the host together
 * @param idle the longest time in which nothing comes or goes
 */
public record EgressLimits(int connections, int connectionsTotal, long bytes, Duration connect, Duration idle) {
    private static final int MOST_AT_ONCE = 256;
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofDays(1);

    public static final EgressLimits DEFAULT =
            new EgressLimits(16, 256, 256L << 20, Duration.ofSeconds(10), Duration.ofSeconds(60));

    public EgressLimits {
        require(connections >= 1 && connections <= MOST_AT_ONCE, "connections at once");
        require(connectionsTotal >= connections && connectionsTotal <= MOST, "connections in all");
        require(bytes >= 1, "bytes");
        require(connect.isPositive() && connect.compareTo(LONGEST) <= 0, "time to connect");
        require(idle.isPositive() && idle.compareTo(LONGEST) <= 0, "idle time");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the limit on " + what + " lets nothing through, or is no limit at all");
        }
    }
}
